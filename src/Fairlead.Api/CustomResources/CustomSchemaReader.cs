using System.Text.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Resources;
using Fairlead.Api.Schema;
using Fairlead.Cel;
using Fairlead.Json;

namespace Fairlead.Api.CustomResources;

/// <summary>
/// Reads the schema of a custom kind from the JSON schema of its definition. What every object has (apiVersion, kind,
/// metadata) is put in, at the root and in embedded resources, as built-in kinds have it.
/// </summary>
public static class CustomSchemaReader
{
    static readonly SchemaNode Text = new() { Type = SchemaType.String };

    /// <summary>The schema of the objects.</summary>
    /// <param name="schema">An openAPIV3Schema, checked before.</param>
    /// <exception cref="FormatException">A pattern is no regular expression.</exception>
    /// <exception cref="CelException">A rule is no expression.</exception>
    public static SchemaNode Root(JsonObject schema) => WithObjectFields(Read(schema) with { Nullable = false });

    /// <summary>One node and what is below it.</summary>
    /// <exception cref="FormatException">A pattern is no regular expression.</exception>
    public static SchemaNode Read(JsonObject schema)
    {
        var rules = SchemaRule.Read(schema);
        var free = schema.Flag("x-kubernetes-preserve-unknown-fields");
        var node = new SchemaNode
        {
            Source = schema,
            Type = TypeOf(schema.Text("type")),
            Format = schema.Text("format") is { Length: > 0 } format ? format : null,
            Description = schema.Text("description") is { Length: > 0 } description ? description : null,
            Properties = Fields(schema["properties"] as JsonObject),
            Required = schema.Texts("required"),
            Items = schema["items"] is JsonObject items ? Read(items) : null,
            AdditionalProperties = Additional(schema["additionalProperties"]),
            Default = schema["default"],
            IntOrString = schema.Flag("x-kubernetes-int-or-string"),
            PreserveUnknownFields = free,
            Nullable = schema.Flag("nullable"),
            EmbeddedResource = schema.Flag("x-kubernetes-embedded-resource"),
            AtomicMap = schema.Text("x-kubernetes-map-type") == "atomic",
            Checks = Checks(schema),
        };
        node = WithListType(node, schema);
        node = node with
        {
            Rules = rules,
            HasRules = rules.Count > 0 || node.Items is { HasRules: true } || node.AdditionalProperties is { HasRules: true } || node.Properties?.Values.Any(p => p.HasRules) == true,
        };
        return node.EmbeddedResource ? WithObjectFields(node) with { Required = [.. node.Required.Union(["apiVersion", "kind"])] } : node;
    }

    static SchemaNode WithObjectFields(SchemaNode node)
    {
        var fields = new OrderedDictionary<string, SchemaNode>(StringComparer.Ordinal)
        {
            ["apiVersion"] = node.Properties?.GetValueOrDefault("apiVersion") ?? Text with { Description = SchemaReader.Read(typeof(PartialObjectMetadata)).Properties!["apiVersion"].Description },
            ["kind"] = node.Properties?.GetValueOrDefault("kind") ?? Text with { Description = SchemaReader.Read(typeof(PartialObjectMetadata)).Properties!["kind"].Description },
            ["metadata"] = Metadata(node.Properties?.GetValueOrDefault("metadata")),
        };
        foreach (var (name, field) in node.Properties ?? new Dictionary<string, SchemaNode>())
            fields.TryAdd(name, field);
        return node with { Properties = fields };
    }

    /// <summary>metadata is always the same; a definition may only narrow the names.</summary>
    static SchemaNode Metadata(SchemaNode? asked)
    {
        var metadata = SchemaReader.Read(typeof(PartialObjectMetadata)).Properties!["metadata"];
        if (asked?.Properties is not { Count: > 0 } narrowed) return metadata;
        var fields = new OrderedDictionary<string, SchemaNode>(metadata.Properties!, StringComparer.Ordinal);
        foreach (var (name, field) in narrowed)
            if (fields.TryGetValue(name, out var known)) fields[name] = known with { Checks = field.Checks };
        return metadata with { Properties = fields };
    }

    static SchemaType TypeOf(string type) => type switch
    {
        "object" => SchemaType.Object,
        "array" => SchemaType.Array,
        "string" => SchemaType.String,
        "integer" => SchemaType.Integer,
        "number" => SchemaType.Number,
        "boolean" => SchemaType.Boolean,
        _ => SchemaType.Any,
    };

    static OrderedDictionary<string, SchemaNode>? Fields(JsonObject? properties) =>
        properties is null ? null
        : new(properties.Where(p => p.Value is JsonObject).Select(p => KeyValuePair.Create(p.Key, Read((JsonObject)p.Value!))), StringComparer.Ordinal);

    static SchemaNode? Additional(JsonNode? asked) => asked switch
    {
        JsonObject schema => Read(schema),
        JsonValue value when value.GetValueKind() == JsonValueKind.True => new() { Source = [], PreserveUnknownFields = true },
        _ => null,
    };

    static SchemaNode WithListType(SchemaNode node, JsonObject schema) => schema.Text("x-kubernetes-list-type") switch
    {
        "map" => node with { ListType = ListType.Map, ListTypeStated = true, ListMapKeys = schema.Texts("x-kubernetes-list-map-keys") },
        "set" => node with { ListType = ListType.Set, ListTypeStated = true },
        "atomic" => node with { ListTypeStated = true },
        _ => node,
    };

    static ValueChecks? Checks(JsonObject schema)
    {
        var pattern = schema.Text("pattern");
        var checks = new ValueChecks
        {
            Maximum = Number(schema, "maximum"),
            ExclusiveMaximum = schema.Flag("exclusiveMaximum"),
            Minimum = Number(schema, "minimum"),
            ExclusiveMinimum = schema.Flag("exclusiveMinimum"),
            MultipleOf = Number(schema, "multipleOf"),
            MaxLength = schema.Number("maxLength"),
            MinLength = schema.Number("minLength"),
            Pattern = pattern.Length > 0 ? Re2.Compile(pattern) : null,
            PatternText = pattern,
            MaxItems = schema.Number("maxItems"),
            MinItems = schema.Number("minItems"),
            MaxProperties = schema.Number("maxProperties"),
            MinProperties = schema.Number("minProperties"),
            Enum = schema["enum"] is JsonArray { Count: > 0 } values ? [.. values] : null,
            Format = Formats.IsKnown(schema.Text("format")) ? schema.Text("format") : null,
            AllOf = Several(schema, "allOf"),
            AnyOf = Several(schema, "anyOf"),
            OneOf = Several(schema, "oneOf"),
            Not = schema["not"] is JsonObject not ? Read(not) : null,
        };
        return checks == new ValueChecks { AllOf = checks.AllOf, AnyOf = checks.AnyOf, OneOf = checks.OneOf }
            && checks.AllOf.Count + checks.AnyOf.Count + checks.OneOf.Count == 0 ? null : checks;
    }

    static IReadOnlyList<SchemaNode> Several(JsonObject schema, string field) => [.. schema.Objects(field).Select(Read)];

    static decimal? Number(JsonObject schema, string field) =>
        schema[field] is JsonValue value && value.GetValueKind() == JsonValueKind.Number ? Numbers.Of(value) : null;
}
