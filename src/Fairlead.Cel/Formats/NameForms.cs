using System.Text.RegularExpressions;

namespace Fairlead.Cel.Formats;

/// <summary>
/// What is wrong with a name, in the words that Kubernetes uses; null if nothing is. The forms are those of RFC 1123
/// (labels and subdomains), RFC 1035 (labels) and the API's own qualified names and label values. They stand here because
/// expressions know them as formats; the API takes them from here.
/// </summary>
public static partial class NameForms
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
        if (LabelPattern.IsMatch(name)) return null;
        return SubdomainPattern.IsMatch(name)
            ? "must not contain dots"
            : "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an "
              + $"alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '{LabelForm}')";
    }

    public static string? Subdomain(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length > 253) return TooLong(253);
        return SubdomainPattern.IsMatch(name)
            ? null
            : "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end "
              + $"with an alphanumeric character (e.g. 'example.com', regex used for validation is '{SubdomainForm}')";
    }

    public static string? Rfc1035Label(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length > 63) return TooLong(63);
        return Rfc1035Pattern.IsMatch(name)
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
        var parts = name.Split('/');
        if (parts.Length > 2)
            return $"a qualified name {form} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
        if (parts.Length == 2 && (parts[0].Length == 0 ? "must be non-empty" : Subdomain(parts[0])) is { } prefix) return "prefix part " + prefix;
        return parts[^1].Length == 0 ? "name part must be non-empty"
            : parts[^1].Length > 63 ? "name part " + TooLong(63)
            : QualifiedPattern.IsMatch(parts[^1]) ? null
            : "name part " + form;
    }

    public static string? LabelValue(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Length > 63) return TooLong(63);
        return LabelValuePattern.IsMatch(value)
            ? null
            : "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with "
              + $"an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '{LabelValueForm}')";
    }

    [GeneratedRegex("^" + LabelForm + @"\z", RegexOptions.NonBacktracking)]
    private static partial Regex LabelPattern { get; }

    [GeneratedRegex("^" + SubdomainForm + @"\z", RegexOptions.NonBacktracking)]
    private static partial Regex SubdomainPattern { get; }

    [GeneratedRegex("^" + Rfc1035Form + @"\z", RegexOptions.NonBacktracking)]
    private static partial Regex Rfc1035Pattern { get; }

    [GeneratedRegex("^" + QualifiedForm + @"\z", RegexOptions.NonBacktracking)]
    private static partial Regex QualifiedPattern { get; }

    [GeneratedRegex("^" + LabelValueForm + @"\z", RegexOptions.NonBacktracking)]
    private static partial Regex LabelValuePattern { get; }

    static string TooLong(int max) => $"must be no more than {max} bytes";
}
