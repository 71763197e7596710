using Fairlead.Api.Resources;
using Fairlead.Json;

namespace Fairlead.Api.Discovery;

/// <summary>
/// The documents by which clients find out what is served, one a path. Each call renders afresh; the server keeps the
/// bytes until the kinds change. Versions of a group stand in the order of the definitions, the preferred one first.
/// </summary>
public static class DiscoveryDocuments
{
    /// <summary>/api: the versions of the core group.</summary>
    /// <param name="serverAddress">host:port by which clients reach the server.</param>
    public static JsonObject Api(string serverAddress) => new()
    {
        ["kind"] = "APIVersions",
        ["versions"] = Array("v1"),
        ["serverAddressByClientCIDRs"] = new JsonArray(new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = serverAddress }),
    };

    /// <summary>/apis: every named group.</summary>
    public static JsonObject Groups(IEnumerable<ResourceDefinition> kinds) => Groups(InGroups(kinds));

    /// <summary>/apis: the groups but the core, in their order.</summary>
    public static JsonObject Groups(IEnumerable<GroupVersions> groups) => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. groups.Where(g => g.Group.Length > 0).Select(GroupEntry)]),
    };

    /// <summary>/apis/GROUP; null if there is no such group.</summary>
    public static JsonObject? Group(IEnumerable<ResourceDefinition> kinds, string group) => Group(InGroups(kinds), group);

    /// <summary>/apis/GROUP; null if there is no such group.</summary>
    public static JsonObject? Group(IEnumerable<GroupVersions> groups, string group)
    {
        if (groups.FirstOrDefault(g => g.Group == group) is not { } found) return null;
        var entry = GroupEntry(found);
        entry.Insert(0, "kind", "APIGroup");
        entry.Insert(1, "apiVersion", "v1");
        return entry;
    }

    static IEnumerable<GroupVersions> InGroups(IEnumerable<ResourceDefinition> kinds) =>
        kinds.GroupBy(k => k.Group).Select(g => new GroupVersions(g.Key, [.. g.Select(k => k.Version).Distinct()]));

    /// <summary>/api/v1 and /apis/GROUP/VERSION; null if there is no such version.</summary>
    public static JsonObject? Resources(IEnumerable<ResourceDefinition> kinds, string group, string version)
    {
        var served = kinds.Where(k => k.Group == group && k.Version == version).OrderBy(k => k.Plural, StringComparer.Ordinal).ToList();
        if (served.Count == 0) return null;
        var resources = new JsonArray();
        foreach (var kind in served)
        {
            resources.Add((JsonNode)Resource(kind));
            foreach (var sub in SubresourceDefinition.Of(kind)) resources.Add((JsonNode)Subresource(kind, sub));
        }
        return new()
        {
            ["kind"] = "APIResourceList",
            ["apiVersion"] = "v1",
            ["groupVersion"] = served[0].ApiVersion,
            ["resources"] = resources,
        };
    }

    static JsonObject GroupEntry(GroupVersions group) => new()
    {
        ["name"] = group.Group,
        ["versions"] = new JsonArray([.. group.Versions.Select(v => Version(group.Group, v))]),
        ["preferredVersion"] = Version(group.Group, group.Versions[0]),
    };

    static JsonObject Version(string group, string version) => new() { ["groupVersion"] = $"{group}/{version}", ["version"] = version };

    static JsonObject Resource(ResourceDefinition kind)
    {
        var entry = new JsonObject
        {
            ["name"] = kind.Plural,
            ["singularName"] = kind.Singular,
            ["namespaced"] = kind.Namespaced,
            ["kind"] = kind.Kind,
            ["verbs"] = Array(kind.Verbs),
        };
        if (kind.ShortNames.Count > 0) entry["shortNames"] = Array(kind.ShortNames);
        if (kind.Categories.Count > 0) entry["categories"] = Array(kind.Categories);
        return entry;
    }

    static JsonObject Subresource(ResourceDefinition kind, SubresourceDefinition sub)
    {
        var entry = new JsonObject { ["name"] = $"{kind.Plural}/{sub.Name}", ["singularName"] = "", ["namespaced"] = kind.Namespaced };
        if ((sub.Group, sub.Version) != (kind.Group, kind.Version))
        {
            entry["group"] = sub.Group;
            entry["version"] = sub.Version;
        }
        entry["kind"] = sub.Kind;
        entry["verbs"] = Array(sub.Verbs);
        return entry;
    }

    internal static JsonArray Array(params IEnumerable<string> texts) => [.. texts.Select(t => (JsonNode)t)];
}
