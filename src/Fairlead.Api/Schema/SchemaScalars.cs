using System.Reflection;
using System.Text.Json.Serialization;
using Fairlead.Api.Json;
using Fairlead.Json;

namespace Fairlead.Api.Schema;

/// <summary>The schemas of the types that are not records: numbers, strings, times, quantities and free JSON.</summary>
static class SchemaScalars
{
    /// <summary>The schema of a scalar type, or null if the type is a record, a list or a map.</summary>
    public static SchemaNode? Of(Type type) => type switch
    {
        _ when type == typeof(string) => new SchemaNode { Type = SchemaType.String },
        _ when type == typeof(bool) => new SchemaNode { Type = SchemaType.Boolean },
        _ when type == typeof(int) => new SchemaNode { Type = SchemaType.Integer, Format = "int32" },
        _ when type == typeof(long) => new SchemaNode { Type = SchemaType.Integer, Format = "int64" },
        _ when type == typeof(double) => new SchemaNode { Type = SchemaType.Number, Format = "double" },
        _ when type == typeof(byte[]) || type == typeof(ReadOnlyMemory<byte>) => new SchemaNode { Type = SchemaType.String, Format = "byte" },
        _ when type == typeof(DateTimeOffset) => Named(DefinitionNames.Time,
            "A moment, as RFC 3339 text.", new SchemaNode { Type = SchemaType.String, Format = "date-time" }),
        _ when type == typeof(JsonObject) => new SchemaNode { Type = SchemaType.Object, PreserveUnknownFields = true },
        _ when type == typeof(JsonNode) => new SchemaNode { PreserveUnknownFields = true },
        // By name: both stand in the kinds' folders, which grow beside this one.
        { Name: "Quantity" } => Named(DefinitionNames.Quantity,
            "An amount with an optional suffix, such as 500m, 2 or 1Gi; a plain number is accepted too.",
            new SchemaNode { Type = SchemaType.String, Format = "quantity" }),
        { Name: "IntOrString" } => Named(DefinitionNames.IntOrString,
            "A whole number or a text, such as a port by number or by name, or a count or a percentage.",
            new SchemaNode { Type = SchemaType.String, IntOrString = true, Format = "int-or-string" }),
        _ => null,
    };

    /// <summary>True for a time that is written with microseconds.</summary>
    public static bool IsMicroTime(PropertyInfo property) =>
        property.GetCustomAttribute<JsonConverterAttribute>()?.ConverterType == typeof(MicroTimeConverter);

    static SchemaNode Named(string name, string description, SchemaNode node) =>
        node with { DefinitionName = name, Description = description, DefinitionDescription = description };
}
