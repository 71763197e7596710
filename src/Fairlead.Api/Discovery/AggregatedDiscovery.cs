using System.Text.Json.Nodes;
using Fairlead.Api.Resources;

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

    /// <summary>The Content-Type of the answer.</summary>
    public static string ContentType(string version) => $"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList";

    static JsonObject List(IEnumerable<ResourceDefinition> kinds, string version) => new()
    {
        ["kind"] = "APIGroupDiscoveryList",
        ["apiVersion"] = $"apidiscovery.k8s.io/{version}",
        ["metadata"] = new JsonObject(),
        ["items"] = new JsonArray([.. kinds.GroupBy(k => k.Group).Select(Group)]),
    };

    static JsonObject Group(IGrouping<string, ResourceDefinition> group)
    {
        var metadata = new JsonObject();
        if (group.Key.Length > 0) metadata["name"] = group.Key;
        metadata["creationTimestamp"] = null;
        return new()
        {
            ["metadata"] = metadata,
            ["versions"] = new JsonArray([.. group.GroupBy(k => k.Version).Select(Version)]),
        };
    }

    static JsonObject Version(IGrouping<string, ResourceDefinition> version) => new()
    {
        ["version"] = version.Key,
        ["resources"] = new JsonArray([.. version.OrderBy(k => k.Plural, StringComparer.Ordinal).Select(Resource)]),
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

    static JsonObject Kind(string group, string version, string kind) => new() { ["group"] = group, ["version"] = version, ["kind"] = kind };
}
