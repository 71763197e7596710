using System.Buffers;
using Fairlead.Cel.Formats;

namespace Fairlead.Api.Resources;

/// <summary>
/// What is wrong with a name, in the words that Kubernetes uses; null if nothing is. The forms are those of RFC 1123
/// (labels and subdomains), RFC 1035 (labels), RFC 6335 (port names) and the API's own qualified names.
/// </summary>
public static class NameSyntax
{
    const string ConfigKeyForm = "[-._a-zA-Z0-9]+";

    static readonly SearchValues<char> ConfigKeyCharacters = SearchValues.Create("-._abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

    /// <summary>What is wrong with the name of an object of a kind.</summary>
    public static string? Wrong(NameRule rule, string name) => rule switch
    {
        NameRule.Label => Label(name),
        NameRule.Rfc1035Label => Rfc1035Label(name),
        NameRule.PathSegment => PathSegment(name),
        _ => Subdomain(name),
    };

    public static string? Label(string name) => NameForms.Label(name);

    public static string? Subdomain(string name) => NameForms.Subdomain(name);

    public static string? Rfc1035Label(string name) => NameForms.Rfc1035Label(name);

    public static string? PathSegment(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name is "." or "..") return $"may not be '{name}'";
        return name.Contains('/', StringComparison.Ordinal) ? "may not contain '/'"
            : name.Contains('%', StringComparison.Ordinal) ? "may not contain '%'"
            : null;
    }

    /// <summary>A label key, annotation key, finalizer or the like: a name, with a subdomain before it and a slash between if wanted.</summary>
    public static string? QualifiedName(string name) => NameForms.QualifiedName(name);

    public static string? LabelValue(string value) => NameForms.LabelValue(value);

    /// <summary>A key of a ConfigMap or Secret, which becomes a file's name.</summary>
    public static string? ConfigKey(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length > 253) return TooLong(253);
        if (key.Length == 0 || key.AsSpan().ContainsAnyExcept(ConfigKeyCharacters))
            return "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or "
                + $"'key-name', regex used for validation is '{ConfigKeyForm}')";
        return key is "." or ".." ? $"must not be '{key}'" : key.StartsWith("..", StringComparison.Ordinal) ? "must not start with '..'" : null;
    }

    /// <summary>The name of a container's port (RFC 6335 §5.1).</summary>
    public static string? PortName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length > 15) return TooLong(15);
        if (!name.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-')) return "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)";
        if (!name.Any(c => c is >= 'a' and <= 'z')) return "must contain at least one letter (a-z)";
        if (name.Contains("--", StringComparison.Ordinal)) return "must not contain consecutive hyphens";
        return name[0] == '-' || name[^1] == '-' ? "must not begin or end with a hyphen" : null;
    }

    public static string? EnvName(string name) => name.All(c => c is >= ' ' and <= '~' and not '=') ? null
        : "a valid environment variable name must consist only of printable ASCII characters other than '='";

    static string TooLong(int max) => $"must be no more than {max} bytes";
}
