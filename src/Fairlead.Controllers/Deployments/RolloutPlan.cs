using Fairlead.Api.Apps.V1;
using Fairlead.Api.Meta.V1;

namespace Fairlead.Controllers.Deployments;

/// <summary>
/// Decides how many replicas each ReplicaSet of a Deployment should have next. Pure: the Deployment, its sets as they
/// are, and nothing else.
/// </summary>
public static class RolloutPlan
{
    /// <summary>maxSurge and maxUnavailable in Pods; percentages round up and down; both zero would never move, so one may be missing.</summary>
    public static (int Surge, int Unavailable) Bounds(Deployment deployment)
    {
        var replicas = deployment.Spec?.Replicas ?? 1;
        if (deployment.Spec?.Strategy?.Type == "Recreate") return (0, 0);
        var rolling = deployment.Spec?.Strategy?.RollingUpdate;
        var surge = Resolve(rolling?.MaxSurge, replicas, up: true);
        var unavailable = Resolve(rolling?.MaxUnavailable, replicas, up: false);
        if (surge == 0 && unavailable == 0) unavailable = 1;
        return (surge, Math.Min(unavailable, replicas));
    }

    /// <summary>True if the wished number was changed since the sets were last sized: that comes before any rollout.</summary>
    public static bool IsScaling(Deployment deployment, IEnumerable<ReplicaSet> sets) =>
        sets.Any(s => Size(s) > 0 && Annotated(s, DeploymentAnnotations.DesiredReplicas) is { } was && was != Wish(deployment));

    /// <summary>True if the next step is to make a set of the present template, given that there is none.</summary>
    /// <param name="oldPodsRun">Whether Pods of old sets are still there, ended ones not counted.</param>
    public static bool WantsNewSet(Deployment deployment, IReadOnlyList<ReplicaSet> old, bool oldPodsRun) =>
        deployment.Spec?.Paused != true && !IsScaling(deployment, old)
        && (!IsRecreate(deployment) || (!oldPodsRun && old.All(s => Size(s) == 0 && (s.Status?.Replicas ?? 0) == 0)));

    /// <summary>The next sizes: name of the set to replicas; sets that stay are left out.</summary>
    /// <param name="current">The set of the present template; null while there is none.</param>
    /// <param name="old">The other sets.</param>
    /// <param name="oldPodsRun">Whether Pods of old sets are still there, ended ones not counted.</param>
    public static IReadOnlyDictionary<string, int> Next(Deployment deployment, ReplicaSet? current, IReadOnlyList<ReplicaSet> old, bool oldPodsRun)
    {
        var wish = Wish(deployment);
        var (surge, unavailable) = Bounds(deployment);
        var all = current is null ? old : [.. old, current];
        if (deployment.Spec?.Paused == true || IsScaling(deployment, all)) return Scale(deployment, current, old, wish, surge);
        if (IsRecreate(deployment)) return Recreate(current, old, wish, oldPodsRun);
        return current is null ? new Dictionary<string, int>() : Rolling(current, old, wish, surge, unavailable);
    }

    static Dictionary<string, int> Recreate(ReplicaSet? current, IReadOnlyList<ReplicaSet> old, int wish, bool oldPodsRun)
    {
        var next = old.Where(s => Size(s) > 0).ToDictionary(s => s.Metadata.Name!, _ => 0);
        // The new Pods begin when the last of the old is gone.
        var gone = next.Count == 0 && !oldPodsRun && old.All(s => (s.Status?.Replicas ?? 0) == 0);
        if (gone && current is not null && Size(current) != wish) next[current.Metadata.Name!] = wish;
        return next;
    }

    static Dictionary<string, int> Rolling(ReplicaSet current, IReadOnlyList<ReplicaSet> old, int wish, int surge, int unavailable)
    {
        var next = new Dictionary<string, int>();
        var total = old.Sum(Size) + Size(current);
        if (Size(current) > wish) next[current.Metadata.Name!] = wish;
        else if (Size(current) < wish && total < wish + surge)
            next[current.Metadata.Name!] = Math.Min(wish, Size(current) + wish + surge - total);
        if (next.Count > 0) return next;

        var oldTotal = old.Sum(Size);
        if (oldTotal == 0) return next;
        var mustBeAvailable = wish - unavailable;
        var newUnavailable = Size(current) - Available(current);
        var mayGo = total - mustBeAvailable - newUnavailable;
        if (mayGo <= 0) return next;
        var sizes = old.OrderBy(s => s.Metadata.CreationTimestamp).ToDictionary(s => s.Metadata.Name!, Size);
        // Pods that serve nobody go first, whichever set they are in.
        foreach (var set in old.OrderBy(s => s.Metadata.CreationTimestamp))
        {
            var useless = Math.Min(mayGo, sizes[set.Metadata.Name!] - Available(set));
            if (useless <= 0) continue;
            sizes[set.Metadata.Name!] -= useless;
            mayGo -= useless;
        }
        var surplus = Math.Min(mayGo, old.Sum(Available) + Available(current) - mustBeAvailable);
        foreach (var set in old.OrderBy(s => s.Metadata.CreationTimestamp))
        {
            var leaving = Math.Min(surplus, sizes[set.Metadata.Name!]);
            if (leaving <= 0) continue;
            sizes[set.Metadata.Name!] -= leaving;
            surplus -= leaving;
        }
        foreach (var set in old.Where(s => sizes[s.Metadata.Name!] != Size(s))) next[set.Metadata.Name!] = sizes[set.Metadata.Name!];
        return next;
    }

    /// <summary>
    /// Sizes without a rollout: when the wished number changes in the middle of one, or while paused, every set grows or
    /// shrinks by its share, so that the rollout keeps its proportions.
    /// </summary>
    static Dictionary<string, int> Scale(Deployment deployment, ReplicaSet? current, IReadOnlyList<ReplicaSet> old, int wish, int surge)
    {
        var active = (current is null ? old : [.. old, current]).Where(s => Size(s) > 0).ToList();
        var sizes = new List<(ReplicaSet Set, int Size)>();
        if (active.Count <= 1)
        {
            var only = active.FirstOrDefault() ?? current ?? old.MaxBy(s => s.Metadata.CreationTimestamp);
            if (only is not null) sizes.Add((only, wish));
        }
        else if (current is not null && Size(current) == wish && Annotated(current, DeploymentAnnotations.DesiredReplicas) == wish && (current.Status?.AvailableReplicas ?? 0) == wish)
        {
            // The new set has all it needs: what is left of the others goes.
            sizes.AddRange(active.Where(s => s != current).Select(s => (s, 0)));
        }
        else if (!IsRecreate(deployment))
        {
            sizes.AddRange(Shares(deployment, active, wish, wish > 0 ? wish + surge : 0));
        }
        return sizes.Where(s => s.Size != Size(s.Set) || !IsNoted(s.Set, wish, wish + surge)).ToDictionary(s => s.Set.Metadata.Name!, s => s.Size);
    }

    static List<(ReplicaSet Set, int Size)> Shares(Deployment deployment, List<ReplicaSet> active, int wish, int allowed)
    {
        var toAdd = allowed - active.Sum(Size);
        // The largest takes what rounding leaves; among equals the newer grows first and the older shrinks first.
        var bySize = active.OrderByDescending(Size);
        var ordered = toAdd > 0 ? bySize.ThenByDescending(s => s.Metadata.CreationTimestamp) : bySize.ThenBy(s => s.Metadata.CreationTimestamp);
        var sizes = new List<(ReplicaSet Set, int Size)>();
        var left = toAdd;
        foreach (var set in ordered)
        {
            var share = toAdd == 0 || left == 0 ? 0 : toAdd > 0 ? Math.Min(Share(set), left) : Math.Max(Share(set), left);
            sizes.Add((set, Size(set) + share));
            left -= share;
        }
        if (left != 0) sizes[0] = (sizes[0].Set, Math.Max(0, sizes[0].Size + left));
        return sizes;

        int Share(ReplicaSet set)
        {
            if (wish == 0) return -Size(set);
            var before = Annotated(set, DeploymentAnnotations.MaxReplicas) is { } noted and > 0 ? noted : deployment.Status?.Replicas ?? 0;
            return before == 0 ? 0 : (int)Math.Round((double)Size(set) * allowed / before, MidpointRounding.AwayFromZero) - Size(set);
        }
    }

    static bool IsNoted(ReplicaSet set, int wish, int most) =>
        Annotated(set, DeploymentAnnotations.DesiredReplicas) == wish && Annotated(set, DeploymentAnnotations.MaxReplicas) == most;

    static bool IsRecreate(Deployment deployment) => deployment.Spec?.Strategy?.Type == "Recreate";

    static int Wish(Deployment deployment) => deployment.Spec?.Replicas ?? 1;

    static int? Annotated(ReplicaSet set, string name) =>
        set.Metadata.Annotations?.TryGetValue(name, out var text) == true && int.TryParse(text, out var value) ? value : null;

    static int Size(ReplicaSet set) => set.Spec?.Replicas ?? 1;

    static int Available(ReplicaSet set) => Math.Min(set.Status?.AvailableReplicas ?? 0, Size(set));

    static int Resolve(IntOrString? value, int total, bool up)
    {
        if (value is not { } v) return up ? (int)Math.Ceiling(total * 0.25) : (int)Math.Floor(total * 0.25);
        return Math.Max(0, v.ScaledValue(total, up) ?? 0);
    }
}
