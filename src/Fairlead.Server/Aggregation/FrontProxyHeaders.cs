using System.Net;
using System.Text;
using Fairlead.Server.Authentication;

namespace Fairlead.Server.Aggregation;

/// <summary>
/// How this server tells another one who sends a request: X-Remote-User, X-Remote-Uid, X-Remote-Group and
/// X-Remote-Extra-KEY, which are believed because of the front proxy's certificate. Source: Kubernetes documentation,
/// Configure the Aggregation Layer; the uid is upstream's RemoteRequestHeaderUID, which is on since v1.33.
/// </summary>
public static class FrontProxyHeaders
{
    const string Prefix = "X-Remote-";
    const string ImpersonatePrefix = "Impersonate-";

    /// <summary>True for headers that no client may send on: they would name another user, or have done so already.</summary>
    public static bool Withheld(string header) =>
        header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
        || header.StartsWith(ImpersonatePrefix, StringComparison.OrdinalIgnoreCase)
        || header.Equals("Authorization", StringComparison.OrdinalIgnoreCase);

    /// <summary>The encoding that these headers must be sent with; see <see cref="HeaderLines"/>.</summary>
    public static Encoding EncodingOf(string header) =>
        header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? new HeaderLines(header) : Encoding.UTF8;

    /// <summary>Names the user in the request's headers.</summary>
    /// <exception cref="HttpRequestException">A name can't be said in a header: it has control characters.</exception>
    public static void Set(HttpRequestMessage request, UserInfo user)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(user);
        Add(request, Prefix + "User", [user.Name]);
        if (user.Uid is { Length: > 0 } uid) Add(request, Prefix + "Uid", [uid]);
        if (user.Groups.Count > 0) Add(request, Prefix + "Group", user.Groups);
        foreach (var (key, values) in user.Extra ?? new Dictionary<string, IReadOnlyList<string>>())
        {
            if (values.Count > 0) Add(request, $"{Prefix}Extra-{Escaped(key)}", values);
        }
    }

    /// <summary>Adds the client to those that X-Forwarded-For names already.</summary>
    public static void Forwarded(HttpRequestMessage request, IPAddress? client)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (client is null) return;
        const string header = "X-Forwarded-For";
        var address = (client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client).ToString();
        var before = request.Headers.TryGetValues(header, out var named) ? named : [];
        request.Headers.Remove(header);
        request.Headers.TryAddWithoutValidation(header, string.Join(", ", before.Append(address)));
    }

    // A header that silently stayed away, or fell into two, would make the user another one.
    static void Add(HttpRequestMessage request, string header, IReadOnlyList<string> values)
    {
        if (values.Any(v => v.Any(char.IsControl)) || !request.Headers.TryAddWithoutValidation(header, string.Join(HeaderLines.Separator, values)))
            throw new HttpRequestException($"the user's {header} can't be passed on: it has characters that no header may have");
    }

    /// <summary>A key as part of a header's name: what is no token character (RFC 9110 §5.6.2) by its percent code.</summary>
    static string Escaped(string key)
    {
        var text = new StringBuilder();
        foreach (var b in Encoding.UTF8.GetBytes(key.ToLowerInvariant()))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || "!#$&'*+-.^_`|~".Contains((char)b, StringComparison.Ordinal)) text.Append((char)b);
            else text.Append('%').Append(b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }
        return text.ToString();
    }
}
