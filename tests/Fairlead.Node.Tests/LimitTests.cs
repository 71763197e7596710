using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;

namespace Fairlead.Node.Tests;

/// <summary>Requests and limits as the kernel has them, and what becomes of who takes more.</summary>
[Collection(nameof(TestNode))]
public sealed class LimitTests
{
    static readonly bool Unified = File.Exists("/sys/fs/cgroup/cgroup.controllers");

    readonly TestNode node;

    public LimitTests(TestNode node)
    {
        TestNode.SkipIfMissing();
        this.node = node;
    }

    [Fact]
    public async Task RequestsAndLimitsAreInTheCgroups()
    {
        await node.RunAsync("limits", "exec sleep 100000", null, c => c with { Resources = Resources("500m", "64Mi", new() { ["cpu"] = Quantity.Parse("250m") }) });
        var running = await node.UntilReadyAsync("limits");
        var pod = $"kubepods/burstable/pod{running.Metadata.Uid}";
        var container = $"{pod}/{running.Status!.ContainerStatuses![0].ContainerID!["containerd://".Length..]}";
        foreach (var cgroup in new[] { pod, container })
        {
            if (Unified)
            {
                Assert.Equal("50000 100000", Read("", cgroup, "cpu.max"));
                Assert.Equal("67108864", Read("", cgroup, "memory.max"));
                continue;
            }
            Assert.Equal("50000", Read("cpu", cgroup, "cpu.cfs_quota_us"));
            Assert.Equal("100000", Read("cpu", cgroup, "cpu.cfs_period_us"));
            Assert.Equal("256", Read("cpu", cgroup, "cpu.shares"));
            Assert.Equal("67108864", Read("memory", cgroup, "memory.limit_in_bytes"));
        }
        await node.RemoveAsync("limits");
    }

    [Fact]
    public async Task WhoTakesMoreMemoryIsOomKilled()
    {
        await node.RunAsync("greedy", "x=a; while :; do x=$x$x; done", null, c => c with { Resources = Resources("1", "32Mi", []) }, s => s with { RestartPolicy = "Never" });
        var ended = await node.UntilAsync("greedy", p => p.Status?.Phase == "Failed");
        var terminated = ended.Status!.ContainerStatuses![0].State!.Terminated!;
        Assert.Equal(("OOMKilled", 137), (terminated.Reason, terminated.ExitCode));
        await node.RemoveAsync("greedy");
    }

    string Read(string controller, string cgroup, string file) =>
        File.ReadAllText(Path.Combine("/sys/fs/cgroup", controller, node.CgroupRoot.TrimStart('/'), cgroup, file)).Trim();

    static ResourceRequirements Resources(string cpu, string memory, Dictionary<string, Quantity> requests) => new()
    {
        Limits = new Dictionary<string, Quantity> { ["cpu"] = Quantity.Parse(cpu), ["memory"] = Quantity.Parse(memory) },
        Requests = requests.Count > 0 ? requests : null,
    };
}
