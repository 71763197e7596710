using Fairlead.Api.Rbac.V1;

namespace Fairlead.Server.Authorization.Rbac;

/// <summary>Compares sets of rules: what some hold that others lack. Nobody may grant what they do not have.</summary>
static class RuleCover
{
    /// <summary>The permissions among <paramref name="wanted"/> that <paramref name="held"/> lacks, each with one verb, resource and name.</summary>
    public static IReadOnlyList<PolicyRule> Missing(IReadOnlyCollection<PolicyRule> held, IEnumerable<PolicyRule> wanted) =>
        [.. wanted.SelectMany(Single).Where(one => !held.Any(rule => Covers(rule, one)))];

    /// <summary>Rules that differ in their verbs alone, as one; in the words of upstream's messages, sorted.</summary>
    public static IReadOnlyList<string> Describe(IEnumerable<PolicyRule> rules) =>
    [
        .. Compact(rules).Select(Text).Distinct().Order(StringComparer.Ordinal),
    ];

    /// <summary>Joins rules about one resource, without names, that differ in their verbs.</summary>
    public static IEnumerable<PolicyRule> Compact(IEnumerable<PolicyRule> rules) =>
        rules.GroupBy(r => r is { ResourceNames: not { Count: > 0 }, ApiGroups: [var group], Resources: [var resource] } ? $"{group}/{resource}" : Text(r))
            .Select(same => same.First() with { Verbs = [.. same.SelectMany(r => r.Verbs ?? []).Distinct()] });

    /// <summary>A rule as messages show it: {APIGroups:["apps"], Resources:["deployments"], Verbs:["get"]}.</summary>
    public static string Text(PolicyRule rule)
    {
        (string Name, IReadOnlyList<string>? Values)[] parts =
        [
            ("APIGroups", rule.ApiGroups), ("Resources", rule.Resources), ("NonResourceURLs", rule.NonResourceURLs),
            ("ResourceNames", rule.ResourceNames), ("Verbs", rule.Verbs),
        ];
        return $"{{{string.Join(", ", parts.Where(p => p.Values is { Count: > 0 }).Select(p => $"{p.Name}:{Quoted(p.Values!)}"))}}}";
    }

    /// <summary>["a" "b"].</summary>
    public static string Quoted(IEnumerable<string> texts) => $"[{string.Join(' ', texts.Select(t => $"\"{t}\""))}]";

    static IEnumerable<PolicyRule> Single(PolicyRule rule)
    {
        foreach (var verb in rule.Verbs ?? [])
        {
            foreach (var path in rule.NonResourceURLs ?? []) yield return new() { Verbs = [verb], NonResourceURLs = [path] };
            foreach (var (group, resource) in (rule.ApiGroups ?? []).SelectMany(_ => rule.Resources ?? [], (g, r) => (g, r)))
            {
                var plain = new PolicyRule { Verbs = [verb], ApiGroups = [group], Resources = [resource] };
                if (rule.ResourceNames is not { Count: > 0 } names) yield return plain;
                else foreach (var name in names) yield return plain with { ResourceNames = [name] };
            }
        }
    }

    static bool Covers(PolicyRule rule, PolicyRule one)
    {
        if (!Has(rule.Verbs, one.Verbs![0])) return false;
        if (one.NonResourceURLs is [var path]) return (rule.NonResourceURLs ?? []).Any(p => RuleMatch.PathCovers(p, path));
        return Has(rule.ApiGroups, one.ApiGroups![0]) && HasResource(rule.Resources, one.Resources![0])
            && (rule.ResourceNames is not { Count: > 0 } names || (one.ResourceNames is [var name] && names.Contains(name)));
    }

    static bool Has(IReadOnlyList<string>? list, string value) => list is not null && (list.Contains("*") || list.Contains(value));

    static bool HasResource(IReadOnlyList<string>? list, string resource)
    {
        var slash = resource.IndexOf('/', StringComparison.Ordinal);
        return Has(list, resource) || (slash >= 0 && list is not null && list.Contains("*" + resource[slash..]));
    }
}
