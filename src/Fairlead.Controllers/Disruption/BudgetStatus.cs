using Fairlead.Api.Core.V1;
using Fairlead.Api.Policy.V1;
using Fairlead.Api.Resources.Kinds;
using Fairlead.Controllers.Pods;

namespace Fairlead.Controllers.Disruption;

/// <summary>How many Pods a budget counts, and how many of them must be healthy.</summary>
public readonly record struct BudgetCounts(int Expected, int Desired);

/// <summary>
/// The numbers of a PodDisruptionBudget from its Pods (pure; the rules of policy/v1, KEP-85).
/// </summary>
public static class BudgetStatus
{
    /// <summary>A Pod whose eviction was allowed and that is not marked for deletion after so long is not expected to go.</summary>
    public static readonly TimeSpan DeletionTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Whether the bound is a share of what the Pods' owners want, so that their scale must be known.</summary>
    public static bool NeedsScale(PodDisruptionBudgetSpec? spec) => spec?.MaxUnavailable is not null || spec?.MinAvailable is { IsString: true };

    /// <param name="pods">How many Pods the selector finds.</param>
    /// <param name="scale">How many the owners of those Pods want together; used if <see cref="NeedsScale"/>.</param>
    /// <exception cref="FormatException">The bound is neither a number nor a percentage.</exception>
    public static BudgetCounts Counts(PodDisruptionBudgetSpec? spec, int pods, int scale) => spec switch
    {
        { MaxUnavailable: { } most } => new(scale, Math.Max(0, scale - Amount(most, scale))),
        { MinAvailable: { IsString: true } share } => new(scale, Amount(share, scale)),
        { MinAvailable: { } least } => new(pods, least.Int),
        _ => default,
    };

    static int Amount(Fairlead.Api.Meta.V1.IntOrString value, int total) =>
        value.ScaledValue(total, roundUp: true) ?? throw new FormatException($"invalid value for IntOrString: invalid type: string is not a percentage: \"{value}\"");

    /// <summary>Of the noted evictions those that are still to come to pass.</summary>
    /// <param name="late">The Pods that were to go and did not.</param>
    /// <param name="again">When the first of the kept ones is late; null if there are none.</param>
    public static IReadOnlyDictionary<string, DateTimeOffset> Disrupted(
        PodDisruptionBudgetStatus? status, IEnumerable<Pod> pods, DateTimeOffset now, out IReadOnlyList<Pod> late, out TimeSpan? again)
    {
        var kept = new Dictionary<string, DateTimeOffset>();
        var overdue = new List<Pod>();
        foreach (var pod in pods)
        {
            if (pod.Metadata.DeletionTimestamp is not null || status?.DisruptedPods?.TryGetValue(pod.Metadata.Name!, out var at) is not true) continue;
            if (at + DeletionTimeout < now) overdue.Add(pod);
            else kept[pod.Metadata.Name!] = at;
        }
        late = overdue;
        again = kept.Count == 0 ? null : kept.Values.Min() + DeletionTimeout - now + TimeSpan.FromMilliseconds(1);
        return kept;
    }

    /// <summary>Ready, not going, and not about to go.</summary>
    public static int Healthy(IEnumerable<Pod> pods, IReadOnlyDictionary<string, DateTimeOffset> disrupted) =>
        pods.Count(p => p.Metadata.DeletionTimestamp is null && !disrupted.ContainsKey(p.Metadata.Name!) && PodState.IsReady(p));

    /// <summary>The status that the numbers make; the old one itself if it says the same.</summary>
    public static PodDisruptionBudgetStatus Of(
        PodDisruptionBudget budget, BudgetCounts counts, int healthy, IReadOnlyDictionary<string, DateTimeOffset> disrupted, DateTimeOffset now)
    {
        var old = budget.Status ?? new();
        // Without a Pod nothing is allowed: the first ones that come are safe until they are counted.
        var allowed = counts.Expected <= 0 ? 0 : Math.Max(0, healthy - counts.Desired);
        var same = old.CurrentHealthy == healthy && old.DesiredHealthy == counts.Desired && old.ExpectedPods == counts.Expected
            && old.DisruptionsAllowed == allowed && old.ObservedGeneration == budget.Metadata.Generation && SamePods(old.DisruptedPods, disrupted)
            && DisruptionAllowedCondition.IsCurrent(old);
        if (same) return old;
        return DisruptionAllowedCondition.ByCount(old with
        {
            CurrentHealthy = healthy,
            DesiredHealthy = counts.Desired,
            ExpectedPods = counts.Expected,
            DisruptionsAllowed = allowed,
            DisruptedPods = disrupted.Count == 0 ? null : disrupted,
            ObservedGeneration = budget.Metadata.Generation,
        }, now);
    }

    static bool SamePods(IReadOnlyDictionary<string, DateTimeOffset>? old, IReadOnlyDictionary<string, DateTimeOffset> now) =>
        (old?.Count ?? 0) == now.Count && now.All(p => old!.TryGetValue(p.Key, out var at) && at == p.Value);
}
