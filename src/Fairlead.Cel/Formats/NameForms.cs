using System.Buffers;

namespace Fairlead.Cel.Formats;

/// <summary>
/// What is wrong with a name, in the words that Kubernetes uses; null if nothing is. The forms are those of RFC 1123
/// (labels and subdomains), RFC 1035 (labels) and the API's own qualified names and label values. They stand here because
/// expressions know them as formats; the API takes them from here.
/// </summary>
public static class NameForms
{
    const string LabelForm = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    const string SubdomainForm = LabelForm + @"(\." + LabelForm + ")*";
    const string Rfc1035Form = "[a-z]([-a-z0-9]*[a-z0-9])?";
    const string QualifiedForm = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    const string LabelValueForm = "(" + QualifiedForm + ")?";

    public static string? Label(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length > 63) return TooLong(63);
        if (IsLabel(name)) return null;
        return IsSubdomain(name)
            ? "must not contain dots"
            : "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an "
              + $"alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '{LabelForm}')";
    }

    public static string? Subdomain(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length > 253) return TooLong(253);
        return IsSubdomain(name)
            ? null
            : "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end "
              + $"with an alphanumeric character (e.g. 'example.com', regex used for validation is '{SubdomainForm}')";
    }

    public static string? Rfc1035Label(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length > 63) return TooLong(63);
        return IsLabel(name, fromLetter: true)
            ? null
            : "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end "
              + $"with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '{Rfc1035Form}')";
    }

    /// <summary>A label key, annotation key, finalizer or the like: a name, with a subdomain before it and a slash between if wanted.</summary>
    public static string? QualifiedName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        const string form = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
            + $"character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '{QualifiedForm}')";
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var last = name.AsSpan(slash + 1);
        if (last.Contains('/'))
            return $"a qualified name {form} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
        if (slash >= 0 && (slash == 0 ? "must be non-empty" : Subdomain(name[..slash])) is { } prefix) return "prefix part " + prefix;
        return last.IsEmpty ? "name part must be non-empty"
            : last.Length > 63 ? "name part " + TooLong(63)
            : IsQualified(last) ? null
            : "name part " + form;
    }

    public static string? LabelValue(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Length > 63) return TooLong(63);
        return value.Length == 0 || IsQualified(value)
            ? null
            : "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with "
              + $"an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '{LabelValueForm}')";
    }

    /// <summary>LabelForm; from a letter on if asked.</summary>
    static bool IsLabel(ReadOnlySpan<char> text, bool fromLetter = false)
    {
        if (text.IsEmpty || text[0] == '-' || text[^1] == '-' || (fromLetter && !char.IsAsciiLetter(text[0]))) return false;
        return !text.ContainsAnyExcept(LabelSigns);
    }

    /// <summary>SubdomainForm.</summary>
    static bool IsSubdomain(ReadOnlySpan<char> text)
    {
        for (var dot = text.IndexOf('.'); dot >= 0; dot = text.IndexOf('.'))
        {
            if (!IsLabel(text[..dot])) return false;
            text = text[(dot + 1)..];
        }
        return IsLabel(text);
    }

    /// <summary>QualifiedForm.</summary>
    static bool IsQualified(ReadOnlySpan<char> text) =>
        !text.IsEmpty && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1]) && !text.ContainsAnyExcept(QualifiedSigns);

    static readonly SearchValues<char> LabelSigns = SearchValues.Create("-0123456789abcdefghijklmnopqrstuvwxyz");
    static readonly SearchValues<char> QualifiedSigns = SearchValues.Create("-_.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    static string TooLong(int max) => $"must be no more than {max} bytes";
}
