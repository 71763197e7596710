using System.Text;

namespace Fairlead.Api.Selectors;

/// <summary>One term of a field selector: the field equals, or does not equal, the value.</summary>
public sealed record FieldTerm(string Field, bool Equal, string Value);

/// <summary>
/// A field selector: <c>metadata.name=a,spec.nodeName!=b</c>. In values a backslash escapes backslash, comma and equals
/// sign. Which fields there are is the kind's business. Immutable.
/// </summary>
public sealed class FieldSelectorText
{
    public static readonly FieldSelectorText Everything = new([]);

    FieldSelectorText(IReadOnlyList<FieldTerm> terms) => Terms = terms;

    public IReadOnlyList<FieldTerm> Terms { get; }

    public bool IsEverything => Terms.Count == 0;

    /// <summary>Reads the text of the fieldSelector parameter. Empty matches everything.</summary>
    /// <exception cref="SelectorException">The text is not a selector; the message is that of apimachinery.</exception>
    public static FieldSelectorText Parse(string? text)
    {
        if (string.IsNullOrEmpty(text)) return Everything;
        var terms = new List<FieldTerm>();
        foreach (var part in Split(text))
            if (part.Length > 0)
                terms.Add(Term(text, part));
        return terms.Count == 0 ? Everything : new(terms);
    }

    /// <summary>Whether an object matches, given how to read its fields; a field that is absent reads as empty.</summary>
    public bool Matches(Func<string, string?> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        foreach (var term in Terms)
            if (string.Equals(read(term.Field) ?? "", term.Value, StringComparison.Ordinal) != term.Equal)
                return false;
        return true;
    }

    /// <summary>The value that a field must have, if a term says so: a selector by name or node can use an index.</summary>
    public string? RequiredValue(string field) => Terms.FirstOrDefault(t => t.Equal && t.Field == field)?.Value;

    /// <summary>Refuses fields that the kind does not offer, as upstream does.</summary>
    /// <exception cref="SelectorException">A term names another field.</exception>
    public void RequireKnown(IEnumerable<string> known)
    {
        var names = known.ToHashSet(StringComparer.Ordinal);
        foreach (var term in Terms)
            if (term.Field is not ("metadata.name" or "metadata.namespace") && !names.Contains(term.Field))
                throw new SelectorException($"field label not supported: {term.Field}");
    }

    /// <summary>The text, which <see cref="Parse"/> reads back to an equal selector.</summary>
    public override string ToString() =>
        string.Join(',', Terms.Select(t => $"{t.Field}{(t.Equal ? "=" : "!=")}{Escape(t.Value)}"));

    static IEnumerable<string> Split(string text)
    {
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\') i++;
            else if (text[i] == ',')
            {
                yield return text[start..i];
                start = i + 1;
            }
        }
        yield return text[start..];
    }

    static FieldTerm Term(string all, string part)
    {
        for (var i = 0; i < part.Length; i++)
        {
            var rest = part.AsSpan(i);
            if (rest.StartsWith("!=")) return new(part[..i], false, Unescape(part[(i + 2)..]));
            if (rest.StartsWith("==")) return new(part[..i], true, Unescape(part[(i + 2)..]));
            if (rest[0] == '=') return new(part[..i], true, Unescape(part[(i + 1)..]));
        }
        throw new SelectorException($"invalid selector: '{all}'; can't understand '{part}'");
    }

    static string Unescape(string value)
    {
        if (value.AsSpan().IndexOfAny('\\', ',', '=') < 0) return value;
        var text = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] is ',' or '=') throw new SelectorException($"invalid field selector: unescaped character in value: {value[i]}");
            if (value[i] == '\\' && (++i == value.Length || value[i] is not ('\\' or ',' or '=')))
                throw new SelectorException($"invalid field selector: invalid escape sequence: \\{(i < value.Length ? value[i] : "")}");
            text.Append(value[i]);
        }
        return text.ToString();
    }

    static string Escape(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal).Replace("=", "\\=", StringComparison.Ordinal);
}
