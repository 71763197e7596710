using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;
using Fairlead.Controllers.Tests;
using Fairlead.Json;

namespace Fairlead.Scheduler.Tests;

/// <summary>The scheduler at work on the real API server.</summary>
public sealed class PodSchedulerTests : IAsyncLifetime
{
    readonly CancellationTokenSource stop = new();
    ApiUnderTest api = null!;
    PodScheduler scheduler = null!;
    Task running = Task.CompletedTask;
    string ns = "";

    public async ValueTask InitializeAsync()
    {
        api = await ApiUnderTest.StartAsync();
        ns = await api.NamespaceAsync("pods");
        scheduler = new PodScheduler(api.Client, TimeProvider.System, new Random(5), _ => { });
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        if (!running.IsCompletedSuccessfully) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(5)));
        scheduler.Dispose();
        await api.DisposeAsync();
        stop.Dispose();
    }

    void Start() => running = Task.Run(() => scheduler.RunAsync(stop.Token));

    Task<Pod> PodAsync(string name, string requests, string? priority = null)
    {
        var pod = Given.Pod(name, requests);
        return api.Client.CreateAsync(pod with { Metadata = new ObjectMeta { Name = name, Namespace = ns }, Spec = pod.Spec! with { PriorityClassName = priority } }, default);
    }

    /// <summary>Every new node is tainted as not ready until it has been seen; here it has.</summary>
    async Task NodeAsync(string name, string allocatable = "cpu=4 memory=8Gi pods=110", bool unschedulable = false)
    {
        await api.Client.CreateAsync(Given.Node(name, allocatable, unschedulable: unschedulable), default);
        await api.Client.MergePatchAsync<Node>(null, name, JsonNode.Parse("""{"spec":{"taints":null}}""")!, "", default);
    }

    [Fact]
    public async Task A_thousand_Pods_find_room_on_a_hundred_nodes()
    {
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => NodeAsync($"n{i}", "cpu=2 memory=8Gi pods=12")));
        Start();
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => PodAsync($"p{i}", i % 4 == 0 ? "cpu=300m memory=64Mi" : "cpu=100m memory=64Mi")));
        var pods = await api.UntilAsync<Pod>(ns, all => all.Count == 1000 && all.All(p => p.Spec!.NodeName is not null));
        foreach (var node in pods.GroupBy(p => p.Spec!.NodeName!))
        {
            Assert.InRange(node.Count(), 1, 12);
            Assert.InRange(node.Sum(p => p.Spec!.Containers![0].Resources!.Requests!["cpu"].MilliValue), 0, 2000);
        }
        Assert.Equal(100, pods.Select(p => p.Spec!.NodeName).Distinct().Count());
        Assert.All(pods, p => Assert.Contains(p.Status!.Conditions!, c => c is { Type: "PodScheduled", Status: "True" }));
    }

    [Fact]
    public async Task A_Pod_without_a_place_says_why_and_is_placed_when_there_is_one()
    {
        Start();
        await PodAsync("p", "cpu=3");
        await ConditionAsync("p", "no nodes available to schedule pods");
        await NodeAsync("small", "cpu=2 memory=8Gi pods=110");
        // The reason is a newer one, though the Pod was written meanwhile by the scheduler itself.
        const string small = "0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.";
        await ConditionAsync("p", small);
        await api.UntilAsync<Event>(ns, all => all.Any(e => e.Message == small && e is { Reason: "FailedScheduling", Type: "Warning", Source.Component: "default-scheduler" }));
        await NodeAsync("large");
        var placed = await api.UntilAsync<Pod>(ns, "p", p => p.Spec!.NodeName is not null);
        Assert.Equal("large", placed.Spec!.NodeName);
        await api.UntilAsync<Event>(ns, all => all.Any(e => e.Reason == "Scheduled" && e.Message == $"Successfully assigned {ns}/p to large"));
    }

    [Fact]
    public async Task Room_that_is_given_back_is_used()
    {
        await NodeAsync("n1");
        Start();
        await PodAsync("first", "cpu=3");
        await api.UntilAsync<Pod>(ns, "first", p => p.Spec!.NodeName is not null);
        await PodAsync("second", "cpu=3");
        await ConditionAsync("second", "0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.");
        await api.Client.DeleteAsync<Pod>(ns, "first", new DeleteOptions { GracePeriodSeconds = 0 }, default);
        await api.UntilAsync<Pod>(ns, "second", p => p.Spec!.NodeName == "n1");
    }

    [Fact]
    public async Task Cordoned_nodes_are_left_alone_until_they_are_not()
    {
        await NodeAsync("closed", unschedulable: true);
        await NodeAsync("open", "cpu=1 memory=8Gi pods=110");
        Start();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => PodAsync($"p{i}", "cpu=250m")));
        var pods = await api.UntilAsync<Pod>(ns, all => all.Count == 4 && all.All(p => p.Spec!.NodeName is not null));
        Assert.All(pods, p => Assert.Equal("open", p.Spec!.NodeName));
        await PodAsync("more", "cpu=250m");
        await ConditionAsync("more", "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) were unschedulable. preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.");
        await api.Client.MergePatchAsync<Node>(null, "closed", JsonNode.Parse("""{"spec":{"unschedulable":null}}""")!, "", default);
        await api.UntilAsync<Pod>(ns, "more", p => p.Spec!.NodeName == "closed");
    }

    [Fact]
    public async Task Higher_priority_goes_first_and_Pods_that_leave_are_forgotten()
    {
        await PodAsync("low", "cpu=3");
        await PodAsync("leaving", "cpu=3", "system-cluster-critical");
        await api.Client.MergePatchAsync<Pod>(ns, "leaving", JsonNode.Parse("""{"metadata":{"finalizers":["example.com/hold"]}}""")!, "", default);
        await api.Client.DeleteAsync<Pod>(ns, "leaving", new DeleteOptions(), default);
        await api.Client.CreateAsync(new Api.Scheduling.V1.PriorityClass { Metadata = new() { Name = "higher" }, Value = 1000 }, default);
        await PodAsync("high", "cpu=3", "higher");
        Start();
        await ConditionAsync("low", "no nodes available to schedule pods");
        await ConditionAsync("high", "no nodes available to schedule pods");
        await NodeAsync("n1");
        await api.UntilAsync<Pod>(ns, "high", p => p.Spec!.NodeName == "n1");
        Assert.Null((await api.Client.GetAsync<Pod>(ns, "leaving", default)).Spec!.NodeName);
        Assert.Null((await api.Client.GetAsync<Pod>(ns, "low", default)).Spec!.NodeName);
    }

    Task<Pod> ConditionAsync(string name, string message) =>
        api.UntilAsync<Pod>(ns, name, p => p.Status?.Conditions?.Any(c => c is { Type: "PodScheduled", Status: "False", Reason: "Unschedulable" } && c.Message == message) == true);
}
