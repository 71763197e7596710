using Fairlead.Cel.Types;
using Fairlead.Cel.Values;

namespace Fairlead.Api.Schema;

/// <summary>The types that expressions see behind a schema, those of the values that <see cref="SchemaValues"/> makes (apiserver, pkg/cel/common SchemaDeclType).</summary>
public static class SchemaShapes
{
    public static CelShape Of(SchemaNode schema) => schema switch
    {
        { IntOrString: true } => CelShape.Dyn,
        { AdditionalProperties: { } value } => CelShape.Map(Of(value)),
        { Properties: { Count: > 0 } fields } => CelShape.Object(Name(schema), name => Field(fields, name)),
        { Type: SchemaType.Array, Items: { } element } => CelShape.List(Of(element)),
        { Type: SchemaType.Boolean } => CelShape.Bool,
        { Type: SchemaType.Integer } => CelShape.Int,
        { Type: SchemaType.Number } => CelShape.Double,
        { Type: SchemaType.String } => schema.Format switch
        {
            "date-time" or "date" => CelShape.Timestamp,
            "duration" => CelShape.Duration,
            "byte" => CelShape.Bytes,
            _ => CelShape.Text,
        },
        _ => CelShape.Dyn,
    };

    static CelShape? Field(IReadOnlyDictionary<string, SchemaNode> fields, string name) =>
        fields.TryGetValue(name, out var field) || fields.TryGetValue(ObjectView.Unescaped(name), out field) ? Of(field) : null;

    static string Name(SchemaNode schema) => schema.DefinitionName ?? "object";
}
