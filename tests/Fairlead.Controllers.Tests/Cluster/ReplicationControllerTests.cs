using Fairlead.Api.Apps.V1;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;
using Fairlead.Json;

namespace Fairlead.Controllers.Tests.Cluster;

[Collection(nameof(RunningControllers))]
public class ReplicationControllerTests(RunningControllers running)
{
    static readonly Dictionary<string, string> Web = new() { ["app"] = "web" };

    readonly ApiUnderTest api = running.Api;

    /// <summary>Without a selector: the labels of its template stand in for it.</summary>
    Task<ReplicationController> MakeAsync(string ns, int replicas, int? minReadySeconds = null) => api.Client.CreateAsync(new ReplicationController
    {
        Metadata = new ObjectMeta { Name = "web", Namespace = ns },
        Spec = new() { Replicas = replicas, MinReadySeconds = minReadySeconds, Template = Given.Template("web:1") },
    }, default);

    Task PatchAsync(string ns, string patch) => api.Client.MergePatchAsync<ReplicationController>(ns, "web", JsonNode.Parse(patch)!, "", default);

    Task<ReplicationController> CountedAsync(string ns, int replicas, int? labeled, int? ready, int? available) =>
        api.UntilAsync<ReplicationController>(ns, "web", c => c.Status is { } s && s.ObservedGeneration == c.Metadata.Generation
            && (s.Replicas, s.FullyLabeledReplicas, s.ReadyReplicas, s.AvailableReplicas) == (replicas, labeled, ready, available));

    Task<IReadOnlyList<Pod>> PodsAsync(string ns, int count) => api.UntilAsync<Pod>(ns, all => all.Count == count);

    [Fact]
    public async Task It_makes_Pods_counts_them_and_gives_them_up()
    {
        var ns = await api.NamespaceAsync("rc");
        var made = await MakeAsync(ns, 3);
        var pods = await PodsAsync(ns, 3);
        Assert.All(pods, p =>
        {
            Assert.StartsWith("web-", p.Metadata.Name);
            Assert.Equal(("v1", "ReplicationController", "web", made.Metadata.Uid, true, true), p.Metadata.OwnerReferences is [var r]
                ? (r.ApiVersion, r.Kind, r.Name, r.Uid, r.Controller ?? false, r.BlockOwnerDeletion ?? false) : default);
        });
        await CountedAsync(ns, 3, 3, null, null);
        await api.ReportAsync(pods[0], "10.0.0.1");
        await api.ReportAsync(pods[1], "10.0.0.2", ready: false);
        await CountedAsync(ns, 3, 3, 1, 1);
        await PatchAsync(ns, """{"spec":{"template":{"metadata":{"labels":{"more":"yes"}}}}}""");
        await CountedAsync(ns, 3, null, 1, 1);
        await PatchAsync(ns, """{"spec":{"replicas":1}}""");
        Assert.Equal(pods[0].Metadata.Name, Assert.Single(await PodsAsync(ns, 1)).Metadata.Name);
        var events = await api.UntilAsync<Event>(ns, all => all.Count(e => e.Reason == "SuccessfulCreate") == 3 && all.Count(e => e.Reason == "SuccessfulDelete") == 2);
        Assert.Equal(pods.Select(p => $"Created pod: {p.Metadata.Name}").Order(), events.Where(e => e.Reason == "SuccessfulCreate").Select(e => e.Message).Order());
        Assert.All(events.Where(e => e.InvolvedObject?.Kind == "ReplicationController"),
            e => Assert.Equal(("v1", "web", "replication-controller"), (e.InvolvedObject!.ApiVersion, e.InvolvedObject.Name, e.Source?.Component)));
        Assert.Equal(5, events.Count(e => e.InvolvedObject?.Uid == made.Metadata.Uid));
    }

    [Fact]
    public async Task A_ready_Pod_is_available_when_minReadySeconds_have_passed()
    {
        var ns = await api.NamespaceAsync("rc-ready");
        await MakeAsync(ns, 1, minReadySeconds: 3600);
        await api.ReportAsync((await PodsAsync(ns, 1))[0], "10.0.0.1");
        await CountedAsync(ns, 1, 1, 1, null);
        // It was ready two seconds before that: some are left, unless the machine is slow.
        await PatchAsync(ns, """{"spec":{"minReadySeconds":4}}""");
        await CountedAsync(ns, 1, 1, 1, 1);
    }

    [Fact]
    public async Task Pods_without_owner_are_adopted_and_those_that_fit_no_longer_are_let_go()
    {
        var ns = await api.NamespaceAsync("rc-adopt");
        await api.Client.CreateAsync(Given.Lone(ns), default);
        var made = await MakeAsync(ns, 2);
        Assert.Equal(Web, made.Spec!.Selector);
        await api.UntilAsync<Pod>(ns, all => all.Count == 2 && all.All(p => p.Metadata.OwnerReferences is [{ Kind: "ReplicationController", Name: "web" }]));
        await api.Client.MergePatchAsync<Pod>(ns, "lone", JsonNode.Parse("""{"metadata":{"labels":{"app":"other"}}}""")!, "", default);
        await api.UntilAsync<Pod>(ns, all => all.Count == 3 && all.Single(p => p.Metadata.Name == "lone").Metadata.OwnerReferences is not { Count: > 0 });
        await CountedAsync(ns, 2, 2, null, null);
    }

    [Fact]
    public async Task A_ReplicaSet_of_the_same_name_and_labels_has_Pods_of_its_own()
    {
        var ns = await api.NamespaceAsync("rc-twin");
        var twin = await api.Client.CreateAsync(new ReplicaSet
        {
            Metadata = new ObjectMeta { Name = "web", Namespace = ns },
            Spec = new() { Replicas = 1, Selector = new() { MatchLabels = Web }, Template = Given.Template("web:1") },
        }, default);
        var made = await MakeAsync(ns, 2);
        await CountedAsync(ns, 2, 2, null, null);
        var pods = await PodsAsync(ns, 3);
        Assert.Equal((2, 1), (pods.Count(p => Ownership.IsControlledBy(p, made)), pods.Count(p => Ownership.IsControlledBy(p, twin))));
        await PatchAsync(ns, """{"spec":{"replicas":0}}""");
        Assert.True(Ownership.IsControlledBy(Assert.Single(await PodsAsync(ns, 1)), twin));
    }

    [Fact]
    public async Task What_keeps_Pods_from_being_made_is_told_until_it_is_over()
    {
        var ns = await api.NamespaceAsync("rc-quota");
        await api.Client.CreateAsync(new ResourceQuota { Metadata = new ObjectMeta { Name = "q", Namespace = ns }, Spec = new() { Hard = new Dictionary<string, Quantity> { ["pods"] = Quantity.Parse("1") } } }, default);
        await MakeAsync(ns, 2);
        var failed = await api.UntilAsync<ReplicationController>(ns, "web", c => c.Status?.Conditions is { Count: > 0 });
        var condition = Assert.Single(failed.Status!.Conditions!);
        Assert.Equal(("ReplicaFailure", "True", "FailedCreate"), (condition.Type, condition.Status, condition.Reason));
        Assert.Contains("exceeded quota: q", condition.Message);
        Assert.NotNull(condition.LastTransitionTime);
        // Each attempt is told of under the name of the Pod that was refused; the condition keeps its first words, or each would bring the next at once.
        await api.UntilAsync<Event>(ns, all => all.Count(e => e is { Reason: "FailedCreate", Type: "Warning", InvolvedObject.Kind: "ReplicationController" }
            && e.Message!.StartsWith("Error creating: ", StringComparison.Ordinal)) >= 4);
        Assert.Equal(condition, Assert.Single((await api.Client.GetAsync<ReplicationController>(ns, "web", default)).Status!.Conditions!));
        await PatchAsync(ns, """{"spec":{"replicas":1}}""");
        Assert.Null((await CountedAsync(ns, 1, 1, null, null)).Status!.Conditions);
    }

    [Theory]
    [InlineData("Background", 0)]
    [InlineData("Foreground", 0)]
    [InlineData("Orphan", 2)]
    public async Task Its_Pods_go_with_it_or_stay(string policy, int left)
    {
        var ns = await api.NamespaceAsync("rc-gone");
        await MakeAsync(ns, 2);
        await PodsAsync(ns, 2);
        await api.Client.DeleteAsync<ReplicationController>(ns, "web", new DeleteOptions { PropagationPolicy = policy }, default);
        await api.GoneAsync<ReplicationController>(ns, "web");
        Assert.All(await PodsAsync(ns, left), p => Assert.True(p.Metadata.OwnerReferences is null or { Count: 0 }));
    }
}
