using Fairlead.Api.Apps.V1;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Errors;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Selectors;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Reconciling;
using Fairlead.Controllers.Pods;
using Fairlead.Json;

namespace Fairlead.Controllers.ReplicaSets;

/// <summary>
/// Keeps as many Pods alive as an object asks for; adopts by label what has no owner, lets go of what no longer fits. The
/// object is a ReplicaSet or one that can be read as a ReplicaSet; what is written is written to it.
/// </summary>
/// <typeparam name="T">The kind that owns the Pods and that events are about.</typeparam>
public abstract class ReplicaController<T> : IController where T : KubeObject
{
    // A set that is far from its wish asks for this many Pods at once; the first failure ends the round.
    const int Burst = 500;

    readonly ControllerContext context;
    readonly Informer<T> sets;
    readonly Informer<Pod> pods;
    readonly InformerIndex<Pod> podsByOwner;
    readonly InformerIndex<Pod> orphans;
    readonly InformerIndex<T> setsByOwner;

    protected ReplicaController(ControllerContext context)
    {
        this.context = context;
        Queue = context.NewQueue();
        sets = context.Informers.Of<T>();
        pods = context.Informers.Of<Pod>();
        podsByOwner = pods.AddIndex(p => Ownership.Controller(p) is { } owner ? [owner.Uid] : []);
        orphans = pods.AddIndex(p => Ownership.Controller(p) is null ? [p.Metadata.Namespace!] : []);
        setsByOwner = sets.AddIndex(s => Ownership.Controller(s) is { } owner ? [owner.Uid] : []);
        sets.OnChange((old, now) => Queue.Add(ObjectKey.Of((now ?? old)!)));
        pods.OnChange(PodChanged);
    }

    public abstract string Name { get; }
    public WorkQueue<ObjectKey> Queue { get; }

    /// <summary>The object as a ReplicaSet: its metadata, what it asks for and what it says there is.</summary>
    protected abstract ReplicaSet AsReplicaSet(T obj);

    /// <summary>The object with this in place of its status.</summary>
    protected abstract T WithStatus(T obj, ReplicaSetStatus status);

    ReplicaSetSpec? SpecOf(T set) => AsReplicaSet(set).Spec;

    void PodChanged(Pod? old, Pod? now)
    {
        if (Ownership.ControllerKey<T>(old) is { } before) Queue.Add(before);
        if (Ownership.ControllerKey<T>(now) is { } after) Queue.Add(after);
        if (now is null || Ownership.Controller(now) is not null) return;
        foreach (var set in sets.List())
        {
            if (set.Metadata.Namespace == now.Metadata.Namespace && LabelSelectorText.From(SpecOf(set)?.Selector).Matches(now.Metadata.Labels)) Queue.Add(ObjectKey.Of(set));
        }
    }

    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        if (sets.Get(key) is not { } set) return null;
        var owned = await ClaimAsync(set, cancellation).ConfigureAwait(false);
        var active = owned.Where(PodState.IsActive).ToList();
        string? failure = null;
        if (set.Metadata.DeletionTimestamp is null)
        {
            var missing = (SpecOf(set)?.Replicas ?? 1) - active.Count;
            if (missing > 0) failure = await CreateAsync(set, Math.Min(missing, Burst), active, cancellation).ConfigureAwait(false);
            else if (missing < 0) await DeleteAsync(set, active, Math.Min(-missing, Burst), cancellation).ConfigureAwait(false);
        }
        // One moment for both: a Pod that became available between two would neither be counted nor waited for.
        var now = context.Time.GetUtcNow();
        await WriteStatusAsync(set, ReplicaSetStatusRules.Of(AsReplicaSet(set), active, failure, now), cancellation).ConfigureAwait(false);
        if (failure is not null) throw new InvalidOperationException(failure);
        return ReplicaSetStatusRules.NextAvailability(AsReplicaSet(set), active, now);
    }

    /// <summary>The Pods of the set, after orphans that match were adopted and owned ones that don't were let go.</summary>
    async Task<List<Pod>> ClaimAsync(T set, CancellationToken cancellation)
    {
        var selector = LabelSelectorText.From(SpecOf(set)?.Selector);
        var owned = new List<Pod>();
        foreach (var pod in podsByOwner[set.Metadata.Uid!])
        {
            if (selector.Matches(pod.Metadata.Labels)) owned.Add(pod);
            else if (pod.Metadata.DeletionTimestamp is null) await ReleaseAsync(set, pod, cancellation).ConfigureAwait(false);
        }
        if (set.Metadata.DeletionTimestamp is not null) return owned;
        var matching = orphans[set.Metadata.Namespace!].Where(p => PodState.IsActive(p) && selector.Matches(p.Metadata.Labels)).ToList();
        if (matching.Count == 0 || !await Ownership.MayAdoptAsync(context.Client, set, cancellation).ConfigureAwait(false)) return owned;
        foreach (var pod in matching)
        {
            owned.Add(await AdoptAsync(set, pod, cancellation).ConfigureAwait(false));
        }
        return owned;
    }

    async Task<Pod> AdoptAsync(T set, Pod pod, CancellationToken cancellation)
    {
        var references = new JsonArray(JsonNode.Parse(ApiJson.Write(Ownership.Reference(set))));
        var patch = new JsonObject { ["metadata"] = new JsonObject { ["uid"] = pod.Metadata.Uid, ["ownerReferences"] = references } };
        var adopted = await context.Client.StrategicPatchAsync<Pod>(pod.Metadata.Namespace, pod.Metadata.Name!, patch, "", cancellation).ConfigureAwait(false);
        await pods.SeenAsync(adopted, ControllerContext.OwnWrites, cancellation).ConfigureAwait(false);
        return adopted;
    }

    async Task ReleaseAsync(T set, Pod pod, CancellationToken cancellation)
    {
        var drop = new JsonArray(new JsonObject { ["$patch"] = "delete", ["uid"] = set.Metadata.Uid });
        var patch = new JsonObject { ["metadata"] = new JsonObject { ["uid"] = pod.Metadata.Uid, ["ownerReferences"] = drop } };
        try { await context.Client.StrategicPatchAsync<Pod>(pod.Metadata.Namespace, pod.Metadata.Name!, patch, "", cancellation).ConfigureAwait(false); }
        catch (ApiException e) when (e.IsNotFound) { }
    }

    /// <summary>Creates in rounds of 1, 2, 4, … so that a set whose Pods are refused does not ask hundreds of times.</summary>
    async Task<string?> CreateAsync(T set, int count, List<Pod> active, CancellationToken cancellation)
    {
        for (var (done, batch) = (0, 1); done < count; batch *= 2)
        {
            var size = Math.Min(batch, count - done);
            var results = await Task.WhenAll(Enumerable.Range(0, size).Select(_ => CreateOneAsync(set, cancellation))).ConfigureAwait(false);
            foreach (var (pod, _) in results)
            {
                if (pod is null) continue;
                active.Add(pod);
                await pods.SeenAsync(pod, ControllerContext.OwnWrites, cancellation).ConfigureAwait(false);
            }
            if (results.FirstOrDefault(r => r.Failure is not null).Failure is { } failure) return failure;
            done += size;
        }
        return null;
    }

    async Task<(Pod? Pod, string? Failure)> CreateOneAsync(T set, CancellationToken cancellation)
    {
        var template = SpecOf(set)!.Template!;
        var pod = new Pod
        {
            Metadata = new ObjectMeta
            {
                GenerateName = set.Metadata.Name + "-",
                Namespace = set.Metadata.Namespace,
                Labels = template.Metadata?.Labels,
                Annotations = template.Metadata?.Annotations,
                Finalizers = template.Metadata?.Finalizers,
                OwnerReferences = [Ownership.Reference(set)],
            },
            Spec = template.Spec,
        };
        try
        {
            var created = await context.Client.CreateAsync(pod, cancellation).ConfigureAwait(false);
            Record(set, "Normal", "SuccessfulCreate", $"Created pod: {created.Metadata.Name}");
            return (created, null);
        }
        catch (ApiException e)
        {
            Record(set, "Warning", "FailedCreate", $"Error creating: {e.Message}");
            return (null, e.Message);
        }
    }

    async Task DeleteAsync(T set, List<Pod> active, int count, CancellationToken cancellation)
    {
        var siblings = Ownership.Controller(set) is { } owner ? setsByOwner[owner.Uid] : [set];
        var related = siblings.SelectMany(s => podsByOwner[s.Metadata.Uid!]).Where(PodState.IsActive).ToList();
        var leaving = PodRanking.FirstToGo(active, related, count, context.Time.GetUtcNow()).ToList();
        await Task.WhenAll(leaving.Select(async pod =>
        {
            var options = new DeleteOptions { Preconditions = new() { Uid = pod.Metadata.Uid } };
            await context.Client.DeleteAsync<Pod>(pod.Metadata.Namespace, pod.Metadata.Name!, options, cancellation).ConfigureAwait(false);
            Record(set, "Normal", "SuccessfulDelete", $"Deleted pod: {pod.Metadata.Name}");
            await pods.UntilAsync(ObjectKey.Of(pod), p => p?.Metadata.Uid != pod.Metadata.Uid || p?.Metadata.DeletionTimestamp is not null,
                ControllerContext.OwnWrites, cancellation).ConfigureAwait(false);
        })).ConfigureAwait(false);
        active.RemoveAll(leaving.Contains);
    }

    void Record(T set, string type, string reason, string message) => context.Events.Record(set, Name, type, reason, message);

    async Task WriteStatusAsync(T set, ReplicaSetStatus status, CancellationToken cancellation)
    {
        if (ReplicaSetStatusRules.Same(AsReplicaSet(set).Status, status)) return;
        var written = await context.Client.UpdateStatusAsync(WithStatus(set, status), cancellation).ConfigureAwait(false);
        await sets.SeenAsync(written, ControllerContext.OwnWrites, cancellation).ConfigureAwait(false);
    }
}
