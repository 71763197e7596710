using System.Text.Json.Nodes;
using Fairlead.Api.Resources.Pods;

namespace Fairlead.Api.Resources.PodSecurity;

/// <summary>Judges a PodSpec by a level of the Pod Security Standards. Pure; the rules are those of the latest version.</summary>
public static class PodSecurityStandard
{
    /// <summary>What the level forbids and the Pod does, in upstream's order and words; empty if nothing.</summary>
    public static IReadOnlyList<PodSecurityViolation> Violations(PodSecurityLevel level, JsonObject spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (level == PodSecurityLevel.Privileged) return [];
        var containers = PodSpecRules.AllContainers(spec).ToList();
        var found = BaselineRules.All(spec, containers, level).ToList();
        if (level == PodSecurityLevel.Restricted) found.AddRange(RestrictedRules.All(spec, containers));
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
