using System.Text.Json;

namespace Fairlead.Json;

/// <summary>
/// UTF-8 JSON to a tree and back. The reader finds duplicate keys (the last one wins), bounds the depth, keeps numbers
/// as they were written, and fails in one way only.
/// </summary>
public static class JsonTree
{
    /// <summary>Deepest nesting taken: far beyond any schema, and safe for every recursive walk that follows.</summary>
    public const int MaxDepth = 500;

    /// <summary>Reads one JSON value that fills the whole text.</summary>
    /// <param name="utf8">The text; a byte order mark is skipped.</param>
    /// <param name="duplicates">Receives <c>duplicate field "spec.x"</c> for each repeated key, if given.</param>
    /// <returns>The tree; null for the JSON value null.</returns>
    /// <exception cref="MalformedInputException">Not JSON, nested too deeply, or not UTF-8.</exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> utf8, ICollection<string>? duplicates = null) => Build(utf8, new JsonTreeBuilder(duplicates));

    /// <summary>Reads an object without one field of a field of it, which is large and which most of what is done with the object does not look at.</summary>
    /// <param name="aside">The field's JSON, a part of the text; empty if there is none.</param>
    /// <exception cref="MalformedInputException">As <see cref="Parse"/>.</exception>
    public static JsonObject ParseWithout(ReadOnlyMemory<byte> utf8, string parent, string field, out ReadOnlyMemory<byte> aside)
    {
        var found = new JsonTreeBuilder.Aside(parent, field);
        var obj = Build(utf8.Span, new JsonTreeBuilder(null, found)) as JsonObject ?? throw new MalformedInputException("the body is not a JSON object", 0);
        aside = utf8[found.Start..found.End];
        return obj;
    }

    /// <summary>The value whose first token a reader stands on; the reader is left on its last.</summary>
    /// <exception cref="JsonException">Not JSON.</exception>
    internal static JsonNode? Value(ref Utf8JsonReader reader) => new JsonTreeBuilder(null).Value(ref reader);

    static JsonNode? Build(ReadOnlySpan<byte> utf8, JsonTreeBuilder builder)
    {
        if (utf8.StartsWith("\uFEFF"u8)) utf8 = utf8[3..];
        if (utf8.IsEmpty) throw new MalformedInputException("unexpected end of JSON input", 0);
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            reader.Read();
            var root = builder.Value(ref reader);
            while (reader.Read()) { } // refuses anything but white space
            return root;
        }
        catch (JsonException e)
        {
            var offset = reader.TokenStartIndex > reader.BytesConsumed ? reader.TokenStartIndex : reader.BytesConsumed;
            throw new MalformedInputException($"invalid JSON at byte {offset}{Near(builder)}: {Words(e)}", offset);
        }
        catch (InvalidOperationException)
        {
            throw new MalformedInputException(
                $"invalid JSON at byte {reader.TokenStartIndex}{Near(builder)}: a string is not valid UTF-8 or UTF-16", reader.TokenStartIndex);
        }
    }

    /// <summary>Reads a JSON object.</summary>
    /// <exception cref="MalformedInputException">Not JSON, or JSON that is not an object.</exception>
    public static JsonObject ParseObject(ReadOnlySpan<byte> utf8, ICollection<string>? duplicates = null) =>
        Parse(utf8, duplicates) as JsonObject ?? throw new MalformedInputException("the body is not a JSON object", 0);

    /// <summary>The tree as compact UTF-8.</summary>
    public static ReadOnlyMemory<byte> Write(JsonNode? node)
    {
        using var scratch = JsonScratch.Take();
        if (node is null) scratch.Writer.WriteNullValue();
        else node.WriteTo(scratch.Writer);
        return scratch.ToArray();
    }

    static string Near(JsonTreeBuilder builder) => builder.Path.Depth == 0 ? "" : $" (in field {builder.Path})";

    /// <summary>The library's first sentence; its trailer repeats the position in its own terms.</summary>
    static string Words(JsonException e)
    {
        var end = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (end < 0 ? e.Message : e.Message[..end]).TrimEnd('.');
    }
}
