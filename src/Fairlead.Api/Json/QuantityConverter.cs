using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fairlead.Api.Meta.V1;

namespace Fairlead.Api.Json;

/// <summary>Reads a quantity from a string or a bare number; writes its canonical text as a string.</summary>
public sealed class QuantityConverter : JsonConverter<Quantity>
{
    public override Quantity Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString()!.Trim(),
            JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
            _ => null,
        };
        return Quantity.TryParse(text, out var quantity) ? quantity : throw new JsonException("not a quantity");
    }

    public override void Write(Utf8JsonWriter writer, Quantity value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
