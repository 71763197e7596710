namespace Fairlead.Api.Selectors;

/// <summary>What label keys and values may look like (apimachinery validation.IsQualifiedName, IsValidLabelValue).</summary>
public static class LabelSyntax
{
    const string Characters =
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

    /// <summary>What is wrong with a key of the form [prefix/]name; null if nothing is.</summary>
    public static string? KeyFault(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var parts = key.Split('/');
        if (parts.Length > 2)
            return $"a qualified name {Characters} (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
                + "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
        if (parts.Length == 2 && PrefixFault(parts[0]) is { } fault) return fault;
        var name = parts[^1];
        if (name.Length == 0) return "name part must be non-empty";
        if (name.Length > 63) return "name part must be no more than 63 bytes";
        return IsWord(name)
            ? null
            : $"name part {Characters} (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
    }

    /// <summary>What is wrong with a label's value; null if nothing is.</summary>
    public static string? ValueFault(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Length > 63) return "must be no more than 63 bytes";
        return value.Length == 0 || IsWord(value)
            ? null
            : "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
                + "alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
    }

    static string? PrefixFault(string prefix)
    {
        if (prefix.Length == 0) return "prefix part must be non-empty";
        if (prefix.Length > 253) return "prefix part must be no more than 253 bytes";
        return prefix.Split('.').All(IsDnsWord)
            ? null
            : "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end "
                + "with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    }

    static bool IsWord(string text) =>
        char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    static bool IsDnsWord(string text) =>
        text.Length > 0 && IsDnsLetter(text[0]) && IsDnsLetter(text[^1]) && text.All(c => IsDnsLetter(c) || c == '-');

    static bool IsDnsLetter(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);
}
