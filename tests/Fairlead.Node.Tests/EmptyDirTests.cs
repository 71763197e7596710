using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Json;
using Fairlead.Linux.Files;
using Fairlead.Linux.Namespaces;
using Fairlead.Node.Configs;
using Fairlead.Node.Volumes;

namespace Fairlead.Node.Tests;

/// <summary>emptyDir of medium Memory.</summary>
[Collection(nameof(TestNode))]
public sealed class EmptyDirTests
{
    readonly TestNode node;

    public EmptyDirTests(TestNode node)
    {
        TestNode.SkipIfMissing();
        this.node = node;
    }

    [Fact]
    public async Task ATmpfsHoldsNoMoreThanItsLimit()
    {
        var shared = node.MakeDirectory("ram");
        const string script = """
            { busybox grep -o ' /ram tmpfs' /proc/mounts; busybox dd if=/dev/zero of=/ram/x bs=1048576 count=8 2>&1 | busybox grep -o 'No space left on device'; busybox stat -c %s /ram/x; echo end; } > /shared/out; exec sleep 100000
            """;
        var pod = await node.RunAsync("ram", script, shared,
            c => c with { VolumeMounts = [.. c.VolumeMounts!, new() { Name = "ram", MountPath = "/ram" }] },
            s => s with { Volumes = [.. s.Volumes!, new() { Name = "ram", EmptyDir = new() { Medium = "Memory", SizeLimit = Quantity.Parse("4Mi") } }] });
        Assert.Equal($" /ram tmpfs\nNo space left on device\n{4 << 20}\nend\n", await node.UntilFileAsync(shared + "/out", "end\n"));
        // Its mount goes with the Pod.
        var path = Path.Combine(node.StateOf(pod), "volumes", "kubernetes.io~empty-dir", "ram");
        Assert.True(FileCalls.IsMounted(path));
        await node.RemoveAsync("ram");
        await node.HoldsAsync(() => Task.FromResult(!Directory.Exists(path)), () => path);
        Assert.DoesNotContain(Mounts.List(), m => m.Target == path);
    }

    [Fact]
    public async Task WhatIsWrittenIntoItCountsAsTheContainersMemory()
    {
        await node.RunAsync("rammed", "busybox dd if=/dev/zero of=/ram/x bs=1048576 count=60; exec sleep 100000", null,
            c => c with { VolumeMounts = [new() { Name = "ram", MountPath = "/ram" }], Resources = new() { Limits = new Dictionary<string, Quantity> { ["memory"] = Quantity.Parse("32Mi") } } },
            s => s with { RestartPolicy = "Never", Volumes = [new() { Name = "ram", EmptyDir = new() { Medium = "Memory" } }] });
        // dd is ended, or the shell with it: either is the kernel's word that the tmpfs is charged.
        using var http = node.Http();
        await node.HoldsAsync(async () =>
        {
            var pod = await node.Client.GetAsync<Pod>("default", "rammed", default);
            if (pod.Status?.ContainerStatuses?[0].State?.Terminated?.Reason == "OOMKilled") return true;
            var stats = await http.GetStringAsync("/api/v1/nodes/n1/proxy/stats/summary");
            var told = JsonNode.Parse(stats)!["pods"]!.AsArray().FirstOrDefault(p => (string?)p!["podRef"]!["name"] == "rammed");
            return told?["memory"]?["usageBytes"] is { } used && (long)used > 24 << 20;
        }, () => "not counted");
        await node.RemoveAsync("rammed");
    }

    [Theory]
    [InlineData("nothing said: the node's memory", null, null, 1000)]
    [InlineData("its own limit", "400", null, 400)]
    [InlineData("the Pod's limit", null, "300", 300)]
    [InlineData("the smaller of both", "400", "300", 300)]
    [InlineData("no more than there is", "4000", "3000", 1000)]
    [InlineData("zero is no limit", "0", null, 1000)]
    public void ItsSizeIsTheLeastOf(string name, string? limit, string? podLimit, long size)
    {
        var source = new EmptyDirVolumeSource { Medium = "Memory", SizeLimit = limit is null ? null : Quantity.Parse(limit) };
        var resources = podLimit is null ? null : new ResourceRequirements { Limits = new Dictionary<string, Quantity> { ["memory"] = Quantity.Parse(podLimit) } };
        var pod = new Pod { Metadata = new() { Name = "p" }, Spec = new() { Containers = [new() { Name = "c", Image = "i", Resources = resources }] } };
        Assert.Equal((name, size), (name, PodVolumes.MemorySize(pod, source, 1000)));
    }

    [Fact]
    public async Task AVolumeThatLostItsMountGetsItBackAndOneThatHasItKeepsIt()
    {
        var root = Directory.CreateTempSubdirectory("fl-empty-").FullName;
        var options = new KubeletOptions { NodeName = "n", NodeIps = [], ContainerRuntimeEndpoint = "", RootDirectory = root, PodLogsDirectory = "" };
        var volumes = new PodVolumes(new PodPaths(options), null!, 64 << 20, TimeProvider.System);
        var pod = new Pod
        {
            Metadata = new() { Name = "p", Namespace = "default", Uid = "u" },
            Spec = new() { Containers = [new() { Name = "c", Image = "i" }], Volumes = [new() { Name = "ram", EmptyDir = new() { Medium = "Memory", SizeLimit = Quantity.Parse("1Mi") } }] },
        };
        try
        {
            var path = (await volumes.PrepareAsync(pod, default))["ram"];
            await File.WriteAllTextAsync(path + "/kept", "");
            await volumes.PrepareAsync(pod, default);
            Assert.Single(Mounts.List(), m => m.Target == path);
            Assert.True(File.Exists(path + "/kept"));
            FileCalls.Unmount(path); // as when the machine went down
            await volumes.PrepareAsync(pod, default);
            Assert.Single(Mounts.List(), m => m.Target == path);
            Assert.Equal(1 << 20, FileCalls.SpaceOf(path).Capacity);
        }
        finally { volumes.TearDown("u"); }
        Assert.DoesNotContain(Mounts.List(), m => m.Target.StartsWith(root, StringComparison.Ordinal));
        Directory.Delete(root, recursive: true);
    }
}
