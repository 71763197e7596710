using Fairlead.Api.Coordination.V1;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;

namespace Fairlead.Controllers.Tests.Cluster;

public class NodeTests
{
    static Node Ready(string name) => new()
    {
        Metadata = new ObjectMeta { Name = name },
        Status = new NodeStatus { Conditions = [new NodeCondition { Type = "Ready", Status = "True", Reason = "KubeletReady", LastHeartbeatTime = DateTimeOffset.UtcNow }] },
    };

    [Fact]
    public async Task Nodes_get_ranges_of_their_own_and_a_lost_one_loses_its_Pods()
    {
        await using var running = new RunningControllers { Options = new() { NodeMonitorGracePeriod = TimeSpan.FromSeconds(4) } };
        await running.InitializeAsync();
        var api = running.Api;
        // n1 renews its lease all the time; n0 has none.
        using var stop = new CancellationTokenSource();
        var renewing = RenewAsync(api, "n1", stop.Token);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => api.Client.CreateAsync(Ready($"n{i}"), default)));
        var nodes = await api.UntilAsync<Node>(null, all => all.Count == 10 && all.All(n => n.Spec?.PodCIDR is { Length: > 0 }));
        Assert.Equal(10, nodes.Select(n => n.Spec!.PodCIDR).Distinct().Count());
        Assert.All(nodes, n => Assert.Equal([n.Spec!.PodCIDR!], n.Spec.PodCIDRs!));

        var ns = await api.NamespaceAsync("lost");
        var impatient = await api.ReportAsync(await api.Client.CreateAsync(PodOn(ns, "impatient", 0), default), "10.0.0.1");
        var patient = await api.ReportAsync(await api.Client.CreateAsync(PodOn(ns, "patient", null), default), "10.0.0.2");
        Assert.Equal("True", patient.Status!.Conditions![0].Status);

        var lost = await api.UntilAsync<Node>(null, "n0", n => n.Spec?.Taints?.Count == 2);
        Assert.Equal("Unknown NodeStatusUnknown", lost.Status!.Conditions!.Where(c => c.Type == "Ready").Select(c => $"{c.Status} {c.Reason}").Single());
        Assert.Equal(["node.kubernetes.io/unreachable:NoExecute", "node.kubernetes.io/unreachable:NoSchedule"], lost.Spec!.Taints!.Select(t => $"{t.Key}:{t.Effect}").Order());
        await api.UntilAsync<Pod>(ns, "impatient", p => p.Metadata.DeletionTimestamp is not null);
        await api.UntilAsync<Pod>(ns, "patient", p => p.Metadata.DeletionTimestamp is null && p.Status!.Conditions!.Single(c => c.Type == "Ready").Status == "False");
        await api.UntilAsync<Event>("default", all => all.Any(e => e is { Reason: "NodeNotReady", InvolvedObject.Name: "n0", Message: "Node n0 status is now: NodeNotReady", Source.Component: "node-controller" }));
        await api.UntilAsync<Event>(ns, all => all.Any(e => e.Reason == "TaintManagerEviction" && e.Message == $"Marking for deletion Pod {ns}/impatient"));
        await api.UntilAsync<Node>(null, all => all.Where(n => n.Metadata.Name != "n1").All(n => n.Spec?.Taints?.Count == 2));
        Assert.Null((await api.Client.GetAsync<Node>(null, "n1", default)).Spec!.Taints);
        await stop.CancelAsync();
        await renewing;

        // A node that comes back is as it was; one that is taken out of the cluster takes its Pods with it.
        await api.Client.UpdateStatusAsync(Ready("n0"), default);
        await RenewOnceAsync(api, "n0");
        await api.UntilAsync<Node>(null, "n0", n => n.Spec?.Taints is not { Count: > 0 });
        await api.Client.DeleteAsync<Node>(null, "n0", new DeleteOptions(), default);
        await api.GoneAsync<Pod>(ns, "patient");
        await api.GoneAsync<Pod>(ns, impatient.Metadata.Name!);
    }

    static Pod PodOn(string ns, string name, long? seconds) => new()
    {
        Metadata = new ObjectMeta { Name = name, Namespace = ns },
        Spec = Given.Template("web:1").Spec! with { NodeName = "n0", Tolerations = [new Toleration { Operator = "Exists", Effect = "NoExecute", TolerationSeconds = seconds, Key = seconds is null ? null : "node.kubernetes.io/unreachable" }] },
    };

    static async Task RenewAsync(ApiUnderTest api, string node, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        try
        {
            do await RenewOnceAsync(api, node);
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) { }
    }

    static async Task RenewOnceAsync(ApiUnderTest api, string node)
    {
        var lease = new Lease { Metadata = new ObjectMeta { Name = node, Namespace = "kube-node-lease" }, Spec = new LeaseSpec { HolderIdentity = node, RenewTime = DateTimeOffset.UtcNow } };
        try { await api.Client.CreateAsync(lease, default); }
        catch (Api.Errors.ApiException e) when (e.IsAlreadyExists) { await api.Client.UpdateAsync(lease, default); }
    }

    [Fact]
    public async Task Cancellation_ends_the_controllers_at_once()
    {
        await using var running = new RunningControllers();
        await running.InitializeAsync();
        await running.Api.UntilAsync<ServiceAccount>("kube-system", "default", _ => true);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await running.StopAsync();
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(2), $"{clock.Elapsed}");
    }
}
