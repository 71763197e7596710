using System.Text.Json;
using System.Text.Json.Serialization;
using Fairlead.Api.Meta.V1;

namespace Fairlead.Api.Json;

/// <summary>Reads and writes an integer as a number and a string as a string.</summary>
public sealed class IntOrStringConverter : JsonConverter<IntOrString>
{
    public override IntOrString Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString()!,
            JsonTokenType.Number when reader.TryGetInt32(out var number) => number,
            _ => throw new JsonException("neither an integer nor a string"),
        };

    public override void Write(Utf8JsonWriter writer, IntOrString value, JsonSerializerOptions options)
    {
        if (value.Text is { } text) writer.WriteStringValue(text);
        else writer.WriteNumberValue(value.Int);
    }
}
