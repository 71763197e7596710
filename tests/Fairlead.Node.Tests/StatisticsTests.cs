using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Json;
using Fairlead.Node.Cgroups;
using Fairlead.Node.Statistics;

namespace Fairlead.Node.Tests;

/// <summary>/stats/summary against the kernel's own figures.</summary>
[Collection(nameof(TestNode))]
public sealed class StatisticsTests
{
    const long MiB = 1 << 20;

    readonly TestNode node;

    public StatisticsTests(TestNode node)
    {
        TestNode.SkipIfMissing();
        this.node = node;
    }

    [Fact]
    public async Task TheSummaryTellsWhatAPodUses()
    {
        const string script = """
            dd() { busybox dd if=/dev/zero of=$1 bs=1048576 count=$2 2>/dev/null; }
            dd /ram/x 2; dd /disk/x 1; dd /tmp/x 3; echo a line of the log
            i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done
            exec sleep 100000
            """;
        var pod = await node.RunAsync("stats", script, null,
            c => c with { VolumeMounts = [new() { Name = "ram", MountPath = "/ram" }, new() { Name = "disk", MountPath = "/disk" }], Resources = new() { Limits = new Dictionary<string, Quantity> { ["memory"] = Quantity.Parse("64Mi") } } },
            s => s with { Volumes = [new() { Name = "ram", EmptyDir = new() { Medium = "Memory", SizeLimit = Quantity.Parse("8Mi") } }, new() { Name = "disk", EmptyDir = new() }] });
        pod = await node.UntilReadyAsync("stats");
        using var http = node.Http();
        JsonObject summary = [], told = [];
        // The runtime looks at the layers of containers every ten seconds.
        await node.HoldsAsync(async () =>
        {
            summary = JsonNode.Parse(await http.GetStringAsync("/api/v1/nodes/n1/proxy/stats/summary"))!.AsObject();
            told = summary["pods"]!.AsArray().Single(p => (string?)p!["podRef"]!["name"] == "stats")!.AsObject();
            return told["containers"]![0]!["rootfs"]!["usedBytes"]!.GetValue<long>() >= 3 * MiB && told["containers"]![0]!["cpu"]!["usageNanoCores"] is not null && (string?)told["process_stats"]!["process_count"]?.ToString() == "1";
        }, () => told.ToJsonString());
        var id = pod.Status!.ContainerStatuses![0].ContainerID!["containerd://".Length..];
        var cgroup = new PodCgroups(node.CgroupRoot).UsageOf($"{node.CgroupRoot}/kubepods/burstable/pod{pod.Metadata.Uid}/{id}");
        Assert.Equal(("default", pod.Metadata.Uid), ((string?)told["podRef"]!["namespace"], (string?)told["podRef"]!["uid"]));
        var container = told["containers"]!.AsArray().Single()!;
        Assert.Equal("app", (string?)container["name"]);
        Assert.Equal(pod.Status.ContainerStatuses[0].State!.Running!.StartedAt!.Value.ToUnixTimeSeconds(), DateTimeOffset.Parse((string)container["startTime"]!).ToUnixTimeSeconds());
        // It sleeps since: what the kernel counts now was counted then.
        Assert.Equal(cgroup.CpuNanoseconds, (long)container["cpu"]!["usageCoreNanoSeconds"]!);
        Assert.InRange((long)container["cpu"]!["usageCoreNanoSeconds"]!, 10_000_000, 60_000_000_000);
        Assert.InRange((long)told["cpu"]!["usageCoreNanoSeconds"]!, cgroup.CpuNanoseconds!.Value, 60_000_000_000);
        var memory = container["memory"]!;
        Assert.Equal(cgroup.Rss, (long)memory["rssBytes"]!);
        // The tmpfs is the container's memory.
        Assert.InRange((long)memory["workingSetBytes"]!, 2 * MiB, (long)memory["usageBytes"]!);
        Assert.Equal(64 * MiB, (long)memory["availableBytes"]! + (long)memory["workingSetBytes"]!);
        Assert.True((long)memory["pageFaults"]! > 0 && (long)memory["majorPageFaults"]! >= 0, memory.ToJsonString());
        Assert.InRange((long)container["rootfs"]!["usedBytes"]!, 3 * MiB, 4 * MiB);
        Assert.InRange((long)container["logs"]!["usedBytes"]!, 1, 64 * 1024);
        var volumes = told["volume"]!.AsArray().ToDictionary(v => (string)v!["name"]!, v => v!);
        Assert.Equal((2 * MiB, 8 * MiB), ((long)volumes["ram"]["usedBytes"]!, (long)volumes["ram"]["capacityBytes"]!));
        Assert.InRange((long)volumes["disk"]["usedBytes"]!, MiB, MiB + 64 * 1024);
        Assert.Equal(2, (long)volumes["disk"]["inodesUsed"]!); // the folder and x
        Assert.Equal((long)container["rootfs"]!["usedBytes"]! + (long)container["logs"]!["usedBytes"]! + (long)volumes["disk"]["usedBytes"]!, (long)told["ephemeral-storage"]!["usedBytes"]!);
        Assert.Equal(("eth0", "eth0"), ((string?)told["network"]!["name"], (string?)told["network"]!["interfaces"]![0]!["name"]));
        Assert.NotNull(told["network"]!["rxBytes"]);
        await node.RemoveAsync("stats");
    }

    [Fact]
    public async Task TheSummaryTellsWhatTheNodeUses()
    {
        using var http = node.Http();
        JsonNode whole = new JsonObject();
        // A node that is not registered yet is not reached; the runtime looks at its images every ten seconds.
        await node.HoldsAsync(async () =>
        {
            var answer = await http.GetAsync("/api/v1/nodes/n1/proxy/stats/summary");
            if (answer.IsSuccessStatusCode) whole = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["node"]!;
            return whole["runtime"]?["imageFs"]?["usedBytes"] is { } used && (long)used > 0;
        }, () => whole.ToJsonString());
        Assert.Equal("n1", (string?)whole["nodeName"]);
        var capacity = (await node.Client.GetAsync<Fairlead.Api.Core.V1.Node>(null, "n1", default)).Status!.Capacity!["memory"].Value;
        Assert.Equal(capacity, (long)whole["memory"]!["availableBytes"]! + (long)whole["memory"]!["workingSetBytes"]!);
        var uptime = double.Parse((await File.ReadAllTextAsync("/proc/uptime")).Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange((DateTimeOffset.UtcNow - DateTimeOffset.Parse((string)whole["startTime"]!)).TotalSeconds, uptime - 60, uptime + 60);
        Assert.Equal(new DriveInfo("/tmp").TotalSize, (long)whole["fs"]!["capacityBytes"]!);
        Assert.InRange((long)whole["fs"]!["usedBytes"]!, 1, (long)whole["fs"]!["capacityBytes"]!);
        Assert.InRange((long)whole["runtime"]!["imageFs"]!["usedBytes"]!, MiB, 1000 * MiB); // busybox
        Assert.InRange((long)whole["rlimit"]!["curproc"]!, 2, (long)whole["rlimit"]!["maxpid"]!);
        var part = JsonNode.Parse(await http.GetStringAsync("/api/v1/nodes/n1/proxy/stats/summary?only_cpu_and_memory=true"))!["node"]!.AsObject();
        Assert.Equal(["nodeName", "startTime", "cpu", "memory"], part.Select(p => p.Key));
    }

    [Theory]
    [InlineData("first", "10:1000", "")]
    [InlineData("one core for a second", "10:1000 11:1000001000", ",1000000000")]
    [InlineData("half a core for two", "10:0 12:1000000000", ",500000000")]
    [InlineData("at once again: the rate before", "10:0 11:7 11.1:9", ",7,7")]
    [InlineData("begun anew under the same name", "10:5000 11:10 12:20", ",,10")]
    public void ARateIsOfTheTimeSinceTheLastLook(string name, string looks, string rates)
    {
        var cpu = new CpuRates();
        var said = looks.Split(' ').Select(l => l.Split(':')).Select(l => cpu.Next("c", DateTimeOffset.UnixEpoch.AddSeconds(double.Parse(l[0], System.Globalization.CultureInfo.InvariantCulture)), long.Parse(l[1])));
        Assert.Equal((name, rates), (name, string.Join(',', said)));
    }

    [Fact]
    public void BothVersionsOfCgroupsAreRead()
    {
        var folder = Directory.CreateTempSubdirectory("fl-usage-").FullName;
        try
        {
            Write("cgroup.controllers", "cpu memory\n");
            Write("p/cpu.stat", "usage_usec 1500\nuser_usec 1000\n");
            Write("p/memory.current", "9000\n");
            Write("p/memory.stat", "anon 4096\nfile 8192\ninactive_file 3000\npgfault 7\npgmajfault 1\n");
            Write("p/memory.max", "max\n");
            Write("p/memory.swap.current", "12\n");
            Write("p/cgroup.procs", "12\n13\n");
            var unified = new PodCgroups("/", folder).UsageOf("/p");
            Assert.Equal((1_500_000L, 9000L, 6000L, 4096L, 7L, 1L, 12L, null), (unified.CpuNanoseconds, unified.Memory, unified.WorkingSet, unified.Rss, unified.PageFaults, unified.MajorPageFaults, unified.Swap, unified.MemoryLimit));
            Assert.Equal([12, 13], unified.Processes);
            Assert.Equal(new CgroupUsage { Processes = [] }.Memory, new PodCgroups("/", folder).UsageOf("/gone").Memory);

            File.Delete(folder + "/cgroup.controllers");
            Write("cpuacct/p/cpuacct.usage", "1500\n");
            Write("cpuacct/p/cgroup.procs", "14\n");
            Write("memory/p/memory.usage_in_bytes", "9000\n");
            Write("memory/p/memory.limit_in_bytes", "9223372036854771712\n");
            Write("memory/p/memory.stat", "inactive_file 1\ntotal_inactive_file 3000\ntotal_rss 4096\ntotal_pgfault 7\ntotal_pgmajfault 1\n");
            var old = new PodCgroups("/", folder).UsageOf("/p");
            Assert.Equal((1500L, 9000L, 6000L, 4096L, 7L, 1L, null), (old.CpuNanoseconds, old.Memory, old.WorkingSet, old.Rss, old.PageFaults, old.MajorPageFaults, old.MemoryLimit));
            Assert.Equal([14], old.Processes);
        }
        finally { Directory.Delete(folder, recursive: true); }

        void Write(string file, string text)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, file))!);
            File.WriteAllText(Path.Combine(folder, file), text);
        }
    }
}
