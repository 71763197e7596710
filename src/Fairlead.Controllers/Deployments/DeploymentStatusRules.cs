using Fairlead.Api.Apps.V1;

namespace Fairlead.Controllers.Deployments;

/// <summary>The status of a Deployment, from its ReplicaSets. Pure.</summary>
public static class DeploymentStatusRules
{
    /// <param name="current">The set of the present template, or null while there is none.</param>
    /// <param name="all">Every set of the Deployment, the present one included.</param>
    public static DeploymentStatus Of(Deployment deployment, ReplicaSet? current, IReadOnlyList<ReplicaSet> all, DateTimeOffset now)
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
        if (Progress(deployment, status, current, now) is { } progressing) conditions.Add(progressing);
        conditions.Insert(0, Availability(deployment, available, now));
        if (Failure(all, deployment, now) is { } failure) conditions.Add(failure);
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

    static DeploymentCondition? Progress(Deployment deployment, DeploymentStatus status, ReplicaSet? current, DateTimeOffset now)
    {
        if (deployment.Spec?.ProgressDeadlineSeconds is null or int.MaxValue) return null;
        var before = Find(deployment, "Progressing");
        if (deployment.Spec.Paused == true)
            return Condition(deployment, "Progressing", "Unknown", "DeploymentPaused", "Deployment is paused", now, progressed: false);
        if (before?.Reason == "DeploymentPaused")
            return Condition(deployment, "Progressing", "Unknown", "DeploymentResumed", "Deployment is resumed", now, progressed: true);
        if (current is null)
            return before ?? Condition(deployment, "Progressing", "True", "NewReplicaSetCreated", "Created new replica set", now, progressed: true);
        var name = $"ReplicaSet \"{current.Metadata.Name}\"";
        if (IsComplete(deployment, status))
            return Condition(deployment, "Progressing", "True", "NewReplicaSetAvailable", $"{name} has successfully progressed.", now, progressed: before?.Reason != "NewReplicaSetAvailable");
        if (before is null)
            return Condition(deployment, "Progressing", "True", "NewReplicaSetCreated", $"Created new replica set \"{current.Metadata.Name}\"", now, progressed: true);
        if (HasMoved(deployment.Status, status) || before.Reason == "NewReplicaSetAvailable")
            return Condition(deployment, "Progressing", "True", "ReplicaSetUpdated", $"{name} is progressing.", now, progressed: true);
        return Deadline(deployment, now) is { } deadline && now >= deadline
            ? Condition(deployment, "Progressing", "False", "ProgressDeadlineExceeded", $"{name} has timed out progressing.", now, progressed: before.Reason != "ProgressDeadlineExceeded")
            : before;
    }

    /// <summary>When the rollout counts as stuck if nothing moves; null if it is complete, paused or has no deadline.</summary>
    public static DateTimeOffset? Deadline(Deployment deployment, DateTimeOffset now) =>
        deployment.Spec?.ProgressDeadlineSeconds is { } seconds and not int.MaxValue
            && Find(deployment, "Progressing") is { Status: "True" } condition && condition.Reason != "NewReplicaSetAvailable"
            ? (condition.LastUpdateTime ?? now).AddSeconds(seconds)
            : null;

    static DeploymentCondition? Failure(IReadOnlyList<ReplicaSet> all, Deployment deployment, DateTimeOffset now)
    {
        var failed = all.SelectMany(s => s.Status?.Conditions ?? []).FirstOrDefault(c => c.Type == "ReplicaFailure" && c.Status == "True");
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
        var same = before is not null && before.Status == value && before.Reason == reason;
        return new DeploymentCondition
        {
            Type = type,
            Status = value,
            Reason = reason,
            Message = message,
            LastUpdateTime = same && !progressed ? before!.LastUpdateTime : now,
            LastTransitionTime = before?.Status == value ? before.LastTransitionTime : now,
        };
    }

    static DeploymentCondition? Find(Deployment deployment, string type) =>
        deployment.Status?.Conditions?.FirstOrDefault(c => c.Type == type);

    static int? NoneIfZero(int count) => count == 0 ? null : count;
}
