using Fairlead.Api.Apps.V1;
using Fairlead.Api.Meta.V1;

namespace Fairlead.Controllers.Deployments;

/// <summary>The ReplicaSet that a Deployment makes for its present template. Pure.</summary>
static class NewSet
{
    public static ReplicaSet For(Deployment deployment, IReadOnlyList<ReplicaSet> owned, long revision)
    {
        var hash = TemplateHash.Of(deployment.Spec!.Template, deployment.Status?.CollisionCount ?? 0);
        var template = deployment.Spec.Template!;
        var labels = With(template.Metadata?.Labels, hash);
        return new ReplicaSet
        {
            Metadata = new ObjectMeta
            {
                Name = $"{deployment.Metadata.Name}-{hash}",
                Namespace = deployment.Metadata.Namespace,
                Labels = labels,
                Annotations = Annotations(deployment, null, revision),
                OwnerReferences = [Ownership.Reference(deployment)],
            },
            Spec = new ReplicaSetSpec
            {
                Replicas = FirstSize(deployment, owned),
                MinReadySeconds = deployment.Spec.MinReadySeconds,
                Selector = (deployment.Spec.Selector ?? new()) with { MatchLabels = With(deployment.Spec.Selector?.MatchLabels, hash) },
                Template = template with { Metadata = (template.Metadata ?? new()) with { Labels = labels } },
            },
        };
    }

    /// <summary>What the set remembers for kubectl rollout: its revision, those it had before, the Deployment's sizes and notes.</summary>
    public static Dictionary<string, string> Annotations(Deployment deployment, ReplicaSet? existing, long revision)
    {
        // The sizes are noted when a set is sized, and only then: they tell that the Deployment was scaled since.
        var annotations = existing is null ? Sizes(deployment) : [];
        foreach (var (name, value) in deployment.Metadata.Annotations ?? new Dictionary<string, string>())
        {
            if (!DeploymentAnnotations.StaysOnDeployment(name)) annotations[name] = value;
        }
        annotations[DeploymentAnnotations.Revision] = revision.ToString();
        var before = DeploymentAnnotations.RevisionOf(existing?.Metadata.Annotations);
        if (existing is null || before == revision || before == 0) return annotations;
        var history = existing.Metadata.Annotations!.GetValueOrDefault(DeploymentAnnotations.RevisionHistory);
        annotations[DeploymentAnnotations.RevisionHistory] = string.IsNullOrEmpty(history) ? before.ToString() : $"{history},{before}";
        return annotations;
    }

    /// <summary>The Deployment's size at the last scaling, by which a later change of it is noticed.</summary>
    public static Dictionary<string, string> Sizes(Deployment deployment)
    {
        var wish = deployment.Spec?.Replicas ?? 1;
        return new()
        {
            [DeploymentAnnotations.DesiredReplicas] = wish.ToString(),
            [DeploymentAnnotations.MaxReplicas] = (wish + RolloutPlan.Bounds(deployment).Surge).ToString(),
        };
    }

    static int FirstSize(Deployment deployment, IReadOnlyList<ReplicaSet> owned)
    {
        var wish = deployment.Spec!.Replicas ?? 1;
        var old = owned.Sum(s => s.Spec?.Replicas ?? 1);
        if (old == 0 || deployment.Spec.Strategy?.Type == "Recreate") return wish;
        return Math.Clamp(wish + RolloutPlan.Bounds(deployment).Surge - old, 0, wish);
    }

    static Dictionary<string, string> With(IReadOnlyDictionary<string, string>? labels, string hash) =>
        new(labels ?? new Dictionary<string, string>()) { [TemplateHash.Label] = hash };
}
