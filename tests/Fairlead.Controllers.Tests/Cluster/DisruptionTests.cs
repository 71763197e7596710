using System.Text;
using Fairlead.Api.ApiExtensions.V1;
using Fairlead.Api.Apps.V1;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Errors;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Policy.V1;
using Fairlead.Api.Rbac.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Controllers.Disruption;
using Fairlead.Json;

namespace Fairlead.Controllers.Tests.Cluster;

[Collection(nameof(RunningControllers))]
public class DisruptionTests(RunningControllers running)
{
    readonly ApiUnderTest api = running.Api;

    Task<PodDisruptionBudget> BudgetAsync(string ns, IntOrString? least = null, IntOrString? most = null) => api.Client.CreateAsync(new PodDisruptionBudget
    {
        Metadata = new ObjectMeta { Name = "b", Namespace = ns },
        Spec = new() { MinAvailable = least, MaxUnavailable = most, Selector = new() { MatchLabels = new Dictionary<string, string> { ["app"] = "web" } } },
    }, default);

    Task<PodDisruptionBudget> CountedAsync(string ns, int expected, int desired, int healthy, int allowed) =>
        api.UntilAsync<PodDisruptionBudget>(ns, "b", b => b.Status is { } s && s.ObservedGeneration == b.Metadata.Generation
            && (s.ExpectedPods, s.DesiredHealthy, s.CurrentHealthy, s.DisruptionsAllowed) == (expected, desired, healthy, allowed));

    async Task<IReadOnlyList<Pod>> ReadyAsync(string ns, int count)
    {
        var pods = await api.UntilAsync<Pod>(ns, all => all.Count(p => p.Metadata.DeletionTimestamp is null) == count);
        var address = 1;
        foreach (var pod in pods.Where(p => p.Status?.Phase != "Running")) await api.ReportAsync(pod, $"10.0.0.{address++}");
        return pods;
    }

    async Task<(int Code, string Message)> EvictAsync(string ns, string pod)
    {
        var body = $$$"""{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"{{{pod}}}","namespace":"{{{ns}}}"}}""";
        try
        {
            await api.Client.RawAsync(new("POST", $"/api/v1/namespaces/{ns}/pods/{pod}/eviction", "application/json", Encoding.UTF8.GetBytes(body)), default);
            return (201, "");
        }
        catch (ApiException e) { return (e.Code, e.Status.Details?.Causes?[0].Message ?? e.Message); }
    }

    [Fact]
    public async Task A_Deployment_is_evicted_no_faster_than_its_budget_allows()
    {
        var ns = await api.NamespaceAsync("budget");
        await api.Client.CreateAsync(Given.Deployment(ns, "web", 4).Wish(), default);
        await BudgetAsync(ns, most: "25%");
        var pods = await ReadyAsync(ns, 4);
        await CountedAsync(ns, 4, 3, 4, 1);
        Assert.Equal(201, (await EvictAsync(ns, pods[0].Metadata.Name!)).Code);
        // The set makes another, which is not ready yet.
        await CountedAsync(ns, 4, 3, 3, 0);
        Assert.Equal((429, "The disruption budget b needs 3 healthy pods and has 3 currently"), await EvictAsync(ns, pods[1].Metadata.Name!));
        await ReadyAsync(ns, 4);
        var full = await CountedAsync(ns, 4, 3, 4, 1);
        Assert.Equal(("True", "SufficientPods"), (full.Status!.Conditions![0].Status, full.Status.Conditions[0].Reason));
        Assert.Equal(201, (await EvictAsync(ns, pods[1].Metadata.Name!)).Code);
    }

    [Fact]
    public async Task Plain_Pods_are_counted_by_a_number_and_warned_of_with_a_share()
    {
        var ns = await api.NamespaceAsync("plain");
        await BudgetAsync(ns, least: 1);
        await api.UntilAsync<Event>(ns, all => all.Any(e => e is { Reason: "NoPods", Message: "No matching pods found" }));
        foreach (var name in (string[])["a", "b"])
            await api.Client.CreateAsync(new Pod { Metadata = Given.Template("web:1").Metadata! with { Name = name, Namespace = ns }, Spec = Given.Template("web:1").Spec }, default);
        await ReadyAsync(ns, 2);
        await CountedAsync(ns, 2, 1, 2, 1);
        await api.Client.MergePatchAsync<PodDisruptionBudget>(ns, "b", JsonNode.Parse("""{"spec":{"minAvailable":"50%"}}""")!, "", default);
        await CountedAsync(ns, 0, 0, 2, 0);
        await api.UntilAsync<Event>(ns, all => all.Any(e => e is { Reason: "UnmanagedPods", Type: "Warning" }));
    }

    [Fact]
    public async Task Owners_without_scale_allow_nothing_and_say_why()
    {
        var ns = await api.NamespaceAsync("noscale");
        await BudgetAsync(ns, most: 1);
        var owner = await api.Client.CreateAsync(new ConfigMap { Metadata = new ObjectMeta { Name = "owner", Namespace = ns } }, default);
        await api.Client.CreateAsync(new Pod
        {
            Metadata = Given.Template("web:1").Metadata! with { Name = "p", Namespace = ns, OwnerReferences = [Ownership.Reference(owner)] },
            Spec = Given.Template("web:1").Spec,
        }, default);
        var failed = await api.UntilAsync<PodDisruptionBudget>(ns, "b", b => b.Status?.Conditions?[0].Reason == "SyncFailed");
        Assert.Equal(("False", "configmaps does not implement the scale subresource", 0), (failed.Status!.Conditions![0].Status, failed.Status.Conditions[0].Message, failed.Status.DisruptionsAllowed));
        await api.UntilAsync<Event>(ns, all => all.Any(e => e.Reason == "CalculateExpectedPodCountFailed"));
    }

    [Fact]
    public async Task A_StatefulSet_is_counted_by_its_wish()
    {
        var ns = await api.NamespaceAsync("stateful");
        var set = await api.Client.CreateAsync(new StatefulSet
        {
            Metadata = new ObjectMeta { Name = "db", Namespace = ns },
            Spec = new() { Replicas = 5, ServiceName = "db", Selector = new() { MatchLabels = new Dictionary<string, string> { ["app"] = "web" } }, Template = Given.Template("web:1") },
        }, default);
        var pod = new Pod { Metadata = Given.Template("web:1").Metadata! with { Name = "db-0", Namespace = ns, OwnerReferences = [Ownership.Reference(set)] }, Spec = Given.Template("web:1").Spec };
        try { await api.Client.CreateAsync(pod, default); }
        catch (ApiException e) when (e.IsAlreadyExists) { } // once there is a controller
        await BudgetAsync(ns, least: "60%");
        await api.UntilAsync<PodDisruptionBudget>(ns, "b", b => b.Status is { ExpectedPods: 5, DesiredHealthy: 3 });
    }

    [Fact]
    public async Task An_owner_that_no_copy_knows_yet_is_asked_for_its_scale()
    {
        var ns = await api.NamespaceAsync("unseen");
        var set = await api.Client.CreateAsync(new StatefulSet
        {
            Metadata = new ObjectMeta { Name = "db", Namespace = ns },
            Spec = new() { Replicas = 5, ServiceName = "db", Selector = new() { MatchLabels = new Dictionary<string, string> { ["app"] = "web" } }, Template = Given.Template("web:1") },
        }, default);
        var scale = new OwnerScale(api.Client, new InformerSet(api.Client)); // whose informers nobody runs
        Assert.Equal((set.Metadata.Uid!, 5), await scale.OfAsync(ns, Ownership.Reference(set), default));
        Assert.Null(await scale.OfAsync(ns, Ownership.Reference(set) with { Uid = "of another" }, default));
        Assert.Null(await scale.OfAsync(ns, Ownership.Reference(set) with { Name = "gone" }, default));
    }

    async Task PodOfAsync(string ns, OwnerReference owner)
    {
        var pod = new Pod { Metadata = Given.Template("web:1").Metadata! with { Name = "p", Namespace = ns, OwnerReferences = [owner] }, Spec = Given.Template("web:1").Spec };
        await api.Client.CreateAsync(pod, default);
    }

    [Fact]
    public async Task A_budget_that_could_not_be_counted_is_tried_again()
    {
        const string role = "system:controller:disruption-controller";
        var whole = await api.Client.GetAsync<ClusterRole>(null, role, default);
        await api.Client.UpdateAsync(whole with { Rules = [.. whole.Rules!.Where(r => r.Resources?.Contains("*/scale") != true)] }, default);
        var ns = await api.NamespaceAsync("refused");
        try
        {
            await PodOfAsync(ns, await FleetAsync(ns));
            await BudgetAsync(ns, most: "30%");
            var failed = await api.UntilAsync<PodDisruptionBudget>(ns, "b", b => b.Status?.Conditions?[0].Reason == "SyncFailed");
            Assert.Contains("forbidden", failed.Status!.Conditions![0].Message, StringComparison.Ordinal);
            // More often than the budget's making and its own status can have asked for.
            await api.UntilAsync<Event>(ns, all => all.Where(e => e.Reason == "CalculateExpectedPodCountFailed").Sum(e => e.Count ?? 1) > 3);
        }
        finally
        {
            await api.Client.UpdateAsync(whole with { Metadata = whole.Metadata with { ResourceVersion = null } }, default);
        }
        // Nothing of the Pod or of the budget changes.
        await api.UntilAsync<PodDisruptionBudget>(ns, "b", b => b.Status is { ExpectedPods: 20, DesiredHealthy: 14 });
    }

    [Fact]
    public async Task A_ReplicationController_is_counted_by_its_wish()
    {
        var ns = await api.NamespaceAsync("replicated");
        var controller = await api.Client.CreateAsync(new ReplicationController
        {
            Metadata = new ObjectMeta { Name = "web", Namespace = ns },
            Spec = new() { Replicas = 10, Selector = new Dictionary<string, string> { ["app"] = "web" }, Template = Given.Template("web:1") },
        }, default);
        await PodOfAsync(ns, Ownership.Reference(controller));
        await BudgetAsync(ns, most: "30%");
        await api.UntilAsync<PodDisruptionBudget>(ns, "b", b => b.Status is { ExpectedPods: 10, DesiredHealthy: 7 });
    }

    [Fact]
    public async Task A_custom_kind_is_counted_by_its_scale()
    {
        var ns = await api.NamespaceAsync("fleet");
        await PodOfAsync(ns, await FleetAsync(ns));
        await BudgetAsync(ns, least: "50%");
        await api.UntilAsync<PodDisruptionBudget>(ns, "b", b => b.Status is { ExpectedPods: 20, DesiredHealthy: 10 });
    }

    /// <summary>An object of a custom kind that wants twenty Pods.</summary>
    async Task<OwnerReference> FleetAsync(string ns)
    {
        try
        {
            await api.Client.CreateAsync(ApiJson.Read<CustomResourceDefinition>("""
                {"metadata":{"name":"fleets.example.com"},"spec":{"group":"example.com","scope":"Namespaced","names":{"plural":"fleets","singular":"fleet","kind":"Fleet","listKind":"FleetList"},
                 "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"scale":{"specReplicasPath":".spec.ships","statusReplicasPath":".status.ships"}},
                  "schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{"ships":{"type":"integer"}}},"status":{"type":"object","properties":{"ships":{"type":"integer"}}}}}}}]}}
                """u8), default);
        }
        catch (ApiException e) when (e.IsAlreadyExists) { } // by another test
        await api.UntilAsync<CustomResourceDefinition>(null, "fleets.example.com", d => d.Status?.Conditions?.Any(c => c is { Type: "Established", Status: "True" }) == true);
        var made = await api.Client.RawAsync(new("POST", $"/apis/example.com/v1/namespaces/{ns}/fleets", "application/json",
            """{"apiVersion":"example.com/v1","kind":"Fleet","metadata":{"name":"web"},"spec":{"ships":20}}"""u8.ToArray()), default);
        return new() { ApiVersion = "example.com/v1", Kind = "Fleet", Name = "web", Uid = (string)JsonNode.Parse(made.Body.Span)!["metadata"]!["uid"]!, Controller = true };
    }
}
