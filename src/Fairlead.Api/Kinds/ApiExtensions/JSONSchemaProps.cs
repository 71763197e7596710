using System.Text.Json.Serialization;
using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.ApiExtensions.V1;

/// <summary>A JSON schema (draft 4) as OpenAPI v3 has it, with the extensions of Kubernetes.</summary>
public sealed record JSONSchemaProps
{
    /// <summary>Not supported.</summary>
    [Proto(1)] public string? Id { get; init; }

    /// <summary>Which draft of JSON schema this is written in.</summary>
    [Proto(2), JsonPropertyName("$schema")] public string? Schema { get; init; }

    /// <summary>Not supported.</summary>
    [Proto(3, Pointer = true), JsonPropertyName("$ref")] public string? Ref { get; init; }

    /// <summary>What the value is for. kubectl explain shows it.</summary>
    [Proto(4)] public string? Description { get; init; }

    /// <summary>Type of the value: string, number, integer, boolean, array or object.</summary>
    [Proto(5)] public string? Type { get; init; }

    /// <summary>Form of the value, such as date-time, int32, uuid or ipv4. A form that is not known is not checked.</summary>
    [Proto(6)] public string? Format { get; init; }

    /// <summary>A short name of the schema.</summary>
    [Proto(7)] public string? Title { get; init; }

    /// <summary>Value of the field when an object does not have it.</summary>
    [Proto(8)] public JsonNode? Default { get; init; }

    /// <summary>Greatest number allowed.</summary>
    [Proto(9, Pointer = true)] public double? Maximum { get; init; }

    /// <summary>Whether maximum itself is too great.</summary>
    [Proto(10)] public bool? ExclusiveMaximum { get; init; }

    /// <summary>Least number allowed.</summary>
    [Proto(11, Pointer = true)] public double? Minimum { get; init; }

    /// <summary>Whether minimum itself is too small.</summary>
    [Proto(12)] public bool? ExclusiveMinimum { get; init; }

    /// <summary>Most characters of a string.</summary>
    [Proto(13, Pointer = true)] public long? MaxLength { get; init; }

    /// <summary>Fewest characters of a string.</summary>
    [Proto(14, Pointer = true)] public long? MinLength { get; init; }

    /// <summary>Regular expression (RE2) that must match somewhere in a string.</summary>
    [Proto(15)] public string? Pattern { get; init; }

    /// <summary>Most elements of an array.</summary>
    [Proto(16, Pointer = true)] public long? MaxItems { get; init; }

    /// <summary>Fewest elements of an array.</summary>
    [Proto(17, Pointer = true)] public long? MinItems { get; init; }

    /// <summary>May not be true: x-kubernetes-list-type set says the same.</summary>
    [Proto(18)] public bool? UniqueItems { get; init; }

    /// <summary>A number must be this many times a whole number.</summary>
    [Proto(19, Pointer = true)] public double? MultipleOf { get; init; }

    /// <summary>The values allowed.</summary>
    [Proto(20), Atomic] public IReadOnlyList<JsonNode>? Enum { get; init; }

    /// <summary>Most fields of an object.</summary>
    [Proto(21, Pointer = true)] public long? MaxProperties { get; init; }

    /// <summary>Fewest fields of an object.</summary>
    [Proto(22, Pointer = true)] public long? MinProperties { get; init; }

    /// <summary>Fields that an object must have.</summary>
    [Proto(23), Atomic] public IReadOnlyList<string>? Required { get; init; }

    /// <summary>Schema of the elements of an array.</summary>
    [Proto(24, 1)] public JSONSchemaProps? Items { get; init; }

    /// <summary>Schemas that must all hold.</summary>
    [Proto(25), Atomic] public IReadOnlyList<JSONSchemaProps>? AllOf { get; init; }

    /// <summary>Schemas of which exactly one must hold.</summary>
    [Proto(26), Atomic] public IReadOnlyList<JSONSchemaProps>? OneOf { get; init; }

    /// <summary>Schemas of which at least one must hold.</summary>
    [Proto(27), Atomic] public IReadOnlyList<JSONSchemaProps>? AnyOf { get; init; }

    /// <summary>A schema that must not hold.</summary>
    [Proto(28)] public JSONSchemaProps? Not { get; init; }

    /// <summary>Schemas of the fields of an object.</summary>
    [Proto(29)] public IReadOnlyDictionary<string, JSONSchemaProps>? Properties { get; init; }

    /// <summary>Schema of the values of an object whose field names are free, or whether such fields are allowed at all.</summary>
    [Proto(30, Choice = typeof(JSONSchemaProps))] public JsonNode? AdditionalProperties { get; init; }

    /// <summary>Not supported.</summary>
    [Proto(31)] public IReadOnlyDictionary<string, JSONSchemaProps>? PatternProperties { get; init; }

    /// <summary>Not supported.</summary>
    [Proto(32, Choice = typeof(JSONSchemaProps))] public IReadOnlyDictionary<string, JsonNode>? Dependencies { get; init; }

    /// <summary>Not supported.</summary>
    [Proto(33, Choice = typeof(JSONSchemaProps))] public JsonNode? AdditionalItems { get; init; }

    /// <summary>Not supported.</summary>
    [Proto(34)] public IReadOnlyDictionary<string, JSONSchemaProps>? Definitions { get; init; }

    /// <summary>Where more is written about the value.</summary>
    [Proto(35)] public ExternalDocumentation? ExternalDocs { get; init; }

    /// <summary>A value as it may be.</summary>
    [Proto(36)] public JsonNode? Example { get; init; }

    /// <summary>Whether null is allowed beside values of the type.</summary>
    [Proto(37)] public bool? Nullable { get; init; }

    /// <summary>Keeps fields that properties does not name, at this level and below unless a schema below names fields.</summary>
    [Proto(38, Pointer = true), JsonPropertyName("x-kubernetes-preserve-unknown-fields")] public bool? PreserveUnknownFields { get; init; }

    /// <summary>The value is a whole Kubernetes object with apiVersion, kind and metadata.</summary>
    [Proto(39), JsonPropertyName("x-kubernetes-embedded-resource")] public bool? EmbeddedResource { get; init; }

    /// <summary>The value is an integer or a string; type is left empty.</summary>
    [Proto(40), JsonPropertyName("x-kubernetes-int-or-string")] public bool? IntOrString { get; init; }

    /// <summary>Fields by which the elements of a list of type map are told apart.</summary>
    [Proto(41), Atomic, JsonPropertyName("x-kubernetes-list-map-keys")] public IReadOnlyList<string>? ListMapKeys { get; init; }

    /// <summary>How lists are merged: atomic as a whole, set as distinct scalars, map by the keys of the elements.</summary>
    [Proto(42, Pointer = true), JsonPropertyName("x-kubernetes-list-type")] public string? ListType { get; init; }

    /// <summary>How objects are merged: granular field by field, atomic as a whole.</summary>
    [Proto(43, Pointer = true), JsonPropertyName("x-kubernetes-map-type")] public string? MapType { get; init; }

    /// <summary>Rules in CEL that values must meet.</summary>
    [Proto(44), ListMap("rule"), JsonPropertyName("x-kubernetes-validations")] public IReadOnlyList<ValidationRule>? Validations { get; init; }
}

/// <summary>Where more is written about a value.</summary>
public sealed record ExternalDocumentation
{
    /// <summary>What is written there.</summary>
    [Proto(1)] public string? Description { get; init; }

    /// <summary>Address of the document.</summary>
    [Proto(2)] public string? Url { get; init; }
}

/// <summary>A rule in CEL that a value must meet.</summary>
public sealed record ValidationRule
{
    /// <summary>
    /// Expression that is true of a valid value. self is the value; oldSelf, if it is named, is the value before an update,
    /// and then the rule is looked at only when there was one.
    /// </summary>
    [Proto(1), Required] public string Rule { get; init; } = "";

    /// <summary>What the user is told when the rule does not hold. Required if the rule has several lines.</summary>
    [Proto(2)] public string? Message { get; init; }

    /// <summary>Expression that makes the message; if it fails, message is used.</summary>
    [Proto(3)] public string? MessageExpression { get; init; }

    /// <summary>Reason given to programs: FieldValueInvalid (the default), FieldValueForbidden, FieldValueRequired or FieldValueDuplicate.</summary>
    [Proto(4, Pointer = true)] public string? Reason { get; init; }

    /// <summary>Path, from the value on, of the field that is reported, such as .spec.size.</summary>
    [Proto(5)] public string? FieldPath { get; init; }

    /// <summary>Whether the rule is looked at even when there was no value before; oldSelf is then an optional.</summary>
    [Proto(6, Pointer = true)] public bool? OptionalOldSelf { get; init; }
}
