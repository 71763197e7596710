using System.Text.Json;
using Fairlead.Json;

namespace Fairlead.Api.ManagedFields;

/// <summary>Field sets in the form FieldsV1 (KEP-555): a tree of path elements in which "." and an empty leaf say that a path is in the set.</summary>
static class FieldSetJson
{
    /// <summary>Deepest set taken: deeper ones come from no object that was ever stored.</summary>
    const int MaxDepth = 500;

    /// <summary>Reads the object whose beginning the reader stands on; afterwards it stands on its end.</summary>
    /// <exception cref="FormatException">Not of that form.</exception>
    public static FieldSet Read(ref Utf8JsonReader reader) => Read(ref reader, new FieldSetBuilder(), 0, out _);

    static FieldSet Read(ref Utf8JsonReader reader, FieldSetBuilder builder, int depth, out bool self)
    {
        if (reader.TokenType != JsonTokenType.StartObject || depth > MaxDepth) throw new FormatException("fieldsV1 is a tree of objects");
        var mark = builder.Open();
        var named = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("."u8))
            {
                named = true;
                reader.Read();
                reader.Skip();
                continue;
            }
            var element = PathElement.Parse(reader.GetString()!);
            reader.Read();
            if (element is null) reader.Skip();
            else
            {
                var children = Read(ref reader, builder, depth + 1, out var member);
                builder.Add(element.Value, member, children);
            }
        }
        var set = builder.Close(mark);
        self = named || set.IsEmpty;
        return set;
    }

    /// <summary>The set as compact UTF-8.</summary>
    public static byte[] Of(FieldSet set)
    {
        using var scratch = JsonScratch.Take();
        Write(scratch.Writer, set);
        return scratch.ToArray();
    }

    /// <summary>Writes the set as one object.</summary>
    public static void Write(Utf8JsonWriter writer, FieldSet set) => Write(writer, set, self: false);

    static void Write(Utf8JsonWriter writer, FieldSet set, bool self)
    {
        writer.WriteStartObject();
        if (self && !set.IsEmpty)
        {
            writer.WriteStartObject("."u8);
            writer.WriteEndObject();
        }
        Span<char> key = stackalloc char[256];
        foreach (var node in set.Nodes)
        {
            var text = node.Element.Text;
            if (text.Length + 2 <= key.Length)
            {
                key[0] = "fkvi"[(int)node.Element.Kind];
                key[1] = ':';
                text.CopyTo(key[2..]);
                writer.WritePropertyName(key[..(text.Length + 2)]);
            }
            else writer.WritePropertyName(node.Element.Key);
            Write(writer, node.Children, node.Member);
        }
        writer.WriteEndObject();
    }
}
