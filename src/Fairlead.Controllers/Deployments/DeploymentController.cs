using System.Text.Json.Nodes;
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
        if (deployment.Metadata.DeletionTimestamp is null)
        {
            (current, deployment) = await CurrentAsync(deployment, current, owned, cancellation).ConfigureAwait(false);
            if (current is null) return null;
            if (owned.All(s => s.Metadata.Uid != current.Metadata.Uid)) owned.Add(current);
            await ScaleAsync(deployment, current, owned, cancellation).ConfigureAwait(false);
            current = owned.Find(s => s.Metadata.Uid == current.Metadata.Uid);
        }
        var status = DeploymentStatusRules.Of(deployment, current, owned, context.Time.GetUtcNow());
        if (DeploymentStatusRules.IsComplete(deployment, status)) await ForgetOldAsync(deployment, current!, owned, cancellation).ConfigureAwait(false);
        await WriteStatusAsync(deployment, status, cancellation).ConfigureAwait(false);
        var now = context.Time.GetUtcNow();
        return DeploymentStatusRules.Deadline(deployment with { Status = status }, now) is { } deadline && deadline > now
            ? deadline - now + TimeSpan.FromSeconds(1)
            : null;
    }

    async Task<List<ReplicaSet>> ClaimAsync(Deployment deployment, CancellationToken cancellation)
    {
        var owned = setsByOwner[deployment.Metadata.Uid!].ToList();
        if (deployment.Metadata.DeletionTimestamp is not null) return owned;
        var selector = LabelSelectorText.From(deployment.Spec?.Selector);
        foreach (var set in setsByOwner[""])
        {
            if (set.Metadata.Namespace != deployment.Metadata.Namespace || set.Metadata.DeletionTimestamp is not null || !selector.Matches(set.Metadata.Labels)) continue;
            var patch = new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    ["uid"] = set.Metadata.Uid,
                    ["ownerReferences"] = new JsonArray(JsonNode.Parse(ApiJson.Write(Ownership.Reference(deployment)))),
                },
            };
            owned.Add(await context.Client.StrategicPatchAsync<ReplicaSet>(set.Metadata.Namespace, set.Metadata.Name!, patch, "", cancellation).ConfigureAwait(false));
        }
        return owned;
    }

    /// <summary>The set of the present template, made if there is none, with its revision counted up when it is not the newest.</summary>
    async Task<(ReplicaSet?, Deployment)> CurrentAsync(Deployment deployment, ReplicaSet? current, List<ReplicaSet> owned, CancellationToken cancellation)
    {
        var newest = owned.Where(s => s != current).Select(s => DeploymentAnnotations.RevisionOf(s.Metadata.Annotations)).DefaultIfEmpty(0).Max();
        var revision = current is null ? newest + 1 : Math.Max(newest + 1, DeploymentAnnotations.RevisionOf(current.Metadata.Annotations));
        if (current is null)
        {
            current = await CreateSetAsync(deployment, owned, revision, cancellation).ConfigureAwait(false);
            if (current is null) return (null, deployment);
        }
        else
        {
            current = await AnnotateAsync(deployment, current, revision, owned, cancellation).ConfigureAwait(false);
        }
        if (DeploymentAnnotations.RevisionOf(deployment.Metadata.Annotations) == revision) return (current, deployment);
        var patch = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [DeploymentAnnotations.Revision] = revision.ToString() } } };
        deployment = await context.Client.MergePatchAsync<Deployment>(deployment.Metadata.Namespace, deployment.Metadata.Name!, patch, "", cancellation).ConfigureAwait(false);
        return (current, deployment);
    }

    async Task<ReplicaSet?> CreateSetAsync(Deployment deployment, List<ReplicaSet> owned, long revision, CancellationToken cancellation)
    {
        var set = NewSet.For(deployment, owned, revision);
        try
        {
            var made = await context.Client.CreateAsync(set, cancellation).ConfigureAwait(false);
            await sets.UntilAsync(ObjectKey.Of(made), s => s is not null, ControllerContext.OwnWrites, cancellation).ConfigureAwait(false);
            await context.Events.RecordAsync(deployment, Name, "Normal", "ScalingReplicaSet",
                $"Scaled up replica set {made.Metadata.Name} from 0 to {made.Spec?.Replicas ?? 0}", cancellation).ConfigureAwait(false);
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
    }

    async Task<ReplicaSet> AnnotateAsync(Deployment deployment, ReplicaSet current, long revision, List<ReplicaSet> owned, CancellationToken cancellation)
    {
        var wished = NewSet.Annotations(deployment, current, revision);
        if (wished.All(a => current.Metadata.Annotations?.GetValueOrDefault(a.Key) == a.Value)) return current;
        var patch = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject(wished.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value))) } };
        var written = await context.Client.MergePatchAsync<ReplicaSet>(current.Metadata.Namespace, current.Metadata.Name!, patch, "", cancellation).ConfigureAwait(false);
        Replace(owned, written);
        return written;
    }

    async Task ScaleAsync(Deployment deployment, ReplicaSet current, List<ReplicaSet> owned, CancellationToken cancellation)
    {
        var old = owned.Where(s => s.Metadata.Uid != current.Metadata.Uid).ToList();
        var recreateMustWait = deployment.Spec?.Strategy?.Type == "Recreate"
            && old.Any(s => podsByOwner[s.Metadata.Uid!].Any(p => !PodState.HasEnded(p)));
        var bounds = NewSet.Sizes(deployment);
        foreach (var (name, replicas) in RolloutPlan.Next(deployment, current, old))
        {
            var set = owned.Find(s => s.Metadata.Name == name)!;
            if (recreateMustWait && set.Metadata.Uid == current.Metadata.Uid) continue;
            var was = set.Spec?.Replicas ?? 1;
            var patch = new JsonObject
            {
                ["metadata"] = new JsonObject { ["annotations"] = new JsonObject(bounds.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value))) },
                ["spec"] = new JsonObject { ["replicas"] = replicas },
            };
            var written = await context.Client.MergePatchAsync<ReplicaSet>(set.Metadata.Namespace, name, patch, "", cancellation).ConfigureAwait(false);
            Replace(owned, written);
            await sets.UntilAsync(ObjectKey.Of(set), s => s is null || s.Metadata.Generation >= written.Metadata.Generation, ControllerContext.OwnWrites, cancellation).ConfigureAwait(false);
            if (was == replicas) continue;
            await context.Events.RecordAsync(deployment, Name, "Normal", "ScalingReplicaSet",
                $"Scaled {(replicas > was ? "up" : "down")} replica set {name} from {was} to {replicas}", cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Removes old, empty sets beyond revisionHistoryLimit, oldest revision first.</summary>
    async Task ForgetOldAsync(Deployment deployment, ReplicaSet current, List<ReplicaSet> owned, CancellationToken cancellation)
    {
        var keep = deployment.Spec?.RevisionHistoryLimit ?? 10;
        var empty = owned
            .Where(s => s.Metadata.Uid != current.Metadata.Uid && s.Metadata.DeletionTimestamp is null && s.Spec?.Replicas == 0 && (s.Status?.Replicas ?? 0) == 0)
            .OrderBy(s => DeploymentAnnotations.RevisionOf(s.Metadata.Annotations)).ToList();
        foreach (var set in empty.Take(Math.Max(0, empty.Count - keep)))
        {
            await context.Client.DeleteAsync<ReplicaSet>(set.Metadata.Namespace, set.Metadata.Name!, new DeleteOptions(), cancellation).ConfigureAwait(false);
        }
    }

    async Task WriteStatusAsync(Deployment deployment, DeploymentStatus status, CancellationToken cancellation)
    {
        if (ApiJson.Write(status).AsSpan().SequenceEqual(ApiJson.Write(deployment.Status ?? new()))) return;
        await context.Client.UpdateStatusAsync(deployment with { Status = status }, cancellation).ConfigureAwait(false);
    }

    static void Replace(List<ReplicaSet> owned, ReplicaSet written)
    {
        var index = owned.FindIndex(s => s.Metadata.Uid == written.Metadata.Uid);
        if (index >= 0) owned[index] = written;
    }
}
