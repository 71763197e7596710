using Fairlead.Api.Errors;
using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.Tests.Machinery;

public class StructuralTests
{
    static readonly SchemaNode Schema = SchemaReader.Read(typeof(Gadget));

    static JsonObject Spec(string spec) => JsonNode.Parse($"{{\"spec\":{spec}}}")!.AsObject();

    static string SpecOf(JsonObject obj) => obj["spec"]!.ToJsonString();

    [Theory]
    [InlineData("{\"parts\":[{\"name\":\"a\",\"imagee\":1}]}", "unknown field \"spec.parts[0].imagee\"", "{\"parts\":[{\"name\":\"a\"}]}")]
    [InlineData("{\"nope\":{\"x\":1}}", "unknown field \"spec.nope\"", "{}")]
    [InlineData("{\"replicas\":null,\"selector\":{\"a\":null,\"b\":\"c\"},\"tags\":[\"x\",null]}", "", "{\"selector\":{\"a\":\"\",\"b\":\"c\"},\"tags\":[\"x\",\"\"]}")]
    [InlineData("{\"free\":{\"any\":{\"x\":null}}}", "", "{\"free\":{\"any\":{\"x\":null}}}")]
    public void Prunes(string spec, string reports, string expected)
    {
        var obj = Spec(spec);
        Assert.Equal(reports, string.Join(", ", Pruning.Prune(obj, Schema)));
        Assert.Equal(expected, SpecOf(obj));
    }

    [Theory]
    [InlineData("{}", "{\"replicas\":1}")]
    [InlineData("{\"replicas\":0,\"parts\":[{\"name\":\"a\",\"protocol\":\"\"}]}", "{\"replicas\":0,\"parts\":[{\"name\":\"a\",\"protocol\":\"TCP\"}]}")]
    [InlineData("{\"replicas\":2,\"parts\":[{\"name\":\"a\",\"protocol\":\"UDP\",\"ports\":[{\"port\":1}]}]}", "{\"replicas\":2,\"parts\":[{\"name\":\"a\",\"protocol\":\"UDP\",\"ports\":[{\"port\":1,\"protocol\":\"TCP\"}]}]}")]
    public void Defaults(string spec, string expected)
    {
        var obj = Spec(spec);
        Defaulting.Default(obj, Schema);
        Assert.Equal(expected, SpecOf(obj));
    }

    [Theory]
    [InlineData("{\"replicas\":\"two\"}", "json: cannot unmarshal string into field spec.replicas of type int32")]
    [InlineData("{\"replicas\":3000000000}", "json: cannot unmarshal number 3000000000 into field spec.replicas of type int32")]
    [InlineData("{\"replicas\":1.5}", "json: cannot unmarshal number 1.5 into field spec.replicas of type int32")]
    [InlineData("{\"big\":3000000000,\"ratio\":1.5}", null)]
    [InlineData("{\"parts\":{}}", "json: cannot unmarshal object into field spec.parts of type list")]
    [InlineData("{\"parts\":[{\"image\":5}]}", "json: cannot unmarshal number into field spec.parts[0].image of type string")]
    [InlineData("{\"selector\":{\"a\":true}}", "json: cannot unmarshal bool into field spec.selector.a of type string")]
    [InlineData("{\"since\":\"yesterday\"}", "parsing time \"yesterday\" as RFC 3339 in field spec.since: cannot parse")]
    [InlineData("{\"since\":\"2024-01-02T03:04:05Z\",\"blob\":\"aGk=\",\"unknown\":{}}", null)]
    [InlineData("{\"blob\":\"a b\"}", "illegal base64 data in field spec.blob")]
    public void Types(string spec, string? error) => Assert.Equal(error, StructuralValidation.TypeError(Spec(spec), Schema));

    [Fact]
    public void Missing_and_unsupported_values_are_collected()
    {
        var errors = new FieldErrors();
        StructuralValidation.Validate(Spec("{\"template\":{\"protocol\":\"ICMP\"}}"), Schema, errors);
        Assert.Equal(
            ["spec.parts: Required value", "spec.template.name: Required value", "spec.template.protocol: Unsupported value: \"ICMP\": supported values: \"TCP\", \"UDP\""],
            errors.All.Select(e => $"{e.Path}: {e.Message}"));
    }

    [Fact]
    public void Immutable_fields_may_not_change()
    {
        var schema = new SchemaNode
        {
            Type = SchemaType.Object,
            Properties = new Dictionary<string, SchemaNode> { ["a"] = new() { Immutable = true }, ["b"] = new() },
        };
        var errors = new FieldErrors();
        StructuralValidation.ValidateImmutable(JsonNode.Parse("{\"a\":2,\"b\":2}")!.AsObject(), JsonNode.Parse("{\"a\":1,\"b\":1}")!.AsObject(), schema, errors);
        Assert.Equal("a: Invalid value: 2: field is immutable", string.Join(';', errors.All.Select(e => $"{e.Path}: {e.Message}")));
    }
}
