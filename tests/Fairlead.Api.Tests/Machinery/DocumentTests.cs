using Fairlead.Api.Discovery;
using Fairlead.Api.OpenApi;
using Fairlead.Api.Resources;
using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.Tests.Machinery;

public class DocumentTests
{
    static readonly ResourceDefinition GadgetKind = new()
    {
        Group = "toys.example", Version = "v1", Kind = "Gadget", Plural = "gadgets", Singular = "gadget", Namespaced = true,
        ShortNames = ["gd"], Categories = ["all"], HasStatus = true, Columns = [],
        Schema = new(() => SchemaReader.Read(typeof(Gadget)) with { DefinitionName = null }),
    };

    static readonly IReadOnlyList<ResourceDefinition> Kinds = [.. BuiltInResources.All, GadgetKind];

    [Fact]
    public void Plain_discovery_names_groups_and_resources()
    {
        Assert.Equal("v1", (string?)DiscoveryDocuments.Api("127.0.0.1:6443")["versions"]![0]);
        Assert.Contains("toys.example", DiscoveryDocuments.Groups(Kinds)["groups"]!.AsArray().Select(g => (string?)g!["name"]));
        Assert.Equal("toys.example/v1", (string?)DiscoveryDocuments.Group(Kinds, "toys.example")!["preferredVersion"]!["groupVersion"]);
        Assert.Null(DiscoveryDocuments.Group(Kinds, "nope"));
        Assert.Null(DiscoveryDocuments.Resources(Kinds, "", "v9"));
        Assert.Equal(
            "{\"kind\":\"APIResourceList\",\"apiVersion\":\"v1\",\"groupVersion\":\"toys.example/v1\",\"resources\":["
            + "{\"name\":\"gadgets\",\"singularName\":\"gadget\",\"namespaced\":true,\"kind\":\"Gadget\",\"verbs\":[\"create\",\"delete\",\"deletecollection\",\"get\",\"list\",\"patch\",\"update\",\"watch\"],\"shortNames\":[\"gd\"],\"categories\":[\"all\"]},"
            + "{\"name\":\"gadgets/status\",\"singularName\":\"\",\"namespaced\":true,\"kind\":\"Gadget\",\"verbs\":[\"get\",\"patch\",\"update\"]}]}",
            DiscoveryDocuments.Resources(Kinds, "toys.example", "v1")!.ToJsonString());
    }

    [Fact]
    public void Subresources_of_pods_are_known()
    {
        var pods = GadgetKind with { Group = "", Plural = "pods", Kind = "Pod" };
        Assert.Equal(
            ["attach", "binding", "ephemeralcontainers", "eviction", "exec", "log", "portforward", "proxy", "status"],
            SubresourceDefinition.Of(pods).Select(s => s.Name));
        var eviction = DiscoveryDocuments.Resources([pods], "", "v1")!["resources"]!.AsArray().Single(r => (string?)r!["name"] == "pods/eviction")!;
        Assert.Equal("policy", (string?)eviction["group"]);
    }

    [Theory]
    [InlineData("v2")]
    [InlineData("v2beta1")]
    public void Aggregated_discovery_says_the_same(string version)
    {
        var document = AggregatedDiscovery.Groups(Kinds, version);
        Assert.Equal($"apidiscovery.k8s.io/{version}", (string?)document["apiVersion"]);
        var gadget = document["items"]!.AsArray().Single(g => (string?)g!["metadata"]!["name"] == "toys.example")!["versions"]![0]!["resources"]![0]!;
        Assert.Equal("{\"group\":\"toys.example\",\"version\":\"v1\",\"kind\":\"Gadget\"}", gadget["responseKind"]!.ToJsonString());
        Assert.Equal(("Namespaced", "status"), ((string?)gadget["scope"], (string?)gadget["subresources"]![0]!["subresource"]));
        Assert.Single(AggregatedDiscovery.Core(Kinds)["items"]!.AsArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OpenApi_is_closed_and_has_what_kubectl_looks_for(bool v3)
    {
        var document = v3 ? OpenApiV3.Document(Kinds, "v1.33.0") : OpenApiV2.Document(Kinds, "v1.33.0");
        var prefix = v3 ? "#/components/schemas/" : "#/definitions/";
        var definitions = (v3 ? document["components"]!["schemas"] : document["definitions"])!.AsObject();
        foreach (var reference in References(document))
            Assert.True(reference.StartsWith(prefix, StringComparison.Ordinal) && definitions.ContainsKey(reference[prefix.Length..]), reference);
        foreach (var kind in Kinds.Where(k => k.Verbs.Contains("patch")))
        {
            var patch = document["paths"]!.AsObject().Select(p => p.Value!["patch"]).Single(op => op is not null
                && JsonNode.DeepEquals(op["x-kubernetes-group-version-kind"], Gvk(kind)) && !((string)op["operationId"]!).EndsWith("Status", StringComparison.Ordinal)
                && !((string)op["operationId"]!).EndsWith("Approval", StringComparison.Ordinal)
                && !((string)op["operationId"]!).EndsWith("Ephemeralcontainers", StringComparison.Ordinal))!;
            Assert.Equal("patch", (string?)patch["x-kubernetes-action"]);
            Assert.Superset(new HashSet<string> { "fieldValidation", "dryRun", "force" }, patch["parameters"]!.AsArray().Select(p => (string)p!["name"]!).ToHashSet());
            Assert.Contains(definitions, d => d.Value!["x-kubernetes-group-version-kind"] is JsonArray list && list.Any(g => JsonNode.DeepEquals(g, Gvk(kind))));
        }
        Assert.True(definitions.ContainsKey("example.toys.v1.Gadget"));
    }

    [Fact]
    public void Schemas_carry_merge_rules_defaults_and_values()
    {
        var spec = OpenApiV3.Document([GadgetKind], "v")["components"]!["schemas"]!["io.k8s.api.tests.machinery.GadgetSpec"]!;
        var parts = spec["properties"]!["parts"]!;
        Assert.Equal(("map", "name", "merge", "name"), ((string?)parts["x-kubernetes-list-type"], (string?)parts["x-kubernetes-list-map-keys"]![0],
            (string?)parts["x-kubernetes-patch-strategy"], (string?)parts["x-kubernetes-patch-merge-key"]));
        Assert.Equal("merge,retainKeys", (string?)spec["properties"]!["sources"]!["x-kubernetes-patch-strategy"]);
        Assert.Equal(1, (int?)spec["properties"]!["replicas"]!["default"]);
        Assert.Equal("parts", (string?)spec["required"]![0]);
    }

    [Fact]
    public void The_v3_root_names_every_document_with_its_hash()
    {
        var documents = OpenApiV3.Documents(Kinds, "v1.33.0");
        var paths = OpenApiV3.Root(documents)["paths"]!.AsObject();
        Assert.Contains("api/v1", documents.Keys);
        Assert.StartsWith("/openapi/v3/apis/toys.example/v1?hash=", (string?)paths["apis/toys.example/v1"]!["serverRelativeURL"]);
        Assert.Equal(documents.Count, paths.Count);
    }

    static JsonObject Gvk(ResourceDefinition kind) => new() { ["group"] = kind.Group, ["kind"] = kind.Kind, ["version"] = kind.Version };

    static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject obj => obj.SelectMany(f => f is { Key: "$ref", Value: JsonValue } ? [(string)f.Value!] : References(f.Value)),
        JsonArray array => array.SelectMany(References),
        _ => [],
    };
}
