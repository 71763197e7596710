using System.Globalization;
using Fairlead.Json;

namespace Fairlead.Api.Patch;

/// <summary>A place in a tree (RFC 6901).</summary>
sealed class JsonPointer
{
    readonly string text;
    readonly string[] tokens;

    JsonPointer(string text, string[] tokens) => (this.text, this.tokens) = (text, tokens);

    public int Depth => tokens.Length;

    public bool IsRoot => tokens.Length == 0;

    /// <exception cref="PatchException">Not empty and not beginning with a slash.</exception>
    public static JsonPointer Parse(string text)
    {
        if (text.Length == 0) return new(text, []);
        if (text[0] != '/') throw PatchException.Malformed($"JSON pointer \"{text}\" must be empty or begin with /");
        var tokens = text[1..].Split('/');
        for (var i = 0; i < tokens.Length; i++)
            tokens[i] = tokens[i].Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
        return new(text, tokens);
    }

    /// <summary>True if the other place lies inside this one.</summary>
    public bool Contains(JsonPointer other) =>
        other.tokens.Length > tokens.Length && tokens.AsSpan().SequenceEqual(other.tokens.AsSpan(0, tokens.Length));

    public JsonNode? Get(JsonNode? root)
    {
        var node = root;
        foreach (var token in tokens) node = Child(node, token);
        return node;
    }

    /// <summary>Adds a member or inserts an element; - is the end of a list.</summary>
    public void Add(JsonNode root, JsonNode? value)
    {
        switch (Parent(root))
        {
            case JsonObject obj: obj[tokens[^1]] = value; break;
            case JsonArray array: array.Insert(Index(tokens[^1], array.Count + 1, array.Count), value); break;
            default: throw Missing();
        }
    }

    public void Replace(JsonNode root, JsonNode? value)
    {
        Get(root);
        switch (Parent(root))
        {
            case JsonObject obj: obj[tokens[^1]] = value; break;
            case JsonArray array: array[Index(tokens[^1], array.Count, -1)] = value; break;
            default: throw Missing();
        }
    }

    public JsonNode? Remove(JsonNode root)
    {
        var node = Get(root);
        switch (Parent(root))
        {
            case JsonObject obj: obj.Remove(tokens[^1]); break;
            case JsonArray array: array.RemoveAt(Index(tokens[^1], array.Count, -1)); break;
            default: throw Missing();
        }
        return node;
    }

    public override string ToString() => text;

    JsonNode? Parent(JsonNode root)
    {
        JsonNode? node = root;
        foreach (var token in tokens.AsSpan(0, tokens.Length - 1)) node = Child(node, token);
        return node;
    }

    JsonNode? Child(JsonNode? node, string token) => node switch
    {
        JsonObject obj when obj.TryGetPropertyValue(token, out var child) => child,
        JsonArray array => array[Index(token, array.Count, -1)],
        _ => throw Missing(),
    };

    int Index(string token, int limit, int end)
    {
        if (token == "-" && end >= 0) return end;
        var canonical = token.Length > 0 && token.Length < 10 && token.All(char.IsAsciiDigit) && (token.Length == 1 || token[0] != '0');
        return canonical && int.Parse(token, CultureInfo.InvariantCulture) is var index && index < limit ? index : throw Missing();
    }

    PatchException Missing() => PatchException.DoesNotFit($"the object has nothing at path \"{text}\"");
}
