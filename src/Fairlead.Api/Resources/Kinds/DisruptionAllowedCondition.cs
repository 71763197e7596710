using Fairlead.Api.Meta.V1;
using Fairlead.Api.Policy.V1;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>
/// The condition DisruptionAllowed of a PodDisruptionBudget, which the controller and the eviction subresource both write
/// (KEP-85; reasons of policy/v1).
/// </summary>
public static class DisruptionAllowedCondition
{
    public const string Type = "DisruptionAllowed";
    public const string SufficientPods = "SufficientPods";
    public const string InsufficientPods = "InsufficientPods";
    public const string SyncFailed = "SyncFailed";

    /// <summary>The status with the condition that its disruptionsAllowed asks for.</summary>
    public static PodDisruptionBudgetStatus ByCount(PodDisruptionBudgetStatus status, DateTimeOffset now) =>
        Set(status, status.DisruptionsAllowed > 0, status.DisruptionsAllowed > 0 ? SufficientPods : InsufficientPods, "", now);

    /// <summary>The status after the numbers could not be found: nothing is allowed.</summary>
    public static PodDisruptionBudgetStatus Failed(PodDisruptionBudgetStatus status, string why, DateTimeOffset now) =>
        Set(status with { DisruptionsAllowed = 0 }, false, SyncFailed, why, now);

    /// <summary>Whether the condition says what disruptionsAllowed says, of the generation that was observed.</summary>
    public static bool IsCurrent(PodDisruptionBudgetStatus status) =>
        status.Conditions?.FirstOrDefault(c => c.Type == Type) is { } condition
        && condition.ObservedGeneration == status.ObservedGeneration
        && condition.Status == (status.DisruptionsAllowed > 0 ? "True" : "False")
        && condition.Reason != SyncFailed;

    static PodDisruptionBudgetStatus Set(PodDisruptionBudgetStatus status, bool allowed, string reason, string message, DateTimeOffset now)
    {
        var value = allowed ? "True" : "False";
        var before = status.Conditions?.FirstOrDefault(c => c.Type == Type);
        var condition = new Condition
        {
            Type = Type,
            Status = value,
            Reason = reason,
            Message = message,
            ObservedGeneration = status.ObservedGeneration,
            LastTransitionTime = before?.Status == value ? before.LastTransitionTime : now,
        };
        return status with { Conditions = [.. (status.Conditions ?? []).Where(c => c.Type != Type), condition] };
    }
}
