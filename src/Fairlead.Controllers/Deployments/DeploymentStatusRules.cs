using Fairlead.Api.Apps.V1;

namespace Fairlead.Controllers.Deployments;

/// <summary>The status of a Deployment, from its ReplicaSets. Pure.</summary>
public static class DeploymentStatusRules
{
    const string Available = "NewReplicaSetAvailable";
    const string TimedOut = "ProgressDeadlineExceeded";

    /// <param name="current">The set of the present template, or null while there is none.</param>
    /// <param name="all">Every set of the Deployment, the present one included.</param>
    /// <param name="created">Whether <paramref name="current"/> was made just now.</param>
    public static DeploymentStatus Of(Deployment deployment, ReplicaSet? current, IReadOnlyList<ReplicaSet> all, bool created, DateTimeOffset now)
    {
        var replicas = all.Sum(s => s.Status?.Replicas ?? 0);
        var available = all.Sum(s => s.Status?.AvailableReplicas ?? 0);
        var status = new DeploymentStatus
        {
            ObservedGeneration = deployment.Metadata.Generation,
            Replicas = NoneIfZero(replicas),
            UpdatedReplicas = NoneIfZero(current?.Status?.Replicas ?? 0),
            ReadyReplicas = NoneIfZero(all.Sum(s => s.Status?.ReadyReplicas ?? 0)),
            AvailableReplicas = NoneIfZero(available),
            UnavailableReplicas = NoneIfZero(Math.Max(0, all.Sum(s => s.Spec?.Replicas ?? 1) - available)),
            CollisionCount = deployment.Status?.CollisionCount,
        };
        var conditions = new List<DeploymentCondition>();
        conditions.Add(Availability(deployment, available, now));
        if (Progress(deployment, status, current, all, created, now) is { } progressing) conditions.Add(progressing);
        if (Failure(current, all, deployment, now) is { } failure) conditions.Add(failure);
        return status with { Conditions = conditions };
    }

    /// <summary>True when every wished Pod is of the present template and available, and no other is left.</summary>
    public static bool IsComplete(Deployment deployment, DeploymentStatus status)
    {
        var wish = deployment.Spec?.Replicas ?? 1;
        return (status.UpdatedReplicas ?? 0) == wish && (status.Replicas ?? 0) == wish && (status.AvailableReplicas ?? 0) == wish
            && status.ObservedGeneration >= deployment.Metadata.Generation;
    }

    static DeploymentCondition Availability(Deployment deployment, int available, DateTimeOffset now)
    {
        var enough = available >= (deployment.Spec?.Replicas ?? 1) - RolloutPlan.Bounds(deployment).Unavailable;
        return Condition(deployment, "Available", enough ? "True" : "False",
            enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
            enough ? "Deployment has minimum availability." : "Deployment does not have minimum availability.", now, progressed: false);
    }

    /// <summary>The status of a Deployment whose set of the present template could not be made.</summary>
    public static DeploymentStatus NotCreated(Deployment deployment, string set, string message, DateTimeOffset now)
    {
        var old = deployment.Status ?? new();
        if (!HasDeadline(deployment)) return old;
        var failed = Condition(deployment, "Progressing", "False", "ReplicaSetCreateError", $"Failed to create new replica set \"{set}\": {message}", now, progressed: false);
        return old with { Conditions = [.. (old.Conditions ?? []).Where(c => c.Type != "Progressing"), failed] };
    }

    static DeploymentCondition? Progress(
        Deployment deployment, DeploymentStatus status, ReplicaSet? current, IReadOnlyList<ReplicaSet> all, bool created, DateTimeOffset now)
    {
        if (!HasDeadline(deployment)) return null;
        var before = Find(deployment, "Progressing");
        if (deployment.Spec!.Paused == true)
            return before?.Reason == TimedOut ? before : Now("Unknown", "DeploymentPaused", "Deployment is paused");
        if (before?.Reason == "DeploymentPaused") return Now("Unknown", "DeploymentResumed", "Deployment is resumed");
        // A change of size is no rollout, nor is a Pod that comes and goes after one: neither tells of progress.
        if (RolloutPlan.IsScaling(deployment, all)) return before;
        if (!created && before?.Reason == Available && (status.Replicas ?? 0) == (status.UpdatedReplicas ?? 0)) return before;
        var name = current is null ? $"Deployment \"{deployment.Metadata.Name}\"" : $"ReplicaSet \"{current.Metadata.Name}\"";
        if (IsComplete(deployment, status)) return Now("True", Available, $"{name} has successfully progressed.");
        if (created) return Now("True", "NewReplicaSetCreated", $"Created new replica set \"{current!.Metadata.Name}\"");
        if (HasMoved(deployment.Status, status)) return Now("True", "ReplicaSetUpdated", $"{name} is progressing.", progressed: true);
        if (before is null) return current is null ? null : Now("True", "FoundNewReplicaSet", $"Found new replica set \"{current.Metadata.Name}\"");
        return Deadline(deployment, now) is { } deadline && now > deadline ? Now("False", TimedOut, $"{name} has timed out progressing.") : before;

        DeploymentCondition Now(string value, string reason, string message, bool progressed = false) =>
            Condition(deployment, "Progressing", value, reason, message, now, progressed);
    }

    /// <summary>When the rollout counts as stuck if nothing moves; null if it is complete, stuck already, or has no deadline.</summary>
    public static DateTimeOffset? Deadline(Deployment deployment, DateTimeOffset now) =>
        HasDeadline(deployment) && deployment.Spec!.Paused != true && Find(deployment, "Progressing") is { } condition && condition.Reason is not (Available or TimedOut)
            ? (condition.LastUpdateTime ?? now).AddSeconds(deployment.Spec!.ProgressDeadlineSeconds!.Value)
            : null;

    static bool HasDeadline(Deployment deployment) => deployment.Spec?.ProgressDeadlineSeconds is not (null or int.MaxValue);

    static DeploymentCondition? Failure(ReplicaSet? current, IReadOnlyList<ReplicaSet> all, Deployment deployment, DateTimeOffset now)
    {
        var failed = all.OrderBy(s => s == current ? 0 : 1).SelectMany(s => s.Status?.Conditions ?? [])
            .FirstOrDefault(c => c.Type == "ReplicaFailure" && c.Status == "True");
        return failed is null ? null : Condition(deployment, "ReplicaFailure", "True", failed.Reason ?? "", failed.Message ?? "", now, progressed: false);
    }

    static bool HasMoved(DeploymentStatus? old, DeploymentStatus now) =>
        (now.UpdatedReplicas ?? 0) > (old?.UpdatedReplicas ?? 0)
        || (now.ReadyReplicas ?? 0) > (old?.ReadyReplicas ?? 0)
        || (now.AvailableReplicas ?? 0) > (old?.AvailableReplicas ?? 0)
        || (now.Replicas ?? 0) - (now.UpdatedReplicas ?? 0) < (old?.Replicas ?? 0) - (old?.UpdatedReplicas ?? 0);

    static DeploymentCondition Condition(
        Deployment deployment, string type, string value, string reason, string message, DateTimeOffset now, bool progressed)
    {
        var before = Find(deployment, type);
        if (before is not null && before.Status == value && before.Reason == reason && !progressed) return before;
        return new DeploymentCondition
        {
            Type = type,
            Status = value,
            Reason = reason,
            Message = message,
            LastUpdateTime = now,
            LastTransitionTime = before?.Status == value ? before.LastTransitionTime : now,
        };
    }

    static DeploymentCondition? Find(Deployment deployment, string type) =>
        deployment.Status?.Conditions?.FirstOrDefault(c => c.Type == type);

    static int? NoneIfZero(int count) => count == 0 ? null : count;
}
