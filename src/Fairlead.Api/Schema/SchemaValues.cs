using System.Globalization;
using System.Text.Json;
using Fairlead.Cel;
using Fairlead.Cel.Values;
using Fairlead.Json;

namespace Fairlead.Api.Schema;

/// <summary>Values of objects as expressions see them: a date-time is a timestamp, a duration a duration, a number a double.</summary>
public static class SchemaValues
{
    /// <param name="schema">Of the value; null if nothing is known of it.</param>
    public static object? Of(JsonNode? node, SchemaNode? schema) => node switch
    {
        null => null,
        JsonObject obj => new ObjectView(obj, (name, value) => Of(value, schema?.Properties?.GetValueOrDefault(name) ?? schema?.AdditionalProperties)) { Unescape = schema?.AdditionalProperties is null },
        JsonArray list => new ListView(list, element => Of(element, schema?.Items)),
        _ => Scalar(node, schema),
    };

    static object? Scalar(JsonNode node, SchemaNode? schema)
    {
        var value = JsonValues.Scalar(node);
        return (value, schema?.Type, schema?.Format) switch
        {
            (long whole, SchemaType.Number, _) => (double)whole,
            (double real, SchemaType.Integer, _) when Math.Abs(real) < 1e15 => (long)real,
            (string text, _, "date-time" or "date") when node.GetValueKind() == JsonValueKind.String
                && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => time,
            (string text, _, "duration") when DurationText.Parse(text) is { } nanos => new CelDuration(nanos),
            (string text, _, "byte") when Convert.TryFromBase64String(text, new byte[text.Length], out _) => Convert.FromBase64String(text),
            _ => value,
        };
    }
}
