using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Fairlead.Api.Certificates;
using Fairlead.Api.Certificates.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;

namespace Fairlead.Node.Joining;

/// <summary>Gets a node's certificates, as a client and as a server, by a CertificateSigningRequest (Kubernetes documentation, TLS bootstrapping).</summary>
public static class NodeCertificateRequest
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(15), OneWatch = TimeSpan.FromMinutes(1);

    /// <summary>Makes a key and waits for its certificate. The key never leaves this process.</summary>
    /// <param name="client">Acts as someone who may ask: a bootstrap token, or the node itself.</param>
    /// <param name="seconds">How long it is to be good; null leaves it to the signer.</param>
    /// <returns>The certificate with its key.</returns>
    /// <exception cref="JoinException">Denied, failed, or not answered within a quarter of an hour.</exception>
    public static Task<X509Certificate2> GetAsync(KubeClient client, string node, int? seconds, CancellationToken cancellation) =>
        GetAsync(client, node, null, RequestForm.KubeletClient, "client auth", seconds, cancellation);

    /// <summary>The same for the node's HTTPS server, under its name and addresses.</summary>
    /// <param name="client">Acts as the node.</param>
    /// <exception cref="JoinException">Denied, failed, or not answered within a quarter of an hour.</exception>
    public static Task<X509Certificate2> GetServingAsync(KubeClient client, string node, IReadOnlyList<IPAddress> addresses, int? seconds, CancellationToken cancellation) =>
        GetAsync(client, node, Names(node, addresses), RequestForm.KubeletServing, "server auth", seconds, cancellation);

    /// <summary>The names that a node's server answers to.</summary>
    internal static X509Extension Names(string node, IReadOnlyList<IPAddress> addresses)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(node);
        foreach (var address in addresses) names.AddIpAddress(address);
        return names.Build();
    }

    static async Task<X509Certificate2> GetAsync(KubeClient client, string node, X509Extension? names, string signer, string usage, int? seconds, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = new X500DistinguishedNameBuilder();
        name.AddOrganizationName("system:nodes");
        name.AddCommonName("system:node:" + node);
        var asked = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256);
        if (names is not null) asked.CertificateExtensions.Add(names);
        var pem = asked.CreateSigningRequestPem();
        var request = await client.CreateAsync(new CertificateSigningRequest
        {
            Metadata = new ObjectMeta { GenerateName = "csr-" },
            Spec = new()
            {
                Request = Convert.ToBase64String(Encoding.ASCII.GetBytes(pem)), SignerName = signer, Usages = ["digital signature", usage], ExpirationSeconds = seconds,
            },
        }, cancellation).ConfigureAwait(false);
        using var atMost = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        atMost.CancelAfter(Patience);
        try
        {
            var issued = await AnswerAsync(client, request, atMost.Token).ConfigureAwait(false);
            using var certificate = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(Convert.FromBase64String(issued)));
            return certificate.CopyWithPrivateKey(key);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new JoinException($"Nobody answered the request {request.Metadata.Name} for {Patience.TotalMinutes} minutes: approve it with kubectl certificate approve {request.Metadata.Name}, or see why it was not.");
        }
    }

    static async Task<string> AnswerAsync(KubeClient client, CertificateSigningRequest request, CancellationToken cancellation)
    {
        var options = new ListOptions { FieldSelector = $"metadata.name={request.Metadata.Name}" };
        while (true)
        {
            var list = await client.ListAsync<CertificateSigningRequest>(null, options, cancellation).ConfigureAwait(false);
            if (list.Items.FirstOrDefault(r => r.Metadata.Uid == request.Metadata.Uid) is not { } now) throw new JoinException($"The request {request.Metadata.Name} was deleted before it was answered.");
            if (Answer(now) is { } certificate) return certificate;
            await foreach (var change in client.WatchAsync<CertificateSigningRequest>(null, options with { ResourceVersion = list.Metadata.ResourceVersion, Timeout = OneWatch }, cancellation).ConfigureAwait(false))
            {
                if (change.Type == WatchEventType.Deleted) break;
                if (change.Type != WatchEventType.Bookmark && Answer(change.Object) is { } signed) return signed;
            }
        }
    }

    static string? Answer(CertificateSigningRequest request)
    {
        if (request.Status?.Conditions?.FirstOrDefault(c => c.Type is "Denied" or "Failed") is { } refusal)
            throw new JoinException($"The request {request.Metadata.Name} for a certificate was {(refusal.Type == "Denied" ? "denied" : "not signed")}: {refusal.Message ?? refusal.Reason ?? "no reason was given"}.");
        return request.Status?.Certificate is { Length: > 0 } certificate ? certificate : null;
    }
}
