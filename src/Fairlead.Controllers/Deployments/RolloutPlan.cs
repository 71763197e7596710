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

    /// <summary>The next sizes: name of the set to replicas; sets that stay are left out.</summary>
    /// <param name="current">The set of the present template.</param>
    /// <param name="old">The other sets.</param>
    public static IReadOnlyDictionary<string, int> Next(Deployment deployment, ReplicaSet current, IReadOnlyList<ReplicaSet> old)
    {
        var (surge, unavailable) = Bounds(deployment);
        var wish = deployment.Spec?.Replicas ?? 1;
        if (ProportionalScale(deployment, current, old, surge) is { } scaled) return scaled;
        if (deployment.Spec?.Paused == true) return new Dictionary<string, int>();
        if (deployment.Spec?.Strategy?.Type == "Recreate") return Recreate(current, old, wish);
        return Rolling(current, old, wish, surge, unavailable);
    }

    static Dictionary<string, int> Recreate(ReplicaSet current, IReadOnlyList<ReplicaSet> old, int wish)
    {
        var next = new Dictionary<string, int>();
        foreach (var set in old.Where(s => Size(s) > 0)) next[set.Metadata.Name!] = 0;
        // The new Pods begin when the last of the old is gone; the caller checks the Pods themselves.
        if (next.Count == 0 && old.All(s => (s.Status?.Replicas ?? 0) == 0) && Size(current) != wish) next[current.Metadata.Name!] = wish;
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
    /// When the wished number changes in the middle of a rollout, or while paused, every set grows or shrinks by its
    /// share, so that the rollout keeps its proportions. Null if nothing of this kind is to be done.
    /// </summary>
    static Dictionary<string, int>? ProportionalScale(Deployment deployment, ReplicaSet current, IReadOnlyList<ReplicaSet> old, int surge)
    {
        var wish = deployment.Spec?.Replicas ?? 1;
        var active = old.Append(current).Where(s => Size(s) > 0).ToList();
        if (!active.Any(s => Annotated(s, DeploymentAnnotations.DesiredReplicas) is { } was && was != wish)) return null;
        if (active.Count <= 1)
        {
            var only = active.Count == 1 ? active[0] : current;
            return Size(only) == wish ? null : new() { [only.Metadata.Name!] = wish };
        }
        if (deployment.Spec?.Strategy?.Type == "Recreate") return null;
        var allowed = wish > 0 ? wish + surge : 0;
        var toAdd = allowed - active.Sum(Size);
        var next = new Dictionary<string, int>();
        var left = toAdd;
        foreach (var set in active.OrderByDescending(Size).ThenByDescending(s => s.Metadata.CreationTimestamp))
        {
            var before = Annotated(set, DeploymentAnnotations.MaxReplicas) ?? Math.Max(1, active.Sum(Size));
            var share = (int)Math.Round((double)Size(set) * allowed / before, MidpointRounding.AwayFromZero) - Size(set);
            share = toAdd > 0 ? Math.Clamp(share, 0, Math.Max(0, left)) : Math.Clamp(share, Math.Min(0, left), 0);
            next[set.Metadata.Name!] = Size(set) + share;
            left -= share;
        }
        var largest = active.MaxBy(Size)!.Metadata.Name!;
        next[largest] = Math.Max(0, next[largest] + left);
        return next;
    }

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
