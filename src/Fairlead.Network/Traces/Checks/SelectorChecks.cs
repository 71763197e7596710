using Fairlead.Api.Core.V1;
using Fairlead.Network.Services;
using Fairlead.Network.Traces.Causes;

namespace Fairlead.Network.Traces.Checks;

/// <summary>Why a selector matches no Pod, and which Pods it nearly matches.</summary>
sealed class SelectorChecks(TraceState state, Service service, IReadOnlyDictionary<string, string> selector)
{
    readonly ServiceKey key = ClusterSnapshot.KeyOf(service);

    public Finding Why() => Workloads() ?? OtherNamespace() ?? Nothing();

    Provenance Selector => new("Service", key.Namespace, key.Name, "spec.selector");

    /// <summary>The Pods would match, if only there were any.</summary>
    Finding? Workloads()
    {
        var makers = state.Objects.Workloads.Where(w => w.Namespace == key.Namespace && PodFacts.Matches(selector, w.Labels)).ToList();
        if (makers.FirstOrDefault(w => w.Failure is not null) is { } failing)
        {
            return new(KnownCauses.WorkloadMakesNoPods,
                $"Service {key} selects the Pods of {failing}, which can't make them{Words.Quote(failing.Failure)}.",
                $"See kubectl describe {failing.Kind.ToLowerInvariant()} {failing.Name} -n {failing.Namespace}.",
                new(failing.Kind, failing.Namespace, failing.Name, "status.conditions"));
        }
        // A Deployment comes before its ReplicaSets: it is what the user scales.
        if (makers.OrderBy(w => w.Kind == "ReplicaSet").FirstOrDefault(w => w.Replicas == 0) is not { } idle || makers.Any(w => w.Kind == idle.Kind && w.Replicas > 0)) return null;
        return new(KnownCauses.WorkloadScaledToZero, $"Service {key} selects the Pods of {idle}, which is scaled to zero.",
            $"Run kubectl scale {idle.Kind.ToLowerInvariant()} {idle.Name} -n {idle.Namespace} --replicas=1.", new(idle.Kind, idle.Namespace, idle.Name, "spec.replicas"));
    }

    Finding? OtherNamespace()
    {
        var elsewhere = state.Objects.Pods.Where(p => p.Metadata.Namespace != key.Namespace && PodFacts.Matches(selector, p.Metadata.Labels)).ToList();
        if (elsewhere.Count == 0 || Nearest() is { Missing: 0 }) return null;
        var ns = elsewhere[0].Metadata.Namespace;
        return new(KnownCauses.SelectorMatchesOtherNamespace,
            $"No Pod in namespace {key.Namespace} has {Words.Labels(selector)}; {Words.Count(elsewhere.Count, "Pod")} in namespace {ns} {(elsewhere.Count == 1 ? "has" : "have")}, such as {elsewhere[0].Metadata.Name}.",
            $"Make the Service in namespace {ns}: a selector reaches its own namespace alone.",
            Selector);
    }

    Finding Nothing()
    {
        var hint = Nearest() is { } near ? $" {near.Text}" : "";
        var remedy = hint.Length > 0 ? "Correct spec.selector, or label the Pods so." : "Start such Pods, or correct spec.selector.";
        return new(KnownCauses.SelectorMatchesNothing, $"No Pod in namespace {key.Namespace} has {Words.Labels(selector)}, which Service {key} selects.{hint}", remedy, Selector);
    }

    /// <summary>The Pods of the namespace that come nearest: by how many labels differ, then by how much.</summary>
    (string Text, int Missing)? Nearest()
    {
        var near = state.Objects.Pods.Where(p => p.Metadata.Namespace == key.Namespace && !PodFacts.HasEnded(p))
            .Select(p => (Pod: p, Wrong: selector.Where(l => p.Metadata.Labels?.GetValueOrDefault(l.Key) != l.Value).ToList()))
            .Where(p => p.Wrong.Count < selector.Count || p.Wrong.Any(l => IsLike(p.Pod, l)))
            .OrderBy(p => p.Wrong.Count).ThenBy(p => p.Wrong.Sum(l => DistanceOf(p.Pod, l))).ThenBy(p => p.Pod.Metadata.Name, StringComparer.Ordinal).ToList();
        if (near.Count == 0) return null;
        var (nearest, wrong) = near[0];
        var same = near.Count(n => n.Wrong.SequenceEqual(wrong) && wrong.All(l => ValueOf(n.Pod, l.Key) == ValueOf(nearest, l.Key)));
        var differs = wrong.Select(l => ValueOf(nearest, l.Key) is { } value ? $"{l.Key}={value} instead of {l.Key}={l.Value}" : $"no label {l.Key}");
        var who = same == 1 ? $"is Pod {nearest.Metadata.Name}: it has" : $"are {Words.Count(same, "Pod")} such as {nearest.Metadata.Name}: they have";
        return ($"Nearest {who} {string.Join(" and ", differs)}.", wrong.Count);
    }

    static string? ValueOf(Pod pod, string label) => pod.Metadata.Labels?.GetValueOrDefault(label);

    static bool IsLike(Pod pod, KeyValuePair<string, string> wanted) =>
        ValueOf(pod, wanted.Key) is { } value && Likeness.Nearest(wanted.Value, [value]) is not null
        || pod.Metadata.Labels?.Any(l => l.Value == wanted.Value && Likeness.Nearest(wanted.Key, [l.Key]) is not null) == true;

    static int DistanceOf(Pod pod, KeyValuePair<string, string> wanted) =>
        ValueOf(pod, wanted.Key) is { } value ? Likeness.Distance(wanted.Value, value) : wanted.Value.Length;
}
