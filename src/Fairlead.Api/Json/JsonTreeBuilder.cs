using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fairlead.Api.Json;

/// <summary>The walk of <see cref="JsonTree.Parse"/>: one call a value, recursive within the reader's depth limit.</summary>
readonly struct JsonTreeBuilder(ICollection<string>? duplicates, JsonTreeBuilder.Aside? aside = null)
{
    /// <summary>Where metadata.managedFields stand, which are passed over.</summary>
    public sealed class Aside
    {
        public int Start { get; set; }
        public int End { get; set; }
    }

    // Most numbers of an API object are small; their elements are shared, the nodes around them are not.
    static readonly JsonElement[] SmallNumbers =
        [.. Enumerable.Range(0, 1024).Select(n => JsonDocument.Parse(n.ToString()).RootElement)];

    // All objects of a kind have the same names of fields.
    static readonly RecentValues<string> Names = new(4096, 64);

    public FieldPath Path { get; } = new();

    /// <summary>The value whose first token the reader stands on.</summary>
    public JsonNode? Value(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => Object(ref reader),
        JsonTokenType.StartArray => Array(ref reader),
        JsonTokenType.String => JsonValue.Create(reader.GetString()),
        JsonTokenType.Number => Number(ref reader),
        JsonTokenType.True => JsonValue.Create(true),
        JsonTokenType.False => JsonValue.Create(false),
        _ => null,
    };

    JsonObject Object(ref Utf8JsonReader reader)
    {
        var obj = new JsonObject();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = Name(ref reader);
            Path.Push(name);
            reader.Read();
            if (aside is not null && Path.Depth == 2 && name == "managedFields" && Path.First == "metadata")
            {
                aside.Start = (int)reader.TokenStartIndex;
                reader.Skip();
                aside.End = (int)reader.BytesConsumed;
                Path.Pop();
                continue;
            }
            var value = Value(ref reader);
            if (!obj.TryAdd(name, value))
            {
                obj[name] = value;
                Report();
            }
            Path.Pop();
        }
        return obj;
    }

    static string Name(ref Utf8JsonReader reader)
    {
        if (reader.HasValueSequence || reader.ValueIsEscaped) return reader.GetString()!;
        if (Names.TryGet(reader.ValueSpan, out var known)) return known;
        var name = reader.GetString()!;
        Names.Keep(reader.ValueSpan, name);
        return name;
    }

    JsonArray Array(ref Utf8JsonReader reader)
    {
        var array = new JsonArray();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Path.Push(array.Count);
            array.Add(Value(ref reader));
            Path.Pop();
        }
        return array;
    }

    /// <summary>A number keeps the text it was written in, so that no digit is lost and any numeric type can be asked for.</summary>
    static JsonValue Number(ref Utf8JsonReader reader) =>
        JsonValue.Create(reader.TryGetInt32(out var n) && (uint)n < (uint)SmallNumbers.Length && reader.ValueSpan[0] != '-'
            ? SmallNumbers[n]
            : JsonElement.ParseValue(ref reader))!;

    /// <summary>A number as the reader would have made it.</summary>
    public static JsonValue Number(long number) =>
        JsonValue.Create((ulong)number < (ulong)SmallNumbers.Length
            ? SmallNumbers[number]
            : JsonElement.Parse(number.ToString(CultureInfo.InvariantCulture)))!;

    /// <summary>Bounded, as a hostile body may repeat a key a million times.</summary>
    void Report()
    {
        if (duplicates is not null && duplicates.Count < 100) duplicates.Add($"duplicate field \"{Path}\"");
    }
}
