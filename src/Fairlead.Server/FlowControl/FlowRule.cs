using Fairlead.Api.FlowControl.V1;
using Fairlead.Server.Authorization;

namespace Fairlead.Server.FlowControl;

/// <summary>A FlowSchema, resolved: which requests it takes, and the level that they go to. Immutable.</summary>
public sealed class FlowRule
{
    readonly IReadOnlyList<(FlowSubject[] Subjects, IReadOnlyList<ResourcePolicyRule> Resources, IReadOnlyList<NonResourcePolicyRule> Paths)> rules;
    readonly string? distinguisher;
    readonly int salt;

    /// <param name="levelUid">Of the level's object.</param>
    /// <param name="counts">What becomes of the requests; outlives this rule.</param>
    public FlowRule(FlowSchema schema, PriorityLevel level, string levelUid, FlowCounts counts)
    {
        ArgumentNullException.ThrowIfNull(schema);
        (Level, LevelUid, Counts) = (level, levelUid, counts);
        Name = schema.Metadata.Name ?? "";
        Uid = schema.Metadata.Uid ?? "";
        distinguisher = schema.Spec?.DistinguisherMethod?.Type;
        salt = Name.GetHashCode(StringComparison.Ordinal);
        rules = [.. (schema.Spec?.Rules ?? []).Select(r => ((FlowSubject[])[.. (r.Subjects ?? []).Select(FlowSubject.Of)], r.ResourceRules ?? [], r.NonResourceRules ?? []))];
    }

    public string Name { get; }
    public string Uid { get; }
    public PriorityLevel Level { get; }
    public string LevelUid { get; }
    public FlowCounts Counts { get; }

    /// <summary>True if any rule takes the request. Allocates nothing.</summary>
    public bool Takes(in AccessRequest request)
    {
        foreach (var (subjects, resources, paths) in rules)
        {
            if (request.IsResource ? Takes(resources, request) : Takes(paths, request))
            {
                foreach (var subject in subjects)
                {
                    if (subject.Is(request.User)) return true;
                }
            }
        }
        return false;
    }

    /// <summary>Tells the flows of the schema apart: one for each user, each namespace, or one in all.</summary>
    public ulong FlowOf(in AccessRequest request) => ShuffleShard.Mix(salt, distinguisher switch
    {
        "ByUser" => request.User.Name.GetHashCode(StringComparison.Ordinal),
        "ByNamespace" => request.Namespace.GetHashCode(StringComparison.Ordinal),
        _ => 0,
    });

    static bool Takes(IReadOnlyList<ResourcePolicyRule> rules, in AccessRequest request)
    {
        for (var i = 0; i < rules.Count; i++)
        {
            var rule = rules[i];
            if (Has(rule.Verbs, request.Verb) && Has(rule.ApiGroups, request.Group) && HasResource(rule.Resources, request)
                && (request.Namespace.Length == 0 ? rule.ClusterScope == true : Has(rule.Namespaces, request.Namespace))) return true;
        }
        return false;
    }

    static bool Takes(IReadOnlyList<NonResourcePolicyRule> rules, in AccessRequest request)
    {
        for (var i = 0; i < rules.Count; i++)
        {
            if (Has(rules[i].Verbs, request.Verb) && HasPath(rules[i].NonResourceURLs, request.Path)) return true;
        }
        return false;
    }

    static bool Has(IReadOnlyList<string>? list, string value)
    {
        for (var i = 0; i < list?.Count; i++)
        {
            if (list[i] == "*" || list[i] == value) return true;
        }
        return false;
    }

    /// <summary>A resource without subresource stands for itself alone: pods does not mean pods/log.</summary>
    static bool HasResource(IReadOnlyList<string>? list, in AccessRequest request)
    {
        var (resource, sub) = (request.Resource, request.Subresource);
        for (var i = 0; i < list?.Count; i++)
        {
            var item = list[i];
            if (item == "*" || (sub.Length == 0 ? item == resource
                : item.Length == resource.Length + 1 + sub.Length && item[resource.Length] == '/'
                    && item.StartsWith(resource, StringComparison.Ordinal) && item.EndsWith(sub, StringComparison.Ordinal))) return true;
        }
        return false;
    }

    static bool HasPath(IReadOnlyList<string>? list, string path)
    {
        for (var i = 0; i < list?.Count; i++)
        {
            var item = list[i];
            if (item == "*" || item == path || (item.EndsWith('*') && path.AsSpan().StartsWith(item.AsSpan(0, item.Length - 1), StringComparison.Ordinal))) return true;
        }
        return false;
    }
}
