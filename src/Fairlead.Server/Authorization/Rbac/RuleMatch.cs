using Fairlead.Api.Rbac.V1;

namespace Fairlead.Server.Authorization.Rbac;

/// <summary>Whether one rule of a role allows one request. Allocates nothing.</summary>
static class RuleMatch
{
    const string All = "*";

    public static bool Allows(PolicyRule rule, in AccessRequest request) =>
        Has(rule.Verbs, request.Verb)
        && (request.IsResource
            ? Has(rule.ApiGroups, request.Group) && HasResource(rule.Resources, request.Resource, request.Subresource)
                && (rule.ResourceNames is not { Count: > 0 } names || HasExactly(names, request.Name))
            : HasPath(rule.NonResourceURLs, request.Path));

    /// <summary>True if one path of the role covers the other: they are the same, or it ends in * and the other begins so.</summary>
    public static bool PathCovers(string covering, string path) =>
        covering == path || (covering.EndsWith('*') && path.AsSpan().StartsWith(covering.AsSpan().TrimEnd('*'), StringComparison.Ordinal));

    static bool Has(IReadOnlyList<string>? list, string value)
    {
        if (list is null) return false;
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] == All || list[i] == value) return true;
        }
        return false;
    }

    static bool HasExactly(IReadOnlyList<string> list, string value)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] == value) return true;
        }
        return false;
    }

    static bool HasResource(IReadOnlyList<string>? list, string resource, string subresource)
    {
        if (list is null) return false;
        for (var i = 0; i < list.Count; i++)
        {
            var item = list[i];
            if (item == All) return true;
            if (subresource.Length == 0 ? item == resource : IsOf(item, resource, subresource) || IsOf(item, All, subresource)) return true;
        }
        return false;
    }

    static bool IsOf(string item, string resource, string subresource) =>
        item.Length == resource.Length + 1 + subresource.Length && item[resource.Length] == '/'
        && item.StartsWith(resource, StringComparison.Ordinal) && item.EndsWith(subresource, StringComparison.Ordinal);

    static bool HasPath(IReadOnlyList<string>? list, string path)
    {
        if (list is null) return false;
        for (var i = 0; i < list.Count; i++)
        {
            if (PathCovers(list[i], path)) return true;
        }
        return false;
    }
}
