using Fairlead.Api.Apps.V1;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;
using Fairlead.Json;

namespace Fairlead.Controllers.Tests.Cluster;

[Collection(nameof(RunningControllers))]
public class DeploymentTests(RunningControllers running)
{
    readonly ApiUnderTest api = running.Api;
    int address;

    [Fact]
    public async Task A_Deployment_becomes_a_set_and_Pods_and_is_scaled()
    {
        var ns = await api.NamespaceAsync("make");
        var made = await api.Client.CreateAsync(Given.Deployment(ns, "web", 3).Wish(), default);
        var pods = await PodsAsync(ns, 3);
        var set = Assert.Single((await api.Client.ListAsync<ReplicaSet>(ns, ListOptions.All, default)).Items);
        Assert.Equal(("Deployment", "web", made.Metadata.Uid), (set.Metadata.OwnerReferences![0].Kind, set.Metadata.OwnerReferences[0].Name, set.Metadata.OwnerReferences[0].Uid));
        Assert.Equal($"web-{set.Metadata.Labels!["pod-template-hash"]}", set.Metadata.Name);
        Assert.All(pods, p => Assert.StartsWith(set.Metadata.Name + "-", p.Metadata.Name));
        await ScaleAsync(ns, 5);
        await PodsAsync(ns, 5);
        await ScaleAsync(ns, 0);
        await PodsAsync(ns, 0);
        var events = await api.UntilAsync<Event>(ns, all => all.Count(e => e.Reason == "ScalingReplicaSet") == 3 && all.Count(e => e.Reason == "SuccessfulDelete") == 5);
        Assert.Equal([$"Scaled up replica set {set.Metadata.Name} from 0 to 3", $"Scaled up replica set {set.Metadata.Name} from 3 to 5", $"Scaled down replica set {set.Metadata.Name} from 5 to 0"],
            events.Where(e => e.Reason == "ScalingReplicaSet").OrderBy(e => long.Parse(e.Metadata.ResourceVersion!)).Select(e => e.Message));
        Assert.Equal(5, events.Count(e => e.Reason == "SuccessfulCreate" && e.Source?.Component == "replicaset-controller"));
    }

    [Fact]
    public async Task A_rollout_replaces_the_Pods_and_can_be_taken_back()
    {
        var ns = await api.NamespaceAsync("roll");
        await api.Client.CreateAsync(Given.Deployment(ns, "web", 4, surge: 1, unavailable: 1).Wish(), default);
        await RolledOutAsync(ns, "web:1", 4);
        await ImageAsync(ns, "web:2");
        await RolledOutAsync(ns, "web:2", 4);
        // As kubectl rollout undo does: the old set's template is put back, with fields and order of the client's own.
        var template = """{"spec":{"template":{"spec":{"securityContext":{},"containers":[{"resources":{},"image":"web:1","name":"c"}]}}}}""";
        await api.Client.StrategicPatchAsync<Deployment>(ns, "web", JsonNode.Parse(template)!, "", default);
        var deployment = await RolledOutAsync(ns, "web:1", 4);
        Assert.Equal("3", deployment.Metadata.Annotations!["deployment.kubernetes.io/revision"]);
        var sets = (await api.Client.ListAsync<ReplicaSet>(ns, ListOptions.All, default)).Items;
        Assert.Equal(["web:1 rev 3 history 1 size 4", "web:2 rev 2 history  size 0"], sets.Select(s =>
            $"{s.Spec!.Template!.Spec!.Containers![0].Image} rev {s.Metadata.Annotations!["deployment.kubernetes.io/revision"]} history {s.Metadata.Annotations.GetValueOrDefault("deployment.kubernetes.io/revision-history")} size {s.Spec.Replicas}").Order());
        Assert.Equal("NewReplicaSetAvailable", deployment.Status!.Conditions!.Single(c => c.Type == "Progressing").Reason);
    }

    [Fact]
    public async Task Scaling_during_a_rollout_keeps_its_proportions()
    {
        var ns = await api.NamespaceAsync("scale");
        await api.Client.CreateAsync(Given.Deployment(ns, "web", 4, surge: 1, unavailable: 1).Wish(), default);
        await RolledOutAsync(ns, "web:1", 4);
        await ImageAsync(ns, "web:2"); // goes to 3 old and 2 new, and waits for them
        await SizesAsync(ns, "web:1=3 web:2=2");
        await ScaleAsync(ns, 9); // 10 may be
        await SizesAsync(ns, "web:1=6 web:2=4");
        await RolledOutAsync(ns, "web:2", 9);
    }

    [Fact]
    public async Task Paused_it_makes_no_new_set_but_is_scaled()
    {
        var ns = await api.NamespaceAsync("pause");
        await api.Client.CreateAsync(Given.Deployment(ns, "web", 2).Wish(), default);
        await RolledOutAsync(ns, "web:1", 2);
        await PatchAsync(ns, """{"spec":{"paused":true,"replicas":3,"template":{"spec":{"containers":[{"name":"c","image":"web:2"}]}}}}""");
        await SizesAsync(ns, "web:1=3");
        var paused = await api.UntilAsync<Deployment>(ns, "web", d => d.Status?.Conditions?.Any(c => c.Reason == "DeploymentPaused") == true && d.Status.ObservedGeneration == d.Metadata.Generation);
        Assert.Equal("1", paused.Metadata.Annotations!["deployment.kubernetes.io/revision"]);
        Assert.Null(paused.Status!.UpdatedReplicas);
        Assert.Single((await api.Client.ListAsync<ReplicaSet>(ns, ListOptions.All, default)).Items);
        await PatchAsync(ns, """{"spec":{"paused":false}}""");
        await RolledOutAsync(ns, "web:2", 3);
    }

    [Fact]
    public async Task Recreate_has_no_two_versions_at_a_time()
    {
        var ns = await api.NamespaceAsync("recreate");
        await api.Client.CreateAsync(Given.Deployment(ns, "web", 2, strategy: "Recreate").Wish(), default);
        await RolledOutAsync(ns, "web:1", 2);
        // A Pod that is not gone yet holds the new ones back.
        var held = (await PodsAsync(ns, 2))[0];
        await api.Client.MergePatchAsync<Pod>(ns, held.Metadata.Name!, JsonNode.Parse("""{"metadata":{"finalizers":["example.com/hold"]}}""")!, "", default);
        await ImageAsync(ns, "web:2");
        await api.UntilAsync<Pod>(ns, p => p.Count == 1 && p[0].Metadata.DeletionTimestamp is not null);
        await api.UntilAsync<Deployment>(ns, "web", d => d.Status?.ObservedGeneration == d.Metadata.Generation && d.Status?.Replicas is null);
        Assert.Single((await api.Client.ListAsync<ReplicaSet>(ns, ListOptions.All, default)).Items);
        await api.Client.MergePatchAsync<Pod>(ns, held.Metadata.Name!, JsonNode.Parse("""{"metadata":{"finalizers":null}}""")!, "", default);
        await RolledOutAsync(ns, "web:2", 2);
    }

    [Fact]
    public async Task Old_sets_beyond_the_limit_are_forgotten_and_readiness_time_is_handed_on()
    {
        var ns = await api.NamespaceAsync("limit");
        var wish = Given.Deployment(ns, "web", 0).Wish();
        await api.Client.CreateAsync(wish with { Spec = wish.Spec! with { RevisionHistoryLimit = 1 } }, default);
        foreach (var image in (string[])["web:1", "web:2", "web:3"])
        {
            await ImageAsync(ns, image);
            await RolledOutAsync(ns, image, 0);
        }
        await api.UntilAsync<ReplicaSet>(ns, all => string.Join(' ', all.Select(s => s.Spec!.Template!.Spec!.Containers![0].Image).Order()) == "web:2 web:3");
        await PatchAsync(ns, """{"spec":{"minReadySeconds":7}}""");
        await api.UntilAsync<ReplicaSet>(ns, all => all.Any(s => s.Spec!.MinReadySeconds == 7));
    }

    [Fact]
    public async Task Pods_without_owner_are_adopted_and_those_that_fit_no_longer_are_let_go()
    {
        var ns = await api.NamespaceAsync("adopt");
        await api.Client.CreateAsync(Given.Lone(ns), default);
        await api.Client.CreateAsync(new ReplicaSet
        {
            Metadata = new ObjectMeta { Name = "set", Namespace = ns },
            Spec = new ReplicaSetSpec { Replicas = 2, Selector = new LabelSelector { MatchLabels = new Dictionary<string, string> { ["app"] = "web" } }, Template = Given.Template("web:1") },
        }, default);
        await api.UntilAsync<Pod>(ns, all => all.Count == 2 && all.All(p => p.Metadata.OwnerReferences is [{ Name: "set" }]));
        await api.Client.MergePatchAsync<Pod>(ns, "lone", JsonNode.Parse("""{"metadata":{"labels":{"app":"other"}}}""")!, "", default);
        await api.UntilAsync<Pod>(ns, all => all.Count == 3 && all.Single(p => p.Metadata.Name == "lone").Metadata.OwnerReferences is not { Count: > 0 });
    }

    /// <summary>Marks Pods ready as they come, until the Deployment is complete.</summary>
    async Task<Deployment> RolledOutAsync(string ns, string image, int replicas)
    {
        using var stop = new CancellationTokenSource();
        var reporting = ReportAllAsync(ns, stop.Token);
        try
        {
            await SizesAsync(ns, $"{image}={replicas}", replicas);
            return await api.UntilAsync<Deployment>(ns, "web", d => d.Status?.ObservedGeneration == d.Metadata.Generation
                && (d.Status?.AvailableReplicas ?? 0) == replicas && (d.Status?.UpdatedReplicas ?? 0) == replicas && (d.Status?.Replicas ?? 0) == replicas
                && d.Status?.Conditions?.Any(c => c.Reason == "NewReplicaSetAvailable") == true);
        }
        finally
        {
            await stop.CancelAsync();
            await reporting;
        }
    }

    async Task ReportAllAsync(string ns, CancellationToken stop)
    {
        var reported = new HashSet<string>();
        var pods = new Client.Caching.Informer<Pod>(api.Client, ns, ListOptions.All);
        var coming = System.Threading.Channels.Channel.CreateUnbounded<Pod>();
        pods.OnChange((old, now) => { if (old is null && now!.Status?.Phase != "Running") coming.Writer.TryWrite(now); });
        var watching = pods.RunAsync(stop);
        try
        {
            await foreach (var pod in coming.Reader.ReadAllAsync(stop))
            {
                try { if (reported.Add(pod.Metadata.Name!)) await api.ReportAsync(pod, $"10.0.0.{++address}"); }
                catch (Api.Errors.ApiException e) when (e.IsNotFound) { }
            }
        }
        catch (OperationCanceledException) { }
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
    }

    /// <summary>Waits until the sets that have Pods are of these sizes, and their Pods are there.</summary>
    async Task SizesAsync(string ns, string expected, int? pods = null)
    {
        if (expected.EndsWith("=0", StringComparison.Ordinal)) expected = "";
        await api.UntilAsync<ReplicaSet>(ns, all => expected == string.Join(' ', all.Where(s => s.Spec!.Replicas > 0)
            .Select(s => $"{s.Spec!.Template!.Spec!.Containers![0].Image}={s.Spec.Replicas}").Order()));
        if (pods is { } count) await PodsAsync(ns, count);
    }

    Task<IReadOnlyList<Pod>> PodsAsync(string ns, int count) => api.UntilAsync<Pod>(ns, all => all.Count == count);

    Task ScaleAsync(string ns, int replicas) => PatchAsync(ns, $$$"""{"spec":{"replicas":{{{replicas}}}}}""");

    Task ImageAsync(string ns, string image) =>
        PatchAsync(ns, """{"spec":{"template":{"spec":{"containers":[{"name":"c","image":"IMAGE"}]}}}}""".Replace("IMAGE", image, StringComparison.Ordinal));

    Task PatchAsync(string ns, string patch) => api.Client.StrategicPatchAsync<Deployment>(ns, "web", JsonNode.Parse(patch)!, "", default);
}
