using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;

namespace Fairlead.Server.Authentication;

/// <summary>Users by the headers of an authenticating proxy. Source: Kubernetes documentation, Authenticating Proxy.</summary>
public sealed class RequestHeaders(RequestHeaderOptions options)
{
    readonly ClientCertificates proxies = new(options.Authorities);

    /// <summary>False if no proxy that is believed sends the request, or it names nobody.</summary>
    public bool TryUser(HttpContext http, [NotNullWhen(true)] out UserInfo? user)
    {
        ArgumentNullException.ThrowIfNull(http);
        user = null;
        var headers = http.Request.Headers;
        // The name first: most requests have none, and a certificate costs more.
        if (options.UsernameHeaders.Select(h => (string?)headers[h].FirstOrDefault()).FirstOrDefault(n => !string.IsNullOrEmpty(n)) is not { } name) return false;
        if (http.Connection.ClientCertificate is not { } certificate || !proxies.TryUser(certificate, out var proxy)) return false;
        if (options.AllowedNames.Count > 0 && !options.AllowedNames.Contains(proxy.Name)) return false;
        var groups = options.GroupHeaders.SelectMany(h => headers[h].OfType<string>()).ToArray();
        user = new UserInfo(name, groups, options.UidHeaders.Select(h => (string?)headers[h].FirstOrDefault()).FirstOrDefault(u => !string.IsNullOrEmpty(u))) { Extra = Extra(headers) };
        return true;
    }

    Dictionary<string, IReadOnlyList<string>>? Extra(IHeaderDictionary headers)
    {
        Dictionary<string, IReadOnlyList<string>>? extra = null;
        foreach (var (header, values) in headers)
        {
            if (options.ExtraPrefixes.FirstOrDefault(p => header.StartsWith(p, StringComparison.OrdinalIgnoreCase)) is not { } prefix) continue;
            extra ??= new(StringComparer.Ordinal);
            extra[Uri.UnescapeDataString(header[prefix.Length..]).ToLowerInvariant()] = [.. values.OfType<string>()];
        }
        return extra;
    }
}
