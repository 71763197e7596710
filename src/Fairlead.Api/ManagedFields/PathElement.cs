using System.Text;
using System.Text.Json;
using Fairlead.Json;

namespace Fairlead.Api.ManagedFields;

/// <summary>How a step of a path finds its child; the order is that in which fieldsV1 is written.</summary>
public enum PathKind : byte { Field, Key, Value, Index }

/// <summary>
/// One step of a field's path: a field or map key by name, an element of a list by its key fields, by its value, or by
/// its place. Two steps that find the same child are equal: texts are canonical.
/// </summary>
/// <param name="Kind">What the text is.</param>
/// <param name="Text">The name; the key fields as a JSON object in the order of their names; the scalar as JSON; the number.</param>
public readonly record struct PathElement(PathKind Kind, string Text)
{
    public static PathElement Field(string name) => new(PathKind.Field, name);

    public static PathElement Value(JsonNode? scalar) => new(PathKind.Value, CanonicalJson.Scalar(scalar));

    public bool Equals(PathElement other) => Kind == other.Kind && Text == other.Text;

    public override int GetHashCode() => string.GetHashCode(Text, StringComparison.Ordinal) + (int)Kind;

    /// <summary>Below zero if this step stands before the other in fieldsV1.</summary>
    public int CompareTo(PathElement other) => Kind == other.Kind ? string.CompareOrdinal(Text, other.Text) : Kind.CompareTo(other.Kind);

    /// <summary>Reads a key of fieldsV1, such as f:spec or k:{"name":"web"}.</summary>
    /// <returns>Null for a kind of step that is not known: it is left out, as upstream does.</returns>
    /// <exception cref="FormatException">A known kind with a text that can't be read.</exception>
    public static PathElement? Parse(string key)
    {
        if (key.Length < 2 || key[1] != ':') throw new FormatException($"path element \"{key}\" has no kind");
        var text = key[2..];
        return key[0] switch
        {
            'f' => new(PathKind.Field, text),
            'k' => new(PathKind.Key, CanonicalJson.Object(text)),
            'v' => new(PathKind.Value, CanonicalJson.ScalarText(text)),
            'i' => int.TryParse(text, out var index) ? new(PathKind.Index, index.ToString(System.Globalization.CultureInfo.InvariantCulture)) : throw new FormatException($"\"{text}\" is no index"),
            _ => null,
        };
    }

    /// <summary>The key of fieldsV1 that <see cref="Parse"/> reads.</summary>
    public string Key => Kind switch
    {
        PathKind.Field => "f:" + Text,
        PathKind.Key => "k:" + Text,
        PathKind.Value => "v:" + Text,
        _ => "i:" + Text,
    };

    /// <summary>As messages show it: .spec, [name="web"], [="a"], [0].</summary>
    public override string ToString() => Kind switch
    {
        PathKind.Field => "." + Text,
        PathKind.Key => KeyText(),
        PathKind.Value => $"[={Text}]",
        _ => $"[{Text}]",
    };

    string KeyText()
    {
        var text = new StringBuilder("[");
        foreach (var (name, value) in JsonTree.ParseObject(Encoding.UTF8.GetBytes(Text)))
            text.Append(text.Length > 1 ? "," : "").Append(name).Append('=').Append(CanonicalJson.Scalar(value));
        return text.Append(']').ToString();
    }
}
