using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fairlead.Api.Errors;
using Fairlead.Client;

namespace Fairlead.Node.Joining;

/// <summary>
/// The certificate of a node's HTTPS server: one that nobody vouches for until the cluster has signed one, then that,
/// renewed when 70 to 90 % of its time is over (the kubelet's serverTLSBootstrap). It is kept in serving.pem of the folder
/// of <see cref="NodeCredentials"/>.
/// </summary>
public sealed class NodeServingCertificate
{
    const string File = "serving.pem";
    static readonly TimeSpan Retry = TimeSpan.FromSeconds(30), Look = TimeSpan.FromSeconds(1), SelfMade = TimeSpan.FromDays(365), ClockSkew = TimeSpan.FromMinutes(5);

    readonly string folder, node;
    readonly IReadOnlyList<IPAddress> addresses;
    readonly TimeProvider time;
    volatile X509Certificate2 current;
    volatile bool isSigned;

    NodeServingCertificate(string folder, string node, IReadOnlyList<IPAddress> addresses, TimeProvider time, X509Certificate2? signed)
    {
        (this.folder, this.node, this.addresses, this.time) = (folder, node, addresses, time);
        isSigned = signed is not null;
        current = signed ?? Own();
    }

    /// <summary>The one in use. One that was replaced is left to the collector, as handshakes may be using it.</summary>
    public X509Certificate2 Current => current;

    /// <summary>True if the cluster has signed it.</summary>
    public bool IsSigned => isSigned;

    /// <summary>What an earlier run left, if it is good still and for these addresses; else one that the node makes itself.</summary>
    /// <param name="addresses">At which the node is reached.</param>
    public static NodeServingCertificate Open(string folder, string node, IReadOnlyList<IPAddress> addresses, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(addresses);
        if (CredentialFile.Read(Path.Combine(folder, File)) is { } kept)
        {
            var names = kept.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
            if (kept.NotAfter > time.GetUtcNow() && addresses.All(a => names?.EnumerateIPAddresses().Contains(a) == true)) return new(folder, node, addresses, time, kept);
            kept.Dispose();
        }
        return new(folder, node, addresses, time, null);
    }

    /// <summary>Asks for one as soon as the Node tells its addresses, and for the next whenever it is time, until cancelled. Failures are tried again.</summary>
    /// <param name="client">Acts as the node.</param>
    /// <param name="seconds">How long it is to be good; null leaves it to the signer.</param>
    public async Task RotateAsync(KubeClient client, int? seconds, Action<string> log, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(log);
        while (true)
        {
            var wait = isSigned ? NodeCredentials.RenewalOf(current, Random.Shared.NextDouble()) - time.GetUtcNow() : TimeSpan.Zero;
            if (wait > TimeSpan.Zero) await Task.Delay(wait < TimeSpan.FromDays(20) ? wait : TimeSpan.FromDays(20), time, cancellation).ConfigureAwait(false);
            if (wait > TimeSpan.FromDays(20)) continue;
            try
            {
                // Who approves looks whether the addresses are the Node's.
                while (!await IsRegisteredAsync(client, cancellation).ConfigureAwait(false)) await Task.Delay(Look, time, cancellation).ConfigureAwait(false);
                var next = await NodeCertificateRequest.GetServingAsync(client, node, addresses, seconds, cancellation).ConfigureAwait(false);
                CredentialFile.Keep(Path.Combine(folder, File), next);
                (current, isSigned) = (next, true);
                log($"the certificate of the node's server is signed: it is good until {next.NotAfter.ToUniversalTime():u}");
            }
            catch (Exception e) when (e is ApiException or HttpRequestException or IOException or JoinException)
            {
                log($"the node's server has no {(isSigned ? "new " : "")}certificate of the cluster: {e.Message}");
                await Task.Delay(Retry, time, cancellation).ConfigureAwait(false);
            }
        }
    }

    async Task<bool> IsRegisteredAsync(KubeClient client, CancellationToken cancellation)
    {
        var self = await client.FindAsync<Api.Core.V1.Node>(null, node, cancellation).ConfigureAwait(false);
        return addresses.All(a => self?.Status?.Addresses?.Any(told => IPAddress.TryParse(told.Address, out var known) && known.Equals(a)) == true);
    }

    /// <summary>As upstream's kubelet makes itself one; an API server that is told no --kubelet-certificate-authority asks for no more.</summary>
    X509Certificate2 Own()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={node}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(NodeCertificateRequest.Names(node, addresses));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        var now = time.GetUtcNow();
        return request.CreateSelfSigned(now - ClockSkew, now + SelfMade);
    }
}
