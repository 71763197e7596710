using Fairlead.Api.Resources.Pods;
using Fairlead.Json;

namespace Fairlead.Api.Resources.PodSecurity;

/// <summary>
/// Judges a PodSpec by a level of the Pod Security Standards, as its rules were in a version of Kubernetes. Pure.
/// </summary>
public static class PodSecurityStandard
{
    /// <summary>What the rules forbid and the Pod does, in upstream's order and words; empty if nothing.</summary>
    /// <param name="annotations">Of the Pod or the template: before there were fields, they named its profiles.</param>
    public static IReadOnlyList<PodSecurityViolation> Violations(PodSecurityRules rules, JsonObject? annotations, JsonObject spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (rules.Level == PodSecurityLevel.Privileged) return [];
        var containers = PodSpecRules.AllContainers(spec).ToList();
        var found = BaselineRules.All(spec, annotations, containers, rules).ToList();
        if (rules.Level == PodSecurityLevel.Restricted) found.AddRange(RestrictedRules.All(spec, containers, rules.Minor));
        return found;
    }

    /// <summary>container "a" does, or containers "a", "b" do: the subject of a sentence with its verb in the right number.</summary>
    internal static string Subject(IReadOnlyCollection<string> names, string noun = "container") =>
        $"{(names.Count == 1 ? noun : noun + "s")} {string.Join(", ", names.Select(n => $"\"{n}\""))}";

    internal static List<string> Names(IEnumerable<JsonObject> containers) => [.. containers.Select(c => c.Text("name"))];

    /// <summary>pod and containers "a", "b": whoever of them sets a thing.</summary>
    internal static string PodAnd(bool pod, IReadOnlyCollection<string> names) =>
        names.Count == 0 ? "pod" : pod ? "pod and " + Subject(names) : Subject(names);

    internal static string Quoted(IEnumerable<string> values) => string.Join(", ", values.Distinct().Order(StringComparer.Ordinal).Select(v => $"\"{v}\""));
}
