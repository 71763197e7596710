using System.Globalization;
using System.Text;

namespace Fairlead.Cel.Values;

/// <summary>An address of the web, absolute or a path from the root (RFC 3986), read as Go's net/url does and kept as it was written.</summary>
/// <param name="Scheme">In small letters; empty for a path.</param>
/// <param name="Host">With its port, and brackets around IPv6.</param>
/// <param name="EscapedPath">The path as it was written.</param>
/// <param name="RawQuery">What stands between ? and #.</param>
sealed record CelUrl(string Scheme, string Host, string EscapedPath, string RawQuery) : ICelTyped
{
    public string TypeName => "kubernetes.URL";

    /// <exception cref="CelException">The text is no address.</exception>
    public static CelUrl Parse(string text) => TryParse(text, out var url) is { } wrong ? throw new CelException($"URL parse error during conversion from string: parse \"{text}\": {wrong}") : url;

    /// <returns>What is wrong; null if nothing is.</returns>
    public static string? TryParse(string text, out CelUrl url)
    {
        url = new("", "", "", "");
        if (text.Length == 0) return "empty url";
        if (text.Any(c => c is < ' ' or '\x7f')) return "net/url: invalid control character in URL";
        var (scheme, rest) = ("", text);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var letters = text.TakeWhile((c, i) => char.IsAsciiLetter(c) || (i > 0 && (char.IsAsciiDigit(c) || c is '+' or '-' or '.'))).Count();
        if (colon == 0) return "missing protocol scheme";
        if (letters == colon) (scheme, rest) = (text[..colon].ToLowerInvariant(), text[(colon + 1)..]);
        var hash = rest.IndexOf('#', StringComparison.Ordinal);
        if (hash >= 0) rest = rest[..hash];
        var mark = rest.IndexOf('?', StringComparison.Ordinal);
        var query = mark < 0 ? "" : rest[(mark + 1)..];
        if (mark >= 0) rest = rest[..mark];
        if (!rest.StartsWith('/'))
        {
            if (scheme.Length == 0 && rest != "*") return "invalid URI for request";
            url = new(scheme, "", scheme.Length == 0 ? rest : "", query);
            return null;
        }
        var host = "";
        if (scheme.Length > 0 && rest.StartsWith("//", StringComparison.Ordinal))
        {
            var slash = rest.IndexOf('/', 2);
            var authority = slash < 0 ? rest[2..] : rest[2..slash];
            rest = slash < 0 ? "" : rest[slash..];
            host = authority[(authority.LastIndexOf('@') + 1)..];
            if (WrongHost(host) is { } wrong) return wrong;
        }
        if (WrongEscape(rest) is { } escape) return escape;
        url = new(scheme, host, EscapedIfNeeded(rest), query);
        return null;
    }

    /// <summary>The host without port and brackets.</summary>
    public string Hostname
    {
        get
        {
            var name = Port.Length > 0 || Host.EndsWith(':') ? Host[..Host.LastIndexOf(':')] : Host;
            return name.StartsWith('[') && name.EndsWith(']') ? name[1..^1] : name;
        }
    }

    public string Port => PortAt(Host) is var colon && colon >= 0 ? Host[(colon + 1)..] : "";

    /// <summary>The parameters of the query, each with all its values; what is malformed is left out.</summary>
    public IEnumerable<(string Name, IReadOnlyList<string> Values)> Query =>
        RawQuery.Split('&').Where(p => p.Length > 0 && !p.Contains(';', StringComparison.Ordinal) && WrongEscape(p) is null)
            .Select(p => p.Split('=', 2)).Select(p => (Name: Unescaped(p[0]), Value: p.Length > 1 ? Unescaped(p[1]) : ""))
            .GroupBy(p => p.Name, StringComparer.Ordinal).Select(g => (g.Key, (IReadOnlyList<string>)[.. g.Select(p => p.Value)]));

    static int PortAt(string host) => host.LastIndexOf(':') is var colon && colon >= 0 && colon > host.LastIndexOf(']') ? colon : -1;

    static string? WrongHost(string host)
    {
        var end = host.LastIndexOf(']');
        if (host.StartsWith('[') && end < 0) return "missing ']' in host";
        var colon = PortAt(host);
        var port = colon < 0 ? (host.StartsWith('[') ? host[(end + 1)..] : "") : host[colon..];
        if (port.Length > 0 && (port[0] != ':' || !port[1..].All(char.IsAsciiDigit))) return $"invalid port \"{port}\" after host";
        var name = colon < 0 ? host : host[..colon];
        foreach (var c in name)
            if (c < 0x80 && !char.IsAsciiLetterOrDigit(c) && !"-_.~!$&'()*+,;=:[]<>\"%".Contains(c, StringComparison.Ordinal)) return $"invalid character \"{c}\" in host name";
        return WrongEscape(name);
    }

    static string? WrongEscape(string text)
    {
        for (var i = text.IndexOf('%', StringComparison.Ordinal); i >= 0; i = text.IndexOf('%', i + 1))
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2])) return $"invalid URL escape \"{text[i..Math.Min(i + 3, text.Length)]}\"";
        return null;
    }

    // What may not stand in a path as it is gets escaped; a path that is valid as written stays as it is.
    static string EscapedIfNeeded(string path)
    {
        static bool Plain(char c) => char.IsAsciiLetterOrDigit(c) || "-_.~!$&'()*+,;=:@[]/%".Contains(c, StringComparison.Ordinal);
        if (path.All(Plain)) return path;
        var text = new StringBuilder(path.Length);
        foreach (var octet in Encoding.UTF8.GetBytes(path))
            if (octet < 0x80 && Plain((char)octet)) text.Append((char)octet);
            else text.Append('%').Append(octet.ToString("X2", CultureInfo.InvariantCulture));
        return text.ToString();
    }

    static string Unescaped(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
