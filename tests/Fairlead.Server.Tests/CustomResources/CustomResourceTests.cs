using System.Diagnostics;
using Fairlead.Json;
using Fairlead.Store.Memory;

namespace Fairlead.Server.Tests.CustomResources;

/// <summary>Kinds that users define, from their definition to their end, over the server's own HTTPS.</summary>
[Collection(nameof(TestServer))]
public sealed class CustomResourceTests(TestServer server)
{
    const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    const string Schema = """
        {"type":"object","properties":{
          "spec":{"type":"object","required":["size"],"properties":{
            "size":{"type":"integer","minimum":1,"maximum":10},
            "color":{"type":"string","enum":["red","green"],"default":"red"},
            "port":{"x-kubernetes-int-or-string":true},
            "note":{"type":"string","nullable":true,"pattern":"^[a-z]+$","maxLength":5},
            "free":{"type":"object","x-kubernetes-preserve-unknown-fields":true},
            "tags":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}},
            "replicas":{"type":"integer"},
            "choice":{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"oneOf":[{"required":["a"]},{"required":["b"]}]}}},
          "status":{"type":"object","properties":{"replicas":{"type":"integer"},"selector":{"type":"string"}}}}}
        """;

    static string Definition(string plural, string kind, string group, string extra = "", string versions = "") => $$$"""
        {"metadata":{"name":"{{{plural}}}.{{{group}}}"},"spec":{"group":"{{{group}}}","scope":"Namespaced",
         "names":{"plural":"{{{plural}}}","kind":"{{{kind}}}","shortNames":["{{{plural[..3]}}}"],"categories":["toys"]},
         "versions":[{{{(versions.Length > 0 ? versions : $$$"""{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{{{Schema}}}}{{{extra}}}}""")}}}]}}
        """;

    async Task<string> EstablishAsync(string definition)
    {
        var made = await server.PostAsync(Definitions, definition);
        Assert.True(made.Code == 201, made.Text);
        var name = made.At("metadata.name")!;
        await UntilAsync(async () => (await server.GetAsync($"{Definitions}/{name}")).Text.Contains("\"type\":\"Established\",\"status\":\"True\"", StringComparison.Ordinal));
        return name;
    }

    static async Task UntilAsync(Func<Task<bool>> holds)
    {
        var clock = Stopwatch.StartNew();
        while (!await holds())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), "it did not come true within ten seconds");
            await Task.Delay(10);
        }
    }

    [Fact]
    public async Task A_kind_is_served_from_its_definition_to_its_deletion()
    {
        var name = await EstablishAsync(Definition("widgets", "Widget", "life.example.com"));
        var ns = await server.NamespaceAsync("custom");
        var path = $"/apis/life.example.com/v1/namespaces/{ns}/widgets";

        Assert.Contains("\"widgets\"", (await server.GetAsync("/apis/life.example.com/v1")).Text, StringComparison.Ordinal);
        Assert.Contains("com.example.life.v1.Widget", (await server.GetAsync("/openapi/v3/apis/life.example.com/v1")).Text, StringComparison.Ordinal);
        Assert.Contains("com.example.life.v1.Widget", (await server.GetAsync("/openapi/v2")).Text, StringComparison.Ordinal);

        var made = await server.PostAsync(path, """{"apiVersion":"life.example.com/v1","kind":"Widget","metadata":{"name":"a"},"spec":{"size":3,"unknown":1,"free":{"x":1}}}""");
        Assert.True(made.Code == 201, made.Text);
        Assert.Equal("red", made.At("spec.color"));
        Assert.Null(made.At("spec.unknown"));
        Assert.Equal("1", made.At("spec.free.x"));
        Assert.Contains(made.Warnings, w => w.Contains("unknown field \\\"spec.unknown\\\"", StringComparison.Ordinal));

        var merged = await server.PatchAsync($"{path}/a", "application/merge-patch+json", """{"spec":{"size":4}}""");
        Assert.Equal("4", merged.At("spec.size"));
        Assert.Equal("2", merged.At("metadata.generation"));
        var json = await server.PatchAsync($"{path}/a", "application/json-patch+json", """[{"op":"replace","path":"/spec/size","value":5}]""");
        Assert.Equal("5", json.At("spec.size"));
        Assert.Equal("WidgetList", (await server.GetAsync(path)).At("kind"));

        using var watch = await server.Http.GetAsync($"{path}?watch=1&resourceVersion={json.Revision}", HttpCompletionOption.ResponseHeadersRead);
        using var events = new StreamReader(await watch.Content.ReadAsStreamAsync());
        Assert.Equal(200, (await server.DeleteAsync($"{Definitions}/{name}")).Code);
        Assert.Contains("\"DELETED\"", await events.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(10)), StringComparison.Ordinal);
        Assert.Null(await events.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(10))); // the watch ends with the kind
        await UntilAsync(async () => (await server.GetAsync($"{Definitions}/{name}")).Code == 404);
        Assert.Equal(404, (await server.GetAsync(path)).Code);
        Assert.Equal(404, (await server.GetAsync("/apis/life.example.com/v1")).Code);
    }

    [Theory]
    [InlineData("""{"size":0}""", "spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1")]
    [InlineData("""{"size":11}""", "spec.size: Invalid value: 11: spec.size in body should be less than or equal to 10")]
    [InlineData("""{"size":"x"}""", "spec.size: Invalid value: \"string\": spec.size in body must be of type integer: \"string\"")]
    [InlineData("""{}""", "spec.size: Required value")]
    [InlineData("""{"size":1,"color":"blue"}""", "spec.color: Unsupported value: \"blue\": supported values: \"red\", \"green\"")]
    [InlineData("""{"size":1,"port":true}""", "spec.port: Invalid value: \"boolean\": spec.port in body must be of type integer,string: \"boolean\"")]
    [InlineData("""{"size":1,"note":"A"}""", "spec.note: Invalid value: \"A\": spec.note in body should match '^[a-z]+$'")]
    [InlineData("""{"size":1,"note":"abcdef"}""", "spec.note: Too long: may not be more than 5 bytes")]
    [InlineData("""{"size":1,"tags":["a","b","a"]}""", "spec.tags[2]: Duplicate value: \"a\"")]
    [InlineData("""{"size":1,"choice":{}}""", "<nil>: Invalid value: \"\": \"spec.choice\" must validate one and only one schema (oneOf). Found none valid")]
    [InlineData("""{"size":null}""", "spec.size: Invalid value: \"null\": spec.size in body must be of type integer: \"null\"")]
    public async Task What_the_schema_does_not_allow_is_refused_in_upstreams_words(string spec, string message)
    {
        await EnsureAsync(Definition("gauges", "Gauge", "rules.example.com"), "gauges.rules.example.com");
        var answer = await server.PostAsync("/apis/rules.example.com/v1/namespaces/default/gauges", $$"""{"metadata":{"name":"wrong"},"spec":{{spec}}}""");
        Assert.Equal(422, answer.Code);
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"size":1,"port":"http"}""")]
    [InlineData("""{"size":1,"port":80}""")]
    [InlineData("""{"size":1,"note":null}""")]
    [InlineData("""{"size":1,"color":null}""")]
    [InlineData("""{"size":1,"choice":{"a":"x"}}""")]
    public async Task What_the_schema_allows_is_taken(string spec)
    {
        await EnsureAsync(Definition("gauges", "Gauge", "rules.example.com"), "gauges.rules.example.com");
        var answer = await server.PostAsync("/apis/rules.example.com/v1/namespaces/default/gauges", $$"""{"metadata":{"generateName":"right-"},"spec":{{spec}}}""");
        Assert.True(answer.Code == 201, answer.Text);
    }

    async Task EnsureAsync(string definition, string name)
    {
        if ((await server.GetAsync($"{Definitions}/{name}")).Code == 404) await EstablishAsync(definition);
    }

    [Fact]
    public async Task Status_scale_columns_and_selectable_fields_are_those_of_the_definition()
    {
        await EstablishAsync(Definition("gadgets", "Gadget", "sub.example.com", """
            ,"subresources":{"status":{},"scale":{"specReplicasPath":".spec.replicas","statusReplicasPath":".status.replicas","labelSelectorPath":".status.selector"}},
             "additionalPrinterColumns":[{"name":"Size","type":"integer","jsonPath":".spec.size"},{"name":"Color","type":"string","jsonPath":".spec.color","priority":1}],
             "selectableFields":[{"jsonPath":".spec.color"}]
            """));
        const string path = "/apis/sub.example.com/v1/namespaces/default/gadgets";
        var made = await server.PostAsync(path, """{"metadata":{"name":"g"},"spec":{"size":2,"replicas":3},"status":{"replicas":9}}""");
        Assert.Null(made.At("status"));
        Assert.Equal(201, (await server.PostAsync(path, """{"metadata":{"name":"h"},"spec":{"size":2,"color":"green"}}""")).Code);

        var status = await server.PatchAsync($"{path}/g/status", "application/merge-patch+json", """{"spec":{"size":7},"status":{"replicas":2,"selector":"a=b"}}""");
        Assert.Equal("2", status.At("spec.size"));
        Assert.Equal("1", status.At("metadata.generation"));
        var scale = await server.GetAsync($"{path}/g/scale");
        Assert.Equal(("3", "2", "a=b"), (scale.At("spec.replicas"), scale.At("status.replicas"), scale.At("status.selector")));
        Assert.Equal("5", (await server.PatchAsync($"{path}/g/scale", "application/merge-patch+json", """{"spec":{"replicas":5}}""")).At("spec.replicas"));
        Assert.Equal("5", (await server.GetAsync($"{path}/g")).At("spec.replicas"));

        var table = await server.GetAsync(path, "application/json;as=Table;v=v1;g=meta.k8s.io");
        Assert.Equal(["Name", "Size", "Color"], table.Json["columnDefinitions"]!.AsArray().Select(c => (string)c!["name"]!));
        Assert.Equal("""["g",2,"red"]""", table.Json["rows"]![0]!["cells"]!.ToJsonString());
        var green = await server.GetAsync(path + "?fieldSelector=spec.color%3Dgreen");
        Assert.Equal("h", Assert.Single(green.Json["items"]!.AsArray())!["metadata"]!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_default_that_comes_later_is_seen_in_what_was_stored_before()
    {
        const string bare = """{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","properties":{"a":{"type":"string"}}}}}""";
        var name = await EstablishAsync(Definition("lates", "Late", "late.example.com", versions: bare));
        const string path = "/apis/late.example.com/v1/namespaces/default/lates";
        Assert.Null((await server.PostAsync(path, """{"metadata":{"name":"x"}}""")).At("a"));
        var patched = await server.PatchAsync($"{Definitions}/{name}", "application/json-patch+json",
            """[{"op":"add","path":"/spec/versions/0/schema/openAPIV3Schema/properties/a/default","value":"A"}]""");
        Assert.True(patched.Code == 200, patched.Text);
        await UntilAsync(async () => (await server.GetAsync($"{path}/x")).At("a") == "A");
        Assert.Equal("A", (await server.GetAsync(path)).At("items.0.a"));
    }

    [Fact]
    public async Task Several_versions_show_one_object_and_the_best_is_preferred()
    {
        const string schema = """{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}}""";
        await EstablishAsync(Definition("manys", "Many", "many.example.com", versions:
            $$"""{"name":"v1beta1","served":true,"storage":true,"deprecated":true,"schema":{{schema}}},{"name":"v1","served":true,"storage":false,"schema":{{schema}}}"""));
        Assert.Equal("many.example.com/v1", (await server.GetAsync("/apis/many.example.com")).At("preferredVersion.groupVersion"));
        Assert.Equal("many.example.com/v1", (await server.PostAsync("/apis/many.example.com/v1/namespaces/default/manys", """{"metadata":{"name":"m"},"spec":{"x":1}}""")).At("apiVersion"));
        var old = await server.GetAsync("/apis/many.example.com/v1beta1/namespaces/default/manys/m");
        Assert.Equal("many.example.com/v1beta1", old.At("apiVersion"));
        Assert.Contains(old.Warnings, w => w.Contains("many.example.com/v1beta1 Many is deprecated", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_name_that_another_kind_has_is_not_accepted()
    {
        await EstablishAsync(Definition("firsts", "Claimed", "names.example.com"));
        Assert.Equal(201, (await server.PostAsync(Definitions, Definition("seconds", "Claimed", "names.example.com"))).Code);
        await UntilAsync(async () => (await server.GetAsync($"{Definitions}/seconds.names.example.com")).Text.Contains("ListKindConflict", StringComparison.Ordinal));
        Assert.Equal(404, (await server.GetAsync("/apis/names.example.com/v1/seconds")).Code);
    }

    [Fact]
    public async Task A_finalizer_without_a_domain_is_taken_and_warned_of()
    {
        await EnsureAsync(Definition("holders", "Holder", "hold.example.com"), "holders.hold.example.com");
        const string path = "/apis/hold.example.com/v1/namespaces/default/holders";
        var made = await server.PostAsync(path, """{"metadata":{"name":"a","finalizers":["mine","hold.example.com/ours"]},"spec":{"size":1}}""");
        Assert.True(made.Code == 201, made.Text);
        Assert.Contains("metadata.finalizers: \\\"mine\\\": prefer a domain-qualified finalizer name including a path (/)", Assert.Single(made.Warnings));
        Assert.Empty((await server.PatchAsync($"{path}/a", "application/merge-patch+json", """{"spec":{"size":2}}""")).Warnings);
        Assert.Empty((await server.PatchAsync($"{path}/a", "application/merge-patch+json", """{"metadata":{"finalizers":null}}""")).Warnings);
        Assert.Equal(422, (await server.PostAsync(Definitions, Definition("refused", "Refused", "refused.example.com").Replace("\"metadata\":{", "\"metadata\":{\"finalizers\":[\"a b\"],", StringComparison.Ordinal))).Code);
    }

    /// <summary>kubectl's reader of version 2 knows neither null nor unknown fields beside known ones.</summary>
    [Theory]
    [InlineData("""{"type":"object","x-kubernetes-preserve-unknown-fields":true,"properties":{"a":{"type":"string"}}}""", """{"type":"object"}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"object","x-kubernetes-preserve-unknown-fields":true,"properties":{"b":{"type":"string"}}}}}""",
        """{"type":"object","properties":{"a":{"x-kubernetes-preserve-unknown-fields":true}}}""")]
    [InlineData("""{"type":"object","required":["a","b"],"properties":{"a":{"type":"array","nullable":true,"items":{"type":"string"}},"b":{"type":"string"}}}""",
        """{"type":"object","required":["b"],"properties":{"a":{},"b":{"type":"string"}}}""")]
    public async Task Version_2_of_the_document_says_what_its_readers_understand(string schema, string published)
    {
        var mark = $"{Guid.NewGuid():N}"[..8];
        await EstablishAsync(Definition("papers", "Paper", $"g{mark}.example.com", versions: $$$"""{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{{{schema}}}}}"""));
        var document = (await server.GetAsync("/openapi/v2")).Json["definitions"]![$"com.example.g{mark}.v1.Paper"]!.DeepClone().AsObject();
        document.Remove("x-kubernetes-group-version-kind");
        foreach (var field in (string[])["apiVersion", "kind", "metadata"]) (document["properties"] as JsonObject)?.Remove(field);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(published), document), document.ToJsonString());
    }

    /// <summary>As clients write it that leave out what is empty.</summary>
    [Fact]
    public async Task A_condition_of_a_definition_needs_neither_type_nor_status()
    {
        var name = await EstablishAsync(Definition("bares", "Bare", "bare.example.com"));
        var patched = await server.PatchAsync($"{Definitions}/{name}/status", "application/json-patch+json", """[{"op":"add","path":"/status/conditions/-","value":{"message":"hello"}}]""");
        Assert.True(patched.Code == 200, patched.Text);
        Assert.Equal(("", "", "hello"), (patched.At("status.conditions.2.type"), patched.At("status.conditions.2.status"), patched.At("status.conditions.2.message")));
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{}}}""", "spec.versions[0].schema.openAPIV3Schema.properties[a].type: Required value: must not be empty for specified object fields")]
    [InlineData("""{"type":"string"}""", "spec.versions[0].schema.openAPIV3Schema.type: Invalid value: \"string\": must be object at the root")]
    [InlineData("""{"type":"object","anyOf":[{"properties":{"b":{"minimum":1}}}]}""", "spec.versions[0].schema.openAPIV3Schema.properties[b]: Required value: because it is defined in spec.versions[0].schema.openAPIV3Schema.anyOf[0].properties[b]")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"array","items":{"type":"string"},"uniqueItems":true}}}""", "uniqueItems cannot be set to true since the runtime complexity becomes quadratic")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"integer","default":"x"}}}""", "properties[a].default: Invalid value: \"string\"")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string","pattern":"("}}}""", "must be a valid regular expression, but isn't")]
    [InlineData("""{"type":"object","properties":{"l":{"type":"array","x-kubernetes-list-type":"map","items":{"type":"object"}}}}""", "must not be empty if x-kubernetes-list-type is map")]
    public async Task A_schema_that_is_not_structural_is_refused(string schema, string message)
    {
        var answer = await server.PostAsync(Definitions, Definition("refused", "Refused", "refused.example.com",
            versions: $$$"""{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{{{schema}}}}}"""));
        Assert.Equal(422, answer.Code);
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_starts_serves_what_was_defined_before()
    {
        var store = new InMemoryStore();
        var first = new TestServer { Store = store };
        await first.InitializeAsync();
        Assert.Equal(201, (await first.PostAsync(Definitions, Definition("olds", "Old", "old.example.com"))).Code);
        await UntilAsync(async () => (await first.GetAsync("/apis/old.example.com/v1/olds")).Code == 200);
        await first.DisposeAsync();
        var second = new TestServer { Store = store };
        await second.InitializeAsync();
        Assert.Equal(200, (await second.GetAsync("/apis/old.example.com/v1/olds")).Code);
        await second.DisposeAsync();
    }
}
