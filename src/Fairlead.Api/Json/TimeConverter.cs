using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fairlead.Api.Json;

/// <summary>metav1.Time: RFC 3339 in UTC, whole seconds on the wire; fractions are read and dropped at the write.</summary>
public class TimeConverter : JsonConverter<DateTimeOffset>
{
    readonly string format;

    public TimeConverter() : this("yyyy-MM-dd'T'HH:mm:ss'Z'") { }

    /// <param name="format">Of what is written.</param>
    private protected TimeConverter(string format) => this.format = format;

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
        && DateTimeOffset.TryParse(reader.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new JsonException("not an RFC 3339 time");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString(format, CultureInfo.InvariantCulture));
}
