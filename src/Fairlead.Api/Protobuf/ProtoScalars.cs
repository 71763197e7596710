using System.Globalization;
using System.Text.Json;
using Fairlead.Json;

namespace Fairlead.Api.Protobuf;

/// <summary>
/// Values that are not records, as JSON has them. Each returns null for a value that says nothing: a zero that is not
/// kept, or a message that stands for a moment or a text and is empty.
/// </summary>
static class ProtoScalars
{
    public static JsonNode? Read(ref ProtoReader reader, ProtoType type, bool keepsZero) => type switch
    {
        ProtoType.Text => Text(reader.TextField(), keepsZero),
        ProtoType.Bytes => Text(Convert.ToBase64String(reader.BytesField()), keepsZero),
        ProtoType.Bool or ProtoType.Int32 or ProtoType.Int64 => Number(reader.VarintField(), type, keepsZero),
        ProtoType.Double => Double(reader.DoubleField(), keepsZero),
        ProtoType.Time => Time(reader.BytesField(), "yyyy-MM-dd'T'HH:mm:ss'Z'"),
        ProtoType.MicroTime => Time(reader.BytesField(), "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'"),
        ProtoType.Quantity => Quantity(reader.BytesField(), keepsZero),
        ProtoType.IntOrString => IntOrString(reader.BytesField(), keepsZero),
        _ => Json(reader.BytesField()),
    };

    public static JsonValue? Number(long number, ProtoType type, bool keepsZero) => type switch
    {
        _ when number == 0 && !keepsZero => null,
        ProtoType.Bool => JsonValue.Create(number != 0),
        ProtoType.Int32 => JsonValue.Create((int)number),
        _ => JsonValue.Create(number),
    };

    /// <summary>Written the shortest way; what is no number has no form in JSON.</summary>
    static JsonValue? Double(double number, bool keepsZero) =>
        number == 0 && !keepsZero ? null
        : double.IsFinite(number) ? JsonValue.Create(number)
        : throw new MalformedInputException("invalid protobuf: not a number");

    static JsonValue? Text(string text, bool keepsZero) => text.Length > 0 || keepsZero ? JsonValue.Create(text) : null;

    /// <summary>An empty message is the time that was not set; upstream's own epoch is written out, as two zeros.</summary>
    static JsonValue? Time(ReadOnlySpan<byte> message, string format)
    {
        if (message.IsEmpty) return null;
        var (seconds, nanos) = (0L, 0L);
        var reader = new ProtoReader(message);
        while (reader.Next(out var number))
        {
            if (number == 1) seconds = reader.VarintField();
            else if (number == 2) nanos = (int)reader.VarintField();
            else reader.Skip();
        }
        if (nanos is < 0 or > 999_999_999
            || seconds < DateTimeOffset.MinValue.ToUnixTimeSeconds() || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            throw new MalformedInputException("invalid protobuf: a time is out of range");
        }
        var time = DateTime.UnixEpoch.AddTicks(seconds * TimeSpan.TicksPerSecond + nanos / TimeSpan.NanosecondsPerTick);
        return JsonValue.Create(time.ToString(format, CultureInfo.InvariantCulture));
    }

    static JsonValue? Quantity(ReadOnlySpan<byte> message, bool keepsZero)
    {
        var text = "";
        var reader = new ProtoReader(message);
        while (reader.Next(out var number))
        {
            if (number == 1) text = reader.TextField();
            else reader.Skip();
        }
        return text.Length > 0 ? JsonValue.Create(text) : keepsZero ? JsonValue.Create("0") : null;
    }

    static JsonValue? IntOrString(ReadOnlySpan<byte> message, bool keepsZero)
    {
        var (isText, integer, text) = (false, 0L, "");
        var reader = new ProtoReader(message);
        while (reader.Next(out var number))
        {
            if (number == 1) isText = reader.VarintField() == 1;
            else if (number == 2) integer = reader.VarintField();
            else if (number == 3) text = reader.TextField();
            else reader.Skip();
        }
        return isText ? JsonValue.Create(text) : Number(integer, ProtoType.Int32, keepsZero);
    }

    static JsonNode? Json(ReadOnlySpan<byte> message)
    {
        ReadOnlySpan<byte> raw = [];
        var reader = new ProtoReader(message);
        while (reader.Next(out var number))
        {
            if (number == 1) raw = reader.BytesField();
            else reader.Skip();
        }
        return raw.IsEmpty ? null : JsonTree.Parse(raw);
    }
}
