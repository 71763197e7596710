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

namespace Fairlead.Controllers.Deployments;

/// <summary>
/// Rolls a Deployment's template out: a ReplicaSet for each template it ever had, sized by <see cref="RolloutPlan"/>.
/// </summary>
public sealed class DeploymentController : IController
{
    readonly ControllerContext context;
    readonly Informer<Deployment> deployments;
    readonly Informer<ReplicaSet> sets;
    readonly InformerIndex<ReplicaSet> setsByOwner;
    readonly InformerIndex<Pod> podsByOwner;

    public DeploymentController(ControllerContext context)
    {
        this.context = context;
        Queue = context.NewQueue();
        deployments = context.Informers.Of<Deployment>();
        sets = context.Informers.Of<ReplicaSet>();
        setsByOwner = sets.AddIndex(s => Ownership.Controller(s) is { } owner ? [owner.Uid] : [""]);
        podsByOwner = context.Informers.Of<Pod>().AddIndex(p => Ownership.Controller(p) is { } owner ? [owner.Uid] : []);
        deployments.OnChange((old, now) => Queue.Add(ObjectKey.Of((now ?? old)!)));
        sets.OnChange(SetChanged);
        context.Informers.Of<Pod>().OnChange(PodChanged);
    }

    public string Name => "deployment-controller";
    public WorkQueue<ObjectKey> Queue { get; }

    void SetChanged(ReplicaSet? old, ReplicaSet? now)
    {
        if (Ownership.ControllerKey<Deployment>(old) is { } before) Queue.Add(before);
        if (Ownership.ControllerKey<Deployment>(now) is { } after) Queue.Add(after);
        if (now is null || Ownership.Controller(now) is not null) return;
        foreach (var deployment in deployments.List())
        {
            if (deployment.Metadata.Namespace == now.Metadata.Namespace && LabelSelectorText.From(deployment.Spec?.Selector).Matches(now.Metadata.Labels))
                Queue.Add(ObjectKey.Of(deployment));
        }
    }

    // Recreate waits for the last old Pod to go, which no ReplicaSet status may show.
    void PodChanged(Pod? old, Pod? now)
    {
        if (now is not null || Ownership.ControllerKey<ReplicaSet>(old) is not { } setKey) return;
        if (Ownership.ControllerKey<Deployment>(sets.Get(setKey)) is { } key
            && deployments.Get(key)?.Spec?.Strategy?.Type == "Recreate") Queue.Add(key);
    }

    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        if (deployments.Get(key) is not { } deployment) return null;
        var owned = await ClaimAsync(deployment, cancellation).ConfigureAwait(false);
        var current = owned.Where(s => TemplateHash.Same(s.Spec?.Template, deployment.Spec?.Template)).MinBy(s => s.Metadata.CreationTimestamp);
        var created = false;
        if (deployment.Metadata.DeletionTimestamp is null)
        {
            var old = owned.Where(s => s != current).ToList();
            var oldPodsRun = old.Any(s => podsByOwner[s.Metadata.Uid!].Any(p => !PodState.HasEnded(p)));
            if (current is null && RolloutPlan.WantsNewSet(deployment, old, oldPodsRun))
            {
                current = await CreateSetAsync(deployment, owned, NewestRevision(old) + 1, cancellation).ConfigureAwait(false);
                if (current is null) return null;
                created = true;
                owned.Add(current);
            }
            else if (current is not null)
            {
                current = await AnnotateAsync(deployment, current, old, owned, cancellation).ConfigureAwait(false);
            }
            deployment = await SetRevisionAsync(deployment, current, cancellation).ConfigureAwait(false);
            await ScaleAsync(deployment, RolloutPlan.Next(deployment, current, old, oldPodsRun), owned, cancellation).ConfigureAwait(false);
            current = owned.Find(s => s.Metadata.Uid == current?.Metadata.Uid);
        }
        return await FinishAsync(deployment, current, owned, created, cancellation).ConfigureAwait(false);
    }

    async Task<TimeSpan?> FinishAsync(Deployment deployment, ReplicaSet? current, List<ReplicaSet> owned, bool created, CancellationToken cancellation)
    {
        var now = context.Time.GetUtcNow();
        var status = DeploymentStatusRules.Of(deployment, current, owned, created, now);
        if (deployment.Metadata.DeletionTimestamp is null && (DeploymentStatusRules.IsComplete(deployment, status) || deployment.Spec?.Paused == true))
            await ForgetOldAsync(deployment, current, owned, cancellation).ConfigureAwait(false);
        await WriteStatusAsync(deployment, status, cancellation).ConfigureAwait(false);
        if (DeploymentStatusRules.Deadline(deployment with { Status = status }, now) is not { } deadline) return null;
        return deadline > now ? deadline - now + TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds(1);
    }

    /// <summary>The Deployment's sets, after orphans that match were adopted and owned ones that don't were let go.</summary>
    async Task<List<ReplicaSet>> ClaimAsync(Deployment deployment, CancellationToken cancellation)
    {
        var selector = LabelSelectorText.From(deployment.Spec?.Selector);
        var owned = new List<ReplicaSet>();
        foreach (var set in setsByOwner[deployment.Metadata.Uid!])
        {
            if (selector.Matches(set.Metadata.Labels)) owned.Add(set);
            else if (set.Metadata.DeletionTimestamp is null)
                await SetOwnerAsync(set, new JsonObject { ["$patch"] = "delete", ["uid"] = deployment.Metadata.Uid }, cancellation).ConfigureAwait(false);
        }
        if (deployment.Metadata.DeletionTimestamp is not null) return owned;
        var orphans = setsByOwner[""].Where(s => s.Metadata.Namespace == deployment.Metadata.Namespace && s.Metadata.DeletionTimestamp is null && selector.Matches(s.Metadata.Labels)).ToList();
        if (orphans.Count == 0 || !await Ownership.MayAdoptAsync(context.Client, deployment, cancellation).ConfigureAwait(false)) return owned;
        foreach (var set in orphans)
        {
            owned.Add(await SetOwnerAsync(set, JsonNode.Parse(ApiJson.Write(Ownership.Reference(deployment))), cancellation).ConfigureAwait(false));
        }
        return owned;
    }

    async Task<ReplicaSet> SetOwnerAsync(ReplicaSet set, JsonNode? reference, CancellationToken cancellation)
    {
        var patch = new JsonObject { ["metadata"] = new JsonObject { ["uid"] = set.Metadata.Uid, ["ownerReferences"] = new JsonArray(reference) } };
        var written = await context.Client.StrategicPatchAsync<ReplicaSet>(set.Metadata.Namespace, set.Metadata.Name!, patch, "", cancellation).ConfigureAwait(false);
        await sets.SeenAsync(written, ControllerContext.OwnWrites, cancellation).ConfigureAwait(false);
        return written;
    }

    static long NewestRevision(IReadOnlyList<ReplicaSet> sets) =>
        sets.Select(s => DeploymentAnnotations.RevisionOf(s.Metadata.Annotations)).DefaultIfEmpty(0).Max();

    /// <summary>The Deployment bears the revision of the set of its present template.</summary>
    async Task<Deployment> SetRevisionAsync(Deployment deployment, ReplicaSet? current, CancellationToken cancellation)
    {
        var revision = DeploymentAnnotations.RevisionOf(current?.Metadata.Annotations);
        if (revision == 0 || DeploymentAnnotations.RevisionOf(deployment.Metadata.Annotations) == revision) return deployment;
        var patch = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [DeploymentAnnotations.Revision] = revision.ToString() } } };
        return await context.Client.MergePatchAsync<Deployment>(deployment.Metadata.Namespace, deployment.Metadata.Name!, patch, "", cancellation).ConfigureAwait(false);
    }

    async Task<ReplicaSet?> CreateSetAsync(Deployment deployment, List<ReplicaSet> owned, long revision, CancellationToken cancellation)
    {
        var set = NewSet.For(deployment, owned, revision);
        try
        {
            var made = await context.Client.CreateAsync(set, cancellation).ConfigureAwait(false);
            if (made.Spec?.Replicas is > 0 and var size) Scaled(deployment, made, 0, size);
            await sets.SeenAsync(made, ControllerContext.OwnWrites, cancellation).ConfigureAwait(false);
            return made;
        }
        catch (ApiException e) when (e.IsAlreadyExists)
        {
            var other = await context.Client.FindAsync<ReplicaSet>(set.Metadata.Namespace, set.Metadata.Name!, cancellation).ConfigureAwait(false);
            if (other is not null && Ownership.IsControlledBy(other, deployment) && TemplateHash.Same(other.Spec?.Template, deployment.Spec?.Template)) return other;
            // Another template has this name: count it, so that the next hash differs. The status write brings us back.
            var counted = (deployment.Status ?? new()) with { CollisionCount = (deployment.Status?.CollisionCount ?? 0) + 1 };
            await context.Client.UpdateStatusAsync(deployment with { Status = counted }, cancellation).ConfigureAwait(false);
            return null;
        }
        catch (ApiException e)
        {
            var failed = DeploymentStatusRules.NotCreated(deployment, set.Metadata.Name!, e.Message, context.Time.GetUtcNow());
            context.Events.Record(deployment, Name, "Warning", "ReplicaSetCreateError", $"Failed to create new replica set \"{set.Metadata.Name}\": {e.Message}");
            await WriteStatusAsync(deployment, failed, cancellation).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Counts the revision up when the set's template is the present one again, and hands the Deployment's notes on.</summary>
    async Task<ReplicaSet> AnnotateAsync(Deployment deployment, ReplicaSet current, List<ReplicaSet> old, List<ReplicaSet> owned, CancellationToken cancellation)
    {
        var revision = Math.Max(NewestRevision(old) + 1, DeploymentAnnotations.RevisionOf(current.Metadata.Annotations));
        var wished = NewSet.Annotations(deployment, current, revision);
        var minReady = deployment.Spec?.MinReadySeconds ?? 0;
        if (minReady == (current.Spec?.MinReadySeconds ?? 0) && wished.All(a => current.Metadata.Annotations?.GetValueOrDefault(a.Key) == a.Value)) return current;
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject(wished.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value))) },
            ["spec"] = new JsonObject { ["minReadySeconds"] = minReady },
        };
        return await PatchSetAsync(current, patch, owned, cancellation).ConfigureAwait(false);
    }

    async Task ScaleAsync(Deployment deployment, IReadOnlyDictionary<string, int> sizes, List<ReplicaSet> owned, CancellationToken cancellation)
    {
        var noted = NewSet.Sizes(deployment);
        foreach (var (name, replicas) in sizes)
        {
            var set = owned.Find(s => s.Metadata.Name == name)!;
            var patch = new JsonObject
            {
                ["metadata"] = new JsonObject { ["annotations"] = new JsonObject(noted.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value))) },
                ["spec"] = new JsonObject { ["replicas"] = replicas },
            };
            await PatchSetAsync(set, patch, owned, cancellation).ConfigureAwait(false);
            if ((set.Spec?.Replicas ?? 1) is var was && was != replicas) Scaled(deployment, set, was, replicas);
        }
    }

    void Scaled(Deployment deployment, ReplicaSet set, int from, int to) =>
        context.Events.Record(deployment, Name, "Normal", "ScalingReplicaSet",
            $"Scaled {(to > from ? "up" : "down")} replica set {set.Metadata.Name} from {from} to {to}");

    async Task<ReplicaSet> PatchSetAsync(ReplicaSet set, JsonObject patch, List<ReplicaSet> owned, CancellationToken cancellation)
    {
        var written = await context.Client.MergePatchAsync<ReplicaSet>(set.Metadata.Namespace, set.Metadata.Name!, patch, "", cancellation).ConfigureAwait(false);
        owned[owned.FindIndex(s => s.Metadata.Uid == set.Metadata.Uid)] = written;
        await sets.SeenAsync(written, ControllerContext.OwnWrites, cancellation).ConfigureAwait(false);
        return written;
    }

    /// <summary>Removes old, empty sets beyond revisionHistoryLimit, oldest revision first.</summary>
    async Task ForgetOldAsync(Deployment deployment, ReplicaSet? current, List<ReplicaSet> owned, CancellationToken cancellation)
    {
        var old = owned.Where(s => s.Metadata.Uid != current?.Metadata.Uid && s.Metadata.DeletionTimestamp is null).ToList();
        var surplus = old.Count - (deployment.Spec?.RevisionHistoryLimit ?? 10);
        if (surplus <= 0) return;
        foreach (var set in old.OrderBy(s => DeploymentAnnotations.RevisionOf(s.Metadata.Annotations)).Take(surplus))
        {
            if (set.Spec?.Replicas != 0 || (set.Status?.Replicas ?? 0) != 0 || set.Metadata.Generation > (set.Status?.ObservedGeneration ?? 0)) continue;
            await context.Client.DeleteAsync<ReplicaSet>(set.Metadata.Namespace, set.Metadata.Name!, new DeleteOptions(), cancellation).ConfigureAwait(false);
        }
    }

    async Task WriteStatusAsync(Deployment deployment, DeploymentStatus status, CancellationToken cancellation)
    {
        if (ApiJson.Write(status).AsSpan().SequenceEqual(ApiJson.Write(deployment.Status ?? new()))) return;
        var written = await context.Client.UpdateStatusAsync(deployment with { Status = status }, cancellation).ConfigureAwait(false);
        await deployments.SeenAsync(written, ControllerContext.OwnWrites, cancellation).ConfigureAwait(false);
    }
}
