using Fairlead.Api.Resources;
using Fairlead.Json;

namespace Fairlead.Api.Discovery;

/// <summary>
/// The whole of discovery in one document (KEP-3352), which clients ask for at /api and /apis by
/// <c>application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList</c>. v2beta1 has the same fields.
/// </summary>
public static class AggregatedDiscovery
{
    /// <summary>The core group, for /api.</summary>
    /// <param name="kinds">All definitions.</param>
    /// <param name="version">v2 or v2beta1, as the client asked.</param>
    public static JsonObject Core(IEnumerable<ResourceDefinition> kinds, string version = "v2") =>
        List(kinds.Where(k => k.Group.Length == 0), version);

    /// <summary>The named groups, for /apis.</summary>
    public static JsonObject Groups(IEnumerable<ResourceDefinition> kinds, string version = "v2") =>
        List(kinds.Where(k => k.Group.Length > 0), version);

    /// <summary>The named groups in their order, with versions that other servers serve among them.</summary>
    /// <param name="groups">What there is.</param>
    /// <param name="kinds">Definitions of what this server serves itself.</param>
    /// <param name="others">By GROUP/VERSION what others serve; see <see cref="OfOther"/>.</param>
    /// <param name="version">v2 or v2beta1, as the client asked.</param>
    public static JsonObject Groups(
        IEnumerable<GroupVersions> groups, IEnumerable<ResourceDefinition> kinds, IReadOnlyDictionary<string, JsonObject> others, string version = "v2")
    {
        ArgumentNullException.ThrowIfNull(others);
        var own = kinds.GroupBy(k => (k.Group, k.Version)).ToDictionary(g => g.Key);
        return List(groups.Where(g => g.Group.Length > 0).Select(group => Group(group.Group, group.Versions
            .Select(v => others.TryGetValue($"{group.Group}/{v}", out var other) ? (JsonObject)other.DeepClone()
                : own.TryGetValue((group.Group, v), out var served) ? Version(v, served) : null).OfType<JsonObject>())), version);
    }

    /// <summary>A version that another server serves, from the list of its resources that the server gave.</summary>
    /// <param name="list">An APIResourceList; null if it gave none.</param>
    /// <param name="fresh">False if the server can't be reached at present.</param>
    public static JsonObject OfOther(string group, string version, JsonObject? list, bool fresh)
    {
        var entries = list.Objects("resources");
        var resources = entries.Where(e => !e.Text("name").Contains('/', StringComparison.Ordinal)).Select(entry =>
        {
            var name = entry.Text("name");
            var made = Copied(entry, ("singularName", "singularResource"));
            made.Insert(0, "resource", name);
            made.Insert(1, "responseKind", KindOf(entry, group, version));
            made.Insert(2, "scope", entry.Flag("namespaced") ? "Namespaced" : "Cluster");
            var under = entries.Where(e => e.Text("name").StartsWith(name + "/", StringComparison.Ordinal)).Select(e => (JsonNode)new JsonObject
            {
                ["subresource"] = e.Text("name")[(name.Length + 1)..],
                ["responseKind"] = KindOf(e, group, version),
                ["verbs"] = e["verbs"]?.DeepClone() ?? new JsonArray(),
            }).ToArray();
            if (under.Length > 0) made["subresources"] = new JsonArray(under);
            return (JsonNode)made;
        });
        return new() { ["version"] = version, ["resources"] = new JsonArray([.. resources]), ["freshness"] = fresh ? "Current" : "Stale" };
    }

    /// <summary>The Content-Type of the answer.</summary>
    public static string ContentType(string version) => $"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList";

    static JsonObject List(IEnumerable<ResourceDefinition> kinds, string version) =>
        List(kinds.GroupBy(k => k.Group).Select(g => Group(g.Key, g.GroupBy(k => k.Version).Select(v => Version(v.Key, v)))), version);

    static JsonObject List(IEnumerable<JsonObject> groups, string version) => new()
    {
        ["kind"] = "APIGroupDiscoveryList",
        ["apiVersion"] = $"apidiscovery.k8s.io/{version}",
        ["metadata"] = new JsonObject(),
        ["items"] = new JsonArray([.. groups]),
    };

    static JsonObject Group(string group, IEnumerable<JsonObject> versions)
    {
        var metadata = new JsonObject();
        if (group.Length > 0) metadata["name"] = group;
        metadata["creationTimestamp"] = null;
        return new() { ["metadata"] = metadata, ["versions"] = new JsonArray([.. versions]) };
    }

    static JsonObject Version(string version, IEnumerable<ResourceDefinition> kinds) => new()
    {
        ["version"] = version,
        ["resources"] = new JsonArray([.. kinds.OrderBy(k => k.Plural, StringComparer.Ordinal).Select(Resource)]),
        ["freshness"] = "Current",
    };

    static JsonObject Resource(ResourceDefinition kind)
    {
        var entry = new JsonObject
        {
            ["resource"] = kind.Plural,
            ["responseKind"] = Kind(kind.Group, kind.Version, kind.Kind),
            ["scope"] = kind.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = kind.Singular,
            ["verbs"] = DiscoveryDocuments.Array(kind.Verbs),
        };
        if (kind.ShortNames.Count > 0) entry["shortNames"] = DiscoveryDocuments.Array(kind.ShortNames);
        if (kind.Categories.Count > 0) entry["categories"] = DiscoveryDocuments.Array(kind.Categories);
        var subresources = SubresourceDefinition.Of(kind);
        if (subresources.Count > 0) entry["subresources"] = new JsonArray([.. subresources.Select(Subresource)]);
        return entry;
    }

    static JsonObject Subresource(SubresourceDefinition sub) => new()
    {
        ["subresource"] = sub.Name,
        ["responseKind"] = Kind(sub.Group, sub.Version, sub.Kind),
        ["verbs"] = DiscoveryDocuments.Array(sub.Verbs),
    };

    /// <summary>The fields that an entry has in both forms, one of them under another name.</summary>
    static JsonObject Copied(JsonObject entry, (string From, string To) renamed)
    {
        var made = new JsonObject { [renamed.To] = entry.Text(renamed.From), ["verbs"] = entry["verbs"]?.DeepClone() ?? new JsonArray() };
        foreach (var field in (string[])["shortNames", "categories"])
            if (entry[field] is JsonArray { Count: > 0 } list) made[field] = list.DeepClone();
        return made;
    }

    /// <summary>The kind of an entry; what it does not say is the list's.</summary>
    static JsonObject KindOf(JsonObject entry, string group, string version) => entry.Text("version").Length == 0
        ? Kind(group, version, entry.Text("kind")) : Kind(entry.Text("group"), entry.Text("version"), entry.Text("kind"));

    static JsonObject Kind(string group, string version, string kind) => new() { ["group"] = group, ["version"] = version, ["kind"] = kind };
}
