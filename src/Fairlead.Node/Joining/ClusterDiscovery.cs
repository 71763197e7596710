using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Fairlead.Api.BootstrapTokens;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Json;
using Fairlead.Api.Yaml;
using Fairlead.Json;

namespace Fairlead.Node.Joining;

/// <summary>Where a cluster is and whom to believe, as found out by someone who knew only a token and the hash of a key.</summary>
public sealed record DiscoveredCluster(Uri Server, X509Certificate2 Authority)
{
    /// <summary>sha256: and the hash of the authority's public key in hexadecimal digits, as kubeadm writes it.</summary>
    public static string HashOf(X509Certificate2 authority)
    {
        ArgumentNullException.ThrowIfNull(authority);
        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(authority.PublicKey.ExportSubjectPublicKeyInfo()));
    }
}

/// <summary>
/// Reads ConfigMap kube-public/cluster-info from a server that nobody vouches for yet, and believes it only if it is
/// signed with the token, names an authority whose key has one of the hashes, and the server's own certificate comes
/// from that authority (as kubeadm's token-based discovery).
/// </summary>
public static class ClusterDiscovery
{
    const string Path = $"/api/v1/namespaces/{ClusterInfoMap.Namespace}/configmaps/{ClusterInfoMap.Name}";
    const string SelfMade = "Make a token on the server with ./fairlead token create.";

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5), Pause = TimeSpan.FromSeconds(2), OneAnswer = TimeSpan.FromSeconds(15);

    /// <param name="address">HOST:PORT of an API server.</param>
    /// <param name="hashes">sha256:HEX of the authority's public key; one must match.</param>
    /// <param name="log">Receives a line while the server can't be reached or has not signed yet.</param>
    /// <exception cref="JoinException">The server is not the one that the token and the hash are from, or there is no answer for five minutes.</exception>
    public static async Task<DiscoveredCluster> ReadAsync(
        string address, string token, IReadOnlyList<string> hashes, TimeProvider time, Action<string> log, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(time);
        if (BootstrapToken.Split(token) is not var (id, secret)) throw new JoinException($"The token is not of the form abcdef.0123456789abcdef. {SelfMade}");
        foreach (var hash in hashes) CheckForm(hash);
        if (!Uri.TryCreate($"https://{address}", UriKind.Absolute, out var server) || server.PathAndQuery != "/")
            throw new JoinException($"\"{address}\" is no address of a server: give HOST:PORT, such as 10.0.0.1:6443.");
        var until = time.GetUtcNow() + Patience;
        for (var said = ""; ;)
        {
            string wait;
            try
            {
                var (map, shown) = await AskAsync(server, cancellation).ConfigureAwait(false);
                using (shown)
                {
                    if (map?.Data?.GetValueOrDefault(ClusterInfoMap.Kubeconfig) is not { } content) wait = $"{server.Authority} has no ConfigMap kube-public/cluster-info";
                    else if (map.Data.GetValueOrDefault(ClusterInfoMap.Signature + id) is not { } signature) wait = $"{server.Authority} does not know the token {id}: it may have ended. {SelfMade.TrimEnd('.')}";
                    else if (!BootstrapToken.Verify(content, signature, secret)) throw new JoinException($"What {server.Authority} says is not signed with this token {id}: the token's second half is wrong, or this is another server.");
                    else return Believed(Parse(content, server), shown, hashes, server);
                }
            }
            catch (HttpRequestException e) { wait = $"{server.Authority} can't be reached: {e.Message.TrimEnd('.')}"; }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested) { wait = $"{server.Authority} does not answer"; }
            if (time.GetUtcNow() >= until) throw new JoinException(wait + ".");
            if (wait != said) log(said = wait);
            await Task.Delay(Pause, time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The map, if there is one, and the certificate that the server showed.</summary>
    static async Task<(ConfigMap? Map, X509Certificate2 Shown)> AskAsync(Uri server, CancellationToken cancellation)
    {
        X509Certificate2? shown = null;
        using var handler = new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5) };
        // Nothing is sent that is secret, and what comes is believed only for its signature.
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                if (certificate is null) return false;
                shown = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
                return true;
            },
        };
        using var http = new HttpClient(handler) { Timeout = OneAnswer, MaxResponseContentBufferSize = 1 << 20 };
        using var answer = await http.GetAsync(new Uri(server, Path), cancellation).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode) return (null, shown!);
        try { return (ApiJson.Read<ConfigMap>(await answer.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false)), shown!); }
        catch (JsonException e) { throw new JoinException($"{server.Authority} is no API server: its answer can't be read.", e); }
    }

    static DiscoveredCluster Parse(string kubeconfig, Uri asked)
    {
        try
        {
            var cluster = YamlInput.ParseObject(Encoding.UTF8.GetBytes(kubeconfig))["clusters"]![0]!["cluster"]!;
            var pem = Encoding.ASCII.GetString(Convert.FromBase64String((string)cluster["certificate-authority-data"]!));
            return new(new Uri((string)cluster["server"]!), X509Certificate2.CreateFromPem(pem));
        }
        catch (Exception e) when (e is MalformedInputException or FormatException or CryptographicException or InvalidOperationException or NullReferenceException or ArgumentException)
        {
            throw new JoinException($"The kubeconfig in ConfigMap kube-public/cluster-info of {asked.Authority} can't be read: {e.Message.TrimEnd('.')}.", e);
        }
    }

    static DiscoveredCluster Believed(DiscoveredCluster cluster, X509Certificate2 shown, IReadOnlyList<string> hashes, Uri server)
    {
        var own = DiscoveredCluster.HashOf(cluster.Authority);
        if (!hashes.Contains(own, StringComparer.OrdinalIgnoreCase)) throw new JoinException($"The CA of {server.Authority} has another key than --ca-hash says: this may be another cluster, or someone between.");
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(cluster.Authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        return chain.Build(shown) ? cluster : throw new JoinException($"The certificate of {server.Authority} does not come from its cluster's CA: someone may stand between.");
    }

    static void CheckForm(string hash)
    {
        var digits = hash.StartsWith("sha256:", StringComparison.OrdinalIgnoreCase) ? hash[7..] : "";
        if (digits.Length != 64 || !digits.All(char.IsAsciiHexDigit)) throw new JoinException($"\"{hash}\" is no hash of a CA: give sha256: and 64 hexadecimal digits, as ./fairlead token create --print-join-command shows them.");
    }
}
