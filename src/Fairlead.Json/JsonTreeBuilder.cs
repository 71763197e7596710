using System.Text.Json;

namespace Fairlead.Json;

/// <summary>The walk of <see cref="JsonTree.Parse"/>: one call a value, recursive within the reader's depth limit.</summary>
sealed class JsonTreeBuilder(ICollection<string>? duplicates, JsonTreeBuilder.Aside? aside = null)
{
    /// <summary>A field of a field of the root that is passed over, and where it stands.</summary>
    public sealed class Aside(string parent, string name)
    {
        public int Start { get; private set; }
        public int End { get; private set; }

        public bool Takes(FieldPath path, ref Utf8JsonReader reader)
        {
            if (path.Depth != 2 || path.Last != name || path.First != parent) return false;
            Start = (int)reader.TokenStartIndex;
            reader.Skip();
            End = (int)reader.BytesConsumed;
            return true;
        }
    }

    // All objects of a kind have the same names of fields, and many the same short values.
    static readonly RecentValues<string> Names = new(4096, 64);

    // What was read of the objects that are not at their end, one behind the other: each is made when its size is known.
    KeyValuePair<string, JsonNode?>[] fields = new KeyValuePair<string, JsonNode?>[32];
    int top;

    public FieldPath Path { get; } = new();

    /// <summary>The value whose first token the reader stands on; the reader is left on its last.</summary>
    public JsonNode? Value(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => Object(ref reader),
        JsonTokenType.StartArray => Array(ref reader),
        JsonTokenType.String => JsonValue.Create(reader.GetString()),
        JsonTokenType.Number => JsonValue.OfNumber(reader.ValueSpan),
        JsonTokenType.True => JsonValue.Create(true),
        JsonTokenType.False => JsonValue.Create(false),
        _ => null,
    };

    JsonObject Object(ref Utf8JsonReader reader)
    {
        var first = top;
        Dictionary<string, int>? index = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = Name(ref reader);
            Path.Push(name);
            reader.Read();
            if (aside is null || !aside.Takes(Path, ref reader))
            {
                var value = Value(ref reader);
                var at = index is null ? Find(name, first) : index.GetValueOrDefault(name, -1);
                if (at >= 0)
                {
                    fields[at] = new(fields[at].Key, value);
                    Report();
                }
                else
                {
                    if (top == fields.Length) System.Array.Resize(ref fields, top * 2);
                    index?.Add(name, top);
                    fields[top++] = new(name, value);
                    if (index is null && top - first > JsonObject.MostWithoutIndex) index = Index(first);
                }
            }
            Path.Pop();
        }
        var obj = new JsonObject(fields.AsSpan(first, top - first));
        top = first;
        return obj;
    }

    int Find(string name, int first)
    {
        for (var i = first; i < top; i++)
        {
            if (fields[i].Key == name) return i;
        }
        return -1;
    }

    Dictionary<string, int> Index(int first)
    {
        var index = new Dictionary<string, int>();
        for (var i = first; i < top; i++) index.Add(fields[i].Key, i);
        return index;
    }

    static string Name(ref Utf8JsonReader reader)
    {
        if (reader.HasValueSequence || reader.ValueIsEscaped) return reader.GetString()!;
        if (Names.TryGet(reader.ValueSpan, out var known)) return known;
        var name = Known(reader.GetString()!);
        Names.Keep(reader.ValueSpan, name);
        return name;
    }

    // The very string that the code names the field by, if it does: names are compared by reference first.
    static string Known(string name) => string.IsInterned(name) ?? name;

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

    /// <summary>Bounded, as a hostile body may repeat a key a million times.</summary>
    void Report()
    {
        if (duplicates is not null && duplicates.Count < 100) duplicates.Add($"duplicate field \"{Path}\"");
    }
}
