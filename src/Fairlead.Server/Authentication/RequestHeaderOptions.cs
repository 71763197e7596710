using System.Security.Cryptography.X509Certificates;
using Fairlead.Json;

namespace Fairlead.Server.Authentication;

/// <summary>A proxy that has authenticated the user and names him in headers (--requestheader-*).</summary>
/// <param name="Authorities">The CAs of the proxy's client certificate. Headers of anyone else are not looked at.</param>
public sealed record RequestHeaderOptions(X509Certificate2Collection Authorities)
{
    /// <summary>Common names that the certificate may have; empty: any.</summary>
    public IReadOnlyList<string> AllowedNames { get; init; } = [];

    public IReadOnlyList<string> UsernameHeaders { get; init; } = ["X-Remote-User"];
    public IReadOnlyList<string> GroupHeaders { get; init; } = ["X-Remote-Group"];

    /// <summary>None unless they are named, as upstream: this server sends X-Remote-Uid, and believes it of nobody by default.</summary>
    public IReadOnlyList<string> UidHeaders { get; init; } = [];

    public IReadOnlyList<string> ExtraPrefixes { get; init; } = ["X-Remote-Extra-"];

    /// <summary>Data for ConfigMap kube-system/extension-apiserver-authentication, by which extension servers know the same proxy.</summary>
    public IEnumerable<KeyValuePair<string, JsonNode?>> ConfigMapData()
    {
        yield return new("requestheader-client-ca-file", string.Concat(Authorities.Select(a => a.ExportCertificatePem() + "\n")));
        yield return new("requestheader-allowed-names", Text(AllowedNames));
        yield return new("requestheader-username-headers", Text(UsernameHeaders));
        yield return new("requestheader-group-headers", Text(GroupHeaders));
        yield return new("requestheader-extra-headers-prefix", Text(ExtraPrefixes));
        if (UidHeaders.Count > 0) yield return new("requestheader-uid-headers", Text(UidHeaders));
    }

    static string Text(IEnumerable<string> texts) => new JsonArray(texts.Select(t => (JsonNode?)t).ToArray()).ToJsonString();
}
