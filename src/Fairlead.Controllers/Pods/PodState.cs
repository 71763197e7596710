using Fairlead.Api.Core.V1;

namespace Fairlead.Controllers.Pods;

/// <summary>What controllers ask of a Pod's state.</summary>
public static class PodState
{
    /// <summary>Not ended, and not asked to go.</summary>
    public static bool IsActive(Pod pod) => !HasEnded(pod) && pod.Metadata.DeletionTimestamp is null;

    public static bool HasEnded(Pod pod) => pod.Status?.Phase is "Succeeded" or "Failed";

    public static bool IsReady(Pod pod) => ReadyCondition(pod)?.Status == "True";

    /// <summary>Ready for at least so many seconds.</summary>
    public static bool IsAvailable(Pod pod, int minReadySeconds, DateTimeOffset now) => AvailableIn(pod, minReadySeconds, now) == TimeSpan.Zero;

    /// <summary>How long until the Pod counts as available if nothing changes; null if it isn't ready.</summary>
    public static TimeSpan? AvailableIn(Pod pod, int minReadySeconds, DateTimeOffset now)
    {
        if (ReadyCondition(pod) is not { Status: "True" } ready) return null;
        if (minReadySeconds == 0) return TimeSpan.Zero;
        var left = (ready.LastTransitionTime ?? now) + TimeSpan.FromSeconds(minReadySeconds) - now;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    static PodCondition? ReadyCondition(Pod pod) => pod.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready");
}
