using System.Diagnostics;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;

namespace Fairlead.Node.Tests;

/// <summary>Hooks, signals, deadlines and probes of real containers. A directory that both sides see is what they tell each other by.</summary>
[Collection(nameof(TestNode))]
public sealed class LifecycleTests
{
    readonly TestNode node;

    public LifecycleTests(TestNode node)
    {
        TestNode.SkipIfMissing();
        this.node = node;
    }

    [Fact]
    public async Task HooksStandBetweenStartAndReadyAndBetweenDeletionAndTheSignal()
    {
        var shared = node.MakeDirectory("hooks");
        await node.RunAsync("hooks", "trap 'echo term >> /shared/order; exit 0' TERM; echo -n up > /shared/up; while :; do sleep 0.05; done", shared,
            c => c with
            {
                Lifecycle = new()
                {
                    PostStart = Exec("until [ -e /shared/open ]; do sleep 0.05; done; echo post >> /shared/order"),
                    PreStop = Exec("echo pre >> /shared/order; sleep 0.3; echo stopped >> /shared/order"),
                },
            });
        await node.UntilFileAsync(Path.Combine(shared, "up"), "up");
        Assert.NotEqual(true, (await node.Client.GetAsync<Pod>("default", "hooks", default)).Status?.ContainerStatuses?[0].Ready);
        await File.WriteAllTextAsync(Path.Combine(shared, "open"), "");
        await node.UntilReadyAsync("hooks");
        Assert.Equal("post\n", await File.ReadAllTextAsync(Path.Combine(shared, "order")));
        var took = await EndAsync("hooks", grace: 20);
        Assert.Equal("post\npre\nstopped\nterm\n", await File.ReadAllTextAsync(Path.Combine(shared, "order")));
        Assert.True(took < TimeSpan.FromSeconds(20), $"{took}: the grace is a limit, not a wait");
    }

    [Fact]
    public async Task GraceEndsWithSigkillWhateverContainersAndHooksDo()
    {
        var shared = node.MakeDirectory("grace");
        await node.RunAsync("deaf", "trap 'echo term >> /shared/deaf' TERM; echo -n up > /shared/up; while :; do sleep 0.05; done", shared);
        await node.RunAsync("stuck", "exec sleep 100000", shared, c => c with { Lifecycle = new() { PreStop = Exec("echo pre > /shared/stuck; sleep 100000") } });
        await node.RunAsync("starting", "echo -n up > /shared/starting; exec sleep 100000", shared, c => c with { Lifecycle = new() { PostStart = Exec("sleep 100000") } });
        await node.UntilFileAsync(Path.Combine(shared, "up"), "up");
        await node.UntilFileAsync(Path.Combine(shared, "starting"), "up");
        await node.UntilReadyAsync("deaf");
        await node.UntilReadyAsync("stuck");
        var took = await Task.WhenAll(EndAsync("deaf", grace: 2), EndAsync("stuck", grace: 2), EndAsync("starting", grace: 1));
        Assert.Equal("term\n", await File.ReadAllTextAsync(Path.Combine(shared, "deaf")));
        Assert.Equal("pre\n", await File.ReadAllTextAsync(Path.Combine(shared, "stuck")));
        Assert.All(took[..2], t => Assert.True(t > TimeSpan.FromSeconds(1.9), $"{t}: the grace was not given"));
        Assert.All(took, t => Assert.True(t < TimeSpan.FromSeconds(15), $"{t}: the grace did not end"));
    }

    /// <summary>An exec that is just being started when its Pod goes: containerd must not be left with half of one.</summary>
    [Fact]
    public async Task APodGoesInTimeAtWhateverMomentItsHookBegins()
    {
        var took = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            var shared = node.MakeDirectory($"begins-{i}");
            await node.RunAsync($"begins-{i}", "echo -n up > /shared/up; exec sleep 100000", shared, c => c with { Lifecycle = new() { PostStart = Exec("sleep 100000") } });
            await node.UntilFileAsync(Path.Combine(shared, "up"), "up");
            await Task.Delay(i * 40);
            return await EndAsync($"begins-{i}", grace: 1);
        }));
        Assert.All(took, t => Assert.True(t < TimeSpan.FromSeconds(15), $"{t}: the grace did not end"));
    }

    [Fact]
    public async Task ADeadlineEndsThePod()
    {
        await node.RunAsync("late", "exec sleep 100000", null, spec: s => s with { ActiveDeadlineSeconds = 1 });
        var ended = await node.UntilAsync("late", p => p.Status?.Phase == "Failed");
        Assert.Equal("DeadlineExceeded", ended.Status!.Reason);
        Assert.Equal("Pod was active on the node longer than the specified deadline", ended.Status.Message);
        Assert.NotNull(ended.Status.ContainerStatuses![0].State!.Terminated);
        await node.UntilEventAsync("late", "DeadlineExceeded", "Pod was active on the node longer than the specified deadline");
        await node.RemoveAsync("late");
    }

    [Fact]
    public async Task LivenessWaitsForTheStartupProbe()
    {
        var shared = node.MakeDirectory("startup");
        await node.RunAsync("startup", "exec sleep 100000", shared,
            c => c with
            {
                StartupProbe = new() { Exec = new() { Command = ["sh", "-c", "echo asked >> /shared/startup; [ -e /shared/open ]"] }, PeriodSeconds = 1, FailureThreshold = 60, TimeoutSeconds = 10 },
                LivenessProbe = new() { Exec = new() { Command = ["sh", "-c", "echo asked >> /shared/liveness; false"] }, PeriodSeconds = 1, FailureThreshold = 1, TimeoutSeconds = 10 },
            });
        await node.UntilFileAsync(Path.Combine(shared, "startup"), "asked\nasked\n");
        var starting = await node.UntilAsync("startup", p => p.Status?.ContainerStatuses?[0].State?.Running is not null);
        Assert.False(starting.Status!.ContainerStatuses![0].Started);
        Assert.False(starting.Status.ContainerStatuses[0].Ready);
        Assert.False(File.Exists(Path.Combine(shared, "liveness")));
        await File.WriteAllTextAsync(Path.Combine(shared, "open"), "");
        await node.UntilAsync("startup", p => p.Status?.ContainerStatuses?[0].RestartCount == 1);
        Assert.StartsWith("asked\n", await File.ReadAllTextAsync(Path.Combine(shared, "liveness")));
        await node.RemoveAsync("startup");
    }

    [Fact]
    public async Task AHostNetworkPodIsInTheNodesNamespace()
    {
        var shared = node.MakeDirectory("hostnet");
        await node.RunAsync("hostnet", "busybox readlink /proc/self/ns/net > /shared/ns; exec sleep 100000", shared, spec: s => s with { HostNetwork = true });
        var running = await node.UntilReadyAsync("hostnet");
        Assert.Equal(running.Status!.HostIP, running.Status.PodIP);
        Assert.Equal("127.0.0.1", running.Status.PodIP);
        Assert.Equal(new FileInfo("/proc/self/ns/net").LinkTarget + "\n", await node.UntilFileAsync(Path.Combine(shared, "ns"), "\n"));
        await node.RemoveAsync("hostnet");
    }

    // Deletes the Pod; how long it took to be gone.
    async Task<TimeSpan> EndAsync(string name, int grace)
    {
        var began = Stopwatch.GetTimestamp();
        await node.Client.DeleteAsync<Pod>("default", name, new DeleteOptions { GracePeriodSeconds = grace }, default);
        await node.UntilGoneAsync(name);
        return Stopwatch.GetElapsedTime(began);
    }

    static LifecycleHandler Exec(string script) => new() { Exec = new() { Command = ["sh", "-c", script] } };
}
