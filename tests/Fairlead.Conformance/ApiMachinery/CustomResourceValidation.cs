using System.Net.Http.Headers;
using System.Text;

namespace Fairlead.Conformance.ApiMachinery;

/// <summary>Server-side apply of custom objects in YAML, with fieldValidation=Strict.</summary>
public sealed class CustomResourceValidation(RunningCluster cluster)
{
    /// <summary>A spec of known fields, among them a list that is merged by two keys.</summary>
    static JsonObject Schema() => Tree.Parse("""
        {"type":"object","properties":{"spec":{"type":"object","properties":{
          "foo":{"type":"string"},
          "cronSpec":{"type":"string","pattern":"^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$"},
          "ports":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["containerPort","protocol"],
            "items":{"type":"object","required":["containerPort","protocol"],"properties":{
              "containerPort":{"type":"integer","format":"int32"},"hostIP":{"type":"string"},"hostPort":{"type":"integer","format":"int32"},
              "name":{"type":"string"},"protocol":{"type":"string"}}}}}}}}
        """);

    static JsonObject PreservingSchema()
    {
        var schema = Schema();
        schema.At("properties.spec")!["x-kubernetes-preserve-unknown-fields"] = true;
        return schema;
    }

    [Fact(DisplayName = "[sig-api-machinery] FieldValidation should create/apply a valid CR for CRD with validation schema [Conformance]")]
    public async Task Valid()
    {
        await using var kind = await DefineAsync(Schema().ToJsonString());
        var answer = await ApplyAsync(kind, Whole(kind, spec: "  foo: foo1"));
        Assert.True(answer.Code == 201, answer.Text);
        Assert.Equal("foo1", answer.At("spec.foo"));
        await LetGoAsync(kind);
    }

    [Fact(DisplayName = "[sig-api-machinery] FieldValidation should create/apply a CR with unknown fields for CRD with no validation schema [Conformance]")]
    public async Task NoSchema()
    {
        await using var kind = await DefineAsync(CustomKind.Anything);
        var answer = await ApplyAsync(kind, Whole(kind, spec: "  unknown: uk1"));
        Assert.True(answer.Code == 201, answer.Text);
        Assert.Equal("uk1", answer.At("spec.unknown"));
        await LetGoAsync(kind);
    }

    [Fact(DisplayName = "[sig-api-machinery] FieldValidation should create/apply an invalid CR with extra properties for CRD with validation schema [Conformance]")]
    public async Task ExtraProperty()
    {
        await using var kind = await DefineAsync(Schema().ToJsonString());
        await IsRefusedAsync(kind, Whole(kind, root: "unknownField: unknown", spec: "  foo: foo1"), ".unknownField: field not declared in schema");
    }

    [Fact(DisplayName = "[sig-api-machinery] FieldValidation should detect unknown metadata fields in both the root and embedded object of a CR [Conformance]")]
    public async Task UnknownMetadata()
    {
        var schema = PreservingSchema();
        schema.At("properties.spec.properties")!["template"] = JsonNode.Parse("""
            {"type":"object","x-kubernetes-embedded-resource":true,"properties":{
              "metadata":{"type":"object","properties":{"name":{"type":"string"}}},"spec":{"type":"object"}}}
            """);
        await using var kind = await DefineAsync(schema.ToJsonString());
        var template = "  template:\n    apiVersion: foo/v1\n    kind: Sub\n    metadata:\n      {0}name: subobject\n  foo: foo1";
        await IsRefusedAsync(kind, Whole(kind, metadata: "  unknownMeta: unknown", spec: string.Format(null, template, "")), ".metadata.unknownMeta: field not declared in schema");
        await IsRefusedAsync(kind, Whole(kind, spec: string.Format(null, template, "unknownSubMeta: unknown\n      ")), ".spec.template.metadata.unknownSubMeta: field not declared in schema");
    }

    [Fact(DisplayName = "[sig-api-machinery] FieldValidation should detect duplicates in a CR when preserving unknown fields [Conformance]")]
    public async Task Duplicates()
    {
        await using var kind = await DefineAsync(PreservingSchema().ToJsonString());
        await IsRefusedAsync(kind, Whole(kind, spec: "  unknown: uk1\n  foo: foo1\n  foo: foo2"), "line 11: key \"foo\" already set in map");
    }

    Task<CustomKind> DefineAsync(string schema) => CustomKind.DefineAsync(cluster, [("v1beta1", schema), ("v1", schema)]);

    /// <summary>An object with a finalizer, whose YAML begins with a line that is empty, as upstream's.</summary>
    static string Whole(CustomKind kind, string spec, string metadata = "", string root = "") => $"""

        apiVersion: {kind.Group}/v1beta1
        kind: {kind.Kind}
        metadata:
          name: mytest
          finalizers:
          - test-finalizer{Line(metadata)}{Line(root)}
        spec:
        {spec}
          cronSpec: "* * * * */5"
          ports:
          - name: x
            containerPort: 80
            protocol: TCP
        """;

    static string Line(string line) => line.Length == 0 ? "" : "\n" + line;

    async Task<Answer> ApplyAsync(CustomKind kind, string yaml)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"{kind.Objects("v1beta1").Path("mytest")}?fieldManager=field_validation_mgr&fieldValidation=Strict")
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(yaml)) { Headers = { ContentType = new MediaTypeHeaderValue("application/apply-patch+yaml") } },
        };
        using var response = await cluster.Server.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new((int)response.StatusCode, text, JsonNode.Parse(text)!.AsObject(), []);
    }

    async Task IsRefusedAsync(CustomKind kind, string yaml, string why)
    {
        var answer = await ApplyAsync(kind, yaml);
        Assert.True(answer.Code is >= 400 and < 600, $"{answer.Code} {answer.Text}");
        Assert.Contains(why, answer.Message);
        await kind.Objects("v1beta1").AbsentAsync("mytest");
    }

    /// <summary>Takes the finalizer off, that the kind may go.</summary>
    static Task LetGoAsync(CustomKind kind) => kind.Objects("v1beta1").PatchAsync("mytest", """{"metadata":{"finalizers":null}}""");
}
