using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Fairlead.Conformance.ApiMachinery;

/// <summary>What /openapi/v2 says of custom kinds, and what kubectl makes of it.</summary>
public sealed class CustomResourceOpenApi(RunningCluster cluster)
{
    const string Foo = """
        {"description":"Foo CRD for Testing","type":"object","properties":{
          "spec":{"description":"Specification of Foo","type":"object","properties":{
            "bars":{"description":"List of Bars and their specs.","type":"array","items":{"type":"object","required":["name"],"properties":{
              "name":{"description":"Name of Bar.","type":"string"},
              "age":{"description":"Age of Bar.","type":"string"},
              "feeling":{"description":"Whether Bar is feeling great.","type":"string","enum":["Great","Down"]},
              "bazs":{"description":"List of Bazs.","type":"array","items":{"type":"string"}}}}}}},
          "status":{"description":"Status of Foo","type":"object","properties":{
            "bars":{"description":"List of Bars and their statuses.","type":"array","items":{"type":"object","properties":{
              "name":{"description":"Name of Bar.","type":"string"},
              "available":{"description":"Whether the Bar is installed.","type":"boolean"},
              "quxType":{"description":"Indicates to external qux type.","type":"string","pattern":"in-tree|out-of-tree"}}}}}}}}
        """;

    const string Waldo = """
        {"description":"Waldo CRD for Testing","type":"object","properties":{
          "spec":{"description":"Specification of Waldo","type":"object","properties":{"dummy":{"description":"Dummy property.","type":"object"}}},
          "status":{"description":"Status of Waldo","type":"object","properties":{
            "bars":{"description":"List of Bars and their statuses.","type":"array","items":{"type":"object"}}}}}}
        """;

    [Fact(DisplayName = "[sig-api-machinery] CustomResourcePublishOpenAPI [Privileged:ClusterAdmin] works for CRD with validation schema [Conformance]")]
    public async Task WithSchema()
    {
        await using var kind = await CustomKind.DefineAsync(cluster, [("v1", Foo)], namespaced: true);
        await PublishedAsync(kind, "v1", Foo);
        var kubectl = await HereAsync();
        await TakesAsync(kubectl, kind, kind.Object("test-foo", """ "spec":{"bars":[{"name":"test-bar"}]} """));
        await RefusesAsync(kubectl, kind.Object("test-foo", """ "spec":{"bars":[{"name":"test-bar","feeling":"NonExistentValue"}]} """), "Unsupported value: \"NonExistentValue\"");
        await RefusesAsync(kubectl, kind.Object("test-foo", """ "spec":{"foo":true} """), "unknown field \"spec.foo\"");
        await RefusesAsync(kubectl, kind.Object("test-foo", """ "spec":{"bars":[{"age":"10"}]} """), "spec.bars[0].name: Required value");

        await ExplainsAsync(kubectl, kind.Plural, "DESCRIPTION:.*Foo CRD for Testing.*FIELDS:.*apiVersion.*<string>.*spec.*<Object>.*Specification of Foo");
        await ExplainsAsync(kubectl, kind.Plural + ".metadata", "DESCRIPTION:.*FIELDS:.*creationTimestamp.*<string>");
        await ExplainsAsync(kubectl, kind.Plural + ".spec", @"DESCRIPTION:.*Specification of Foo.*FIELDS:.*bars.*<\[\]Object>.*List of Bars and their specs");
        await ExplainsAsync(kubectl, kind.Plural + ".spec.bars", @"bars.*<\[\]Object>.*DESCRIPTION:.*List of Bars and their specs.*FIELDS:.*bazs.*<\[\]string>.*List of Bazs.*name.*<string>.*Name of Bar");
        var (code, _, errors) = await kubectl.EndAsync("", "explain", kind.Plural + ".spec.bars2");
        Assert.NotEqual(0, code);
        Assert.Contains("field \"bars2\" does not exist", errors);
    }

    [Fact(DisplayName = "[sig-api-machinery] CustomResourcePublishOpenAPI [Privileged:ClusterAdmin] works for CRD without validation schema [Conformance]")]
    public async Task WithoutSchema()
    {
        await using var kind = await CustomKind.DefineAsync(cluster, [("v1", CustomKind.Anything)], namespaced: true);
        await PublishedAsync(kind, "v1", """{"type":"object"}""");
        var kubectl = await HereAsync();
        await TakesAsync(kubectl, kind, kind.Object("test-cr", """ "a":{"b":[{"c":"d"}]} """));
        await ExplainsAsync(kubectl, kind.Plural, "DESCRIPTION:.*<empty>");
    }

    [Fact(DisplayName = "[sig-api-machinery] CustomResourcePublishOpenAPI [Privileged:ClusterAdmin] works for CRD preserving unknown fields at the schema root [Conformance]")]
    public async Task PreservingAtRoot()
    {
        var schema = Tree.Parse(Waldo);
        schema["x-kubernetes-preserve-unknown-fields"] = true;
        await using var kind = await CustomKind.DefineAsync(cluster, [("v1", schema.ToJsonString())], namespaced: true);
        await PublishedAsync(kind, "v1");
        var kubectl = await HereAsync();
        await TakesAsync(kubectl, kind, kind.Object("test-cr", """ "a":{"b":[{"c":"d"}]} """));
        await ExplainsAsync(kubectl, kind.Plural, $"KIND:.*{kind.Kind}");
    }

    [Fact(DisplayName = "[sig-api-machinery] CustomResourcePublishOpenAPI [Privileged:ClusterAdmin] works for CRD preserving unknown fields in an embedded object [Conformance]")]
    public async Task PreservingNested()
    {
        var schema = Tree.Parse(Waldo);
        schema["description"] = "preserve-unknown-properties in nested field for Testing";
        schema.At("properties.spec")!["x-kubernetes-preserve-unknown-fields"] = true;
        await using var kind = await CustomKind.DefineAsync(cluster, [("v1", schema.ToJsonString())], namespaced: true);
        await PublishedAsync(kind, "v1");
        var kubectl = await HereAsync();
        await TakesAsync(kubectl, kind, kind.Object("test-cr", """ "spec":{"a":null,"b":[{"c":"d"}]} """));
        await ExplainsAsync(kubectl, kind.Plural, "DESCRIPTION:.*preserve-unknown-properties in nested field for Testing");
    }

    [Fact(DisplayName = "[sig-api-machinery] CustomResourcePublishOpenAPI [Privileged:ClusterAdmin] works for multiple CRDs of different groups [Conformance]")]
    public async Task Groups()
    {
        await using var foo = await CustomKind.DefineAsync(cluster, [("v1", Foo)]);
        await using var waldo = await CustomKind.DefineAsync(cluster, [("v1beta1", Waldo)]);
        Assert.NotEqual(foo.Group, waldo.Group);
        await PublishedAsync(waldo, "v1beta1", Waldo);
        await PublishedAsync(foo, "v1", Foo);
        await WithdrawnAsync(foo, "v1");
        await WithdrawnAsync(waldo, "v1beta1");
    }

    [Fact(DisplayName = "[sig-api-machinery] CustomResourcePublishOpenAPI [Privileged:ClusterAdmin] works for multiple CRDs of same group but different versions [Conformance]")]
    public async Task VersionsOfOneGroup()
    {
        await using (var both = await CustomKind.DefineAsync(cluster, [("v2", Foo), ("v3", Foo)]))
        {
            await PublishedAsync(both, "v3", Foo);
            await PublishedAsync(both, "v2", Foo);
            await WithdrawnAsync(both, "v2", "v3");
        }
        var group = CustomKind.NewGroup();
        await using var foo = await CustomKind.DefineAsync(cluster, [("v4", Foo)], group);
        await using var waldo = await CustomKind.DefineAsync(cluster, [("v5", Waldo)], group);
        await PublishedAsync(waldo, "v5", Waldo);
        await PublishedAsync(foo, "v4", Foo);
        await WithdrawnAsync(foo, "v4");
        await PublishedAsync(waldo, "v5", Waldo);
    }

    [Fact(DisplayName = "[sig-api-machinery] CustomResourcePublishOpenAPI [Privileged:ClusterAdmin] works for multiple CRDs of same group and version but different kinds [Conformance]")]
    public async Task KindsOfOneVersion()
    {
        var group = CustomKind.NewGroup();
        await using var foo = await CustomKind.DefineAsync(cluster, [("v6", Foo)], group);
        await using var waldo = await CustomKind.DefineAsync(cluster, [("v6", Waldo)], group);
        await PublishedAsync(waldo, "v6", Waldo);
        await PublishedAsync(foo, "v6", Foo);
        await WithdrawnAsync(foo, "v6");
        await WithdrawnAsync(waldo, "v6");
    }

    [Fact(DisplayName = "[sig-api-machinery] CustomResourcePublishOpenAPI [Privileged:ClusterAdmin] updates the published spec when one version gets renamed [Conformance]")]
    public async Task Renamed()
    {
        await using var kind = await CustomKind.DefineAsync(cluster, [("v2", Foo), ("v3", Foo)]);
        await PublishedAsync(kind, "v3", Foo);
        await PublishedAsync(kind, "v2", Foo);
        await CustomKind.Definitions(cluster).PatchAsync(kind.Name,
            """[{"op":"test","path":"/spec/versions/1/name","value":"v3"},{"op":"replace","path":"/spec/versions/1/name","value":"v4"}]""", Resource.JsonPatch);
        await PublishedAsync(kind, "v4", Foo);
        await AbsentAsync(kind, "v3");
        await PublishedAsync(kind, "v2", Foo);
    }

    [Fact(DisplayName = "[sig-api-machinery] CustomResourcePublishOpenAPI [Privileged:ClusterAdmin] removes definition from spec when one version gets changed to not be served [Conformance]")]
    public async Task NotServed()
    {
        await using var kind = await CustomKind.DefineAsync(cluster, [("v5", Foo), ("v6alpha1", Foo)]);
        await PublishedAsync(kind, "v6alpha1", Foo);
        await PublishedAsync(kind, "v5", Foo);
        await CustomKind.Definitions(cluster).ChangeAsync(kind.Name, d => d.At("spec.versions.1")!["served"] = false);
        await AbsentAsync(kind, "v6alpha1");
        await PublishedAsync(kind, "v5", Foo);
    }

    async Task<Kubectl> HereAsync() => new(cluster.Server, await cluster.NamespaceAsync("crd-publish-openapi"));

    /// <summary>kubectl create and kubectl apply take the object.</summary>
    static async Task TakesAsync(Kubectl kubectl, CustomKind kind, string json)
    {
        foreach (var verb in (string[])["create", "apply"])
        {
            await kubectl.FeedAsync(json, verb, "-f", "-");
            await kubectl.RunAsync("delete", kind.Plural, Tree.Parse(json).Text("metadata.name")!);
        }
    }

    static async Task RefusesAsync(Kubectl kubectl, string json, string why)
    {
        foreach (var verb in (string[])["create", "apply"])
        {
            var (code, _, errors) = await kubectl.EndAsync(json, verb, "-f", "-");
            Assert.NotEqual(0, code);
            Assert.Contains(why, errors);
        }
    }

    static async Task ExplainsAsync(Kubectl kubectl, string what, string pattern)
    {
        var output = await kubectl.RunAsync("explain", what);
        Assert.True(Regex.IsMatch(output, pattern, RegexOptions.Singleline), $"explain {what}: {output}");
    }

    /// <summary>Waits until the document has the definition of a kind in a version, with this schema if one is given.</summary>
    async Task PublishedAsync(CustomKind kind, string version, string? schema = null)
    {
        var wanted = schema is null ? null : Tree.Parse(schema);
        string? last = null;
        await UntilAsync(definitions =>
        {
            if (definitions[Name(kind, version)]?.DeepClone() is not JsonObject found) return false;
            // What every kind has beside its schema.
            found.Remove("x-kubernetes-group-version-kind");
            foreach (var field in (string[])["metadata", "apiVersion", "kind"]) (found["properties"] as JsonObject)?.Remove(field);
            if (found["properties"] is JsonObject { Count: 0 }) found.Remove("properties");
            last = found.ToJsonString();
            return wanted is null || JsonNode.DeepEquals(wanted, found);
        }, () => $"{Name(kind, version)} is {last ?? "absent"} and not {schema}");
    }

    /// <summary>The definition is taken out with its kind.</summary>
    async Task WithdrawnAsync(CustomKind kind, params string[] versions)
    {
        await kind.DisposeAsync();
        foreach (var version in versions) await AbsentAsync(kind, version);
    }

    Task AbsentAsync(CustomKind kind, string version) => UntilAsync(definitions => !definitions.ContainsKey(Name(kind, version)), () => $"{Name(kind, version)} is there still");

    static string Name(CustomKind kind, string version) => $"{string.Join('.', kind.Group.Split('.').Reverse())}.{version}.{kind.Kind}";

    async Task UntilAsync(Func<JsonObject, bool> holds, Func<string> why)
    {
        var clock = Stopwatch.StartNew();
        while (!holds((await cluster.Server.GetAsync("/openapi/v2")).Json["definitions"]!.AsObject()))
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), why());
            await Task.Delay(100);
        }
    }
}
