using System.Globalization;
using System.Text.Json;
using Fairlead.Json;

namespace Fairlead.Cel.Values;

/// <summary>JSON as values of expressions. Objects and lists are not copied: their parts are read when they are asked for.</summary>
public static class JsonValues
{
    /// <summary>The value of a node; a whole number is an int.</summary>
    public static object? Of(JsonNode? node) => node switch
    {
        null => null,
        JsonObject obj => new ObjectView(obj, (_, value) => Of(value)),
        JsonArray list => new ListView(list, Of),
        _ => Scalar(node),
    };

    /// <summary>A string, number or bool.</summary>
    public static object? Scalar(JsonNode node)
    {
        switch (node.GetValueKind())
        {
            case JsonValueKind.String: return node.GetValue<string>();
            case JsonValueKind.True: return true;
            case JsonValueKind.False: return false;
            case JsonValueKind.Number:
                var text = node.ToJsonString();
                return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? (object)whole
                    : double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
            default: return null;
        }
    }
}

/// <summary>A JSON object as a map.</summary>
/// <param name="read">Reads the value of a field.</param>
public sealed class ObjectView(JsonObject obj, Func<string, JsonNode?, object?> read) : ICelMap
{
    /// <summary>
    /// True for an object with fields rather than a map: a name that is no identifier is written with its signs spelled out,
    /// as Kubernetes does (a__dash__b).
    /// </summary>
    public bool Unescape { get; init; }

    public int Count => obj.Count;
    public IEnumerable<object?> Keys => obj.Select(p => (object?)p.Key);

    public bool TryGet(object? key, out object? value)
    {
        value = null;
        if (key is not string name) return false;
        if (!obj.TryGetPropertyValue(name, out var node))
        {
            if (!Unescape || !name.Contains("__", StringComparison.Ordinal)) return false;
            name = Unescaped(name);
            if (!obj.TryGetPropertyValue(name, out node)) return false;
        }
        value = read(name, node);
        return true;
    }

    /// <summary>The name of a field from the form that expressions write it in.</summary>
    public static string Unescaped(string name)
    {
        // A reserved word stands between two pairs of underscores.
        if (name.Length > 4 && name.StartsWith("__", StringComparison.Ordinal) && name.EndsWith("__", StringComparison.Ordinal) && name[2..^2].All(char.IsAsciiLetter)) return name[2..^2];
        return name.Replace("__dot__", ".", StringComparison.Ordinal).Replace("__dash__", "-", StringComparison.Ordinal)
            .Replace("__slash__", "/", StringComparison.Ordinal).Replace("__underscores__", "__", StringComparison.Ordinal);
    }
}

/// <summary>A JSON array as a list.</summary>
/// <param name="read">Reads an element.</param>
public sealed class ListView(JsonArray array, Func<JsonNode?, object?> read) : IReadOnlyList<object?>
{
    public int Count => array.Count;
    public object? this[int index] => read(array[index]);
    public IEnumerator<object?> GetEnumerator() => array.Select(read).GetEnumerator();
    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
}
