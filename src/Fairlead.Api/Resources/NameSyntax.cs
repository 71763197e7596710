using System.Globalization;
using System.Text.RegularExpressions;

namespace Fairlead.Api.Resources;

/// <summary>
/// The forms that names and numbers in fields must have. Each function says what is wrong with a value in
/// Kubernetes' words, or null if nothing is.
/// </summary>
public static partial class NameSyntax
{
    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?\z", RegexOptions.NonBacktracking)]
    private static partial Regex LabelForm { get; }

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.NonBacktracking)]
    private static partial Regex SubdomainForm { get; }

    [GeneratedRegex(@"^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z", RegexOptions.NonBacktracking)]
    private static partial Regex QualifiedForm { get; }

    [GeneratedRegex(@"^[-._a-zA-Z0-9]+\z", RegexOptions.NonBacktracking)]
    private static partial Regex ConfigKeyForm { get; }

    /// <summary>RFC 1123 label, at most 63 bytes.</summary>
    public static string? Label(string name) => name.Length > 63 ? TooLong(63) : LabelForm.IsMatch(name) ? null
        : "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    /// <summary>RFC 1123 subdomain, at most 253 bytes.</summary>
    public static string? Subdomain(string name) => name.Length > 253 ? TooLong(253) : SubdomainForm.IsMatch(name) ? null
        : @"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    /// <summary>The key of a label, taint, condition or extended resource: an optional DNS prefix and a name.</summary>
    public static string? QualifiedName(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        var name = key[(slash + 1)..];
        if (slash == 0) return "prefix part must be non-empty";
        if (slash > 0 && Subdomain(key[..slash]) is { } prefix) return "prefix part " + prefix;
        if (name.Length == 0) return "name part must be non-empty";
        if (name.Length > 63) return "name part " + TooLong(63);
        return QualifiedForm.IsMatch(name) ? null
            : "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
    }

    /// <summary>The value of a label: empty, or at most 63 bytes.</summary>
    public static string? LabelValue(string value) => value.Length > 63 ? TooLong(63) : value.Length == 0 || QualifiedForm.IsMatch(value) ? null
        : "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    /// <summary>The name of a port (RFC 6335 service name).</summary>
    public static string? PortName(string name) =>
        name.Length > 15 ? TooLong(15)
        : !name.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '-') ? "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"
        : !name.Any(char.IsAsciiLetterLower) ? "must contain at least one letter (a-z)"
        : name.Contains("--", StringComparison.Ordinal) ? "must not contain consecutive hyphens"
        : name[0] == '-' || name[^1] == '-' ? "must not begin or end with a hyphen"
        : null;

    public static string? PortNumber(long port) => Range(port, 1, 65535);

    public static string? Range(long value, long least, long most) => value >= least && value <= most ? null
        : string.Create(CultureInfo.InvariantCulture, $"must be between {least} and {most}, inclusive");

    public static string? EnvName(string name) => name.All(c => c is >= ' ' and <= '~' and not '=') ? null
        : "a valid environment variable name must consist only of printable ASCII characters other than '='";

    /// <summary>A key of a ConfigMap or Secret.</summary>
    public static string? ConfigKey(string key) => key.Length > 253 ? TooLong(253)
        : key is "." or ".." ? $"must not be '{key}'"
        : ConfigKeyForm.IsMatch(key) ? null
        : "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

    public static string? IPAddress(string address) =>
        address.Length > 0 && (address.Contains(':') || address.Count(c => c == '.') == 3) && !address.Contains('%') && !address.Contains('[')
            && System.Net.IPAddress.TryParse(address, out _)
            ? null
            : "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";

    static string TooLong(int most) => $"must be no more than {most} bytes";
}
