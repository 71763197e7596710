using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fairlead.Cli.Cluster;
using Fairlead.Client.Https;
using Fairlead.Server.Security;

namespace Fairlead.Cli.Certificates;

/// <summary>Who is who in a local cluster: each party's certificate, made when first asked for.</summary>
public sealed class ClusterCredentials(ClusterLayout layout) : IDisposable
{
    readonly ClusterAuthority authority = ClusterAuthority.Open(layout.CertificateFolder, TimeProvider.System);

    readonly ClusterAuthority frontProxy = ClusterAuthority.OpenFrontProxy(layout.CertificateFolder, TimeProvider.System);

    public X509Certificate2 Authority => authority.Certificate;

    /// <summary>By whose certificates other API servers, and this one, know a front proxy.</summary>
    public X509Certificate2 FrontProxyAuthority => frontProxy.Certificate;

    public string AuthorityPem => authority.CertificatePem;

    public X509Certificate2 ApiServer() => ApiServer(null);

    /// <param name="more">One more address at which it is called, if it is not the cluster's own.</param>
    public X509Certificate2 ApiServer(IPAddress? more) =>
        authority.Issue(CertificateRequestSpec.ApiServer([layout.HostAddress, layout.KubernetesAddress, .. more is null ? (IPAddress[])[] : [more]]));

    /// <summary>With it the API server shows itself to kubelets.</summary>
    public X509Certificate2 KubeletClient() => authority.Issue(CertificateRequestSpec.KubeletClient);

    /// <summary>With it the API server shows itself to other API servers.</summary>
    public X509Certificate2 FrontProxyClient() => frontProxy.Issue(CertificateRequestSpec.FrontProxyClient);

    public X509Certificate2 Admin() => authority.Issue(CertificateRequestSpec.Admin);

    /// <summary>Of a node's agent, as client and as server.</summary>
    public X509Certificate2 Node(NodeLayout node) => authority.Issue(CertificateRequestSpec.Node(node.Name, [node.Address]));

    /// <summary>The key that signs service accounts' tokens.</summary>
    public ECDsa TokenKey() => authority.TokenKey();

    /// <summary>A connection to the API as the owner of the certificate, under the name of the program that it is for.</summary>
    public HttpsTransport Connect(X509Certificate2 user, string agent = "fairlead") => new(new HttpsTransportOptions(layout.Server, Authority, user, null) { UserAgent = agent });

    /// <summary>
    /// Makes everything that processes will ask for, so that those which start together only read, and writes the
    /// administrator's kubeconfig.
    /// </summary>
    public void Prepare()
    {
        ApiServer().Dispose();
        KubeletClient().Dispose();
        FrontProxyClient().Dispose();
        TokenKey().Dispose();
        foreach (var node in layout.Nodes) Node(node).Dispose();
        using var admin = Admin();
        Kubeconfig.For(layout.Name, layout.Server, AuthorityPem, admin).Write(layout.Kubeconfig);
    }

    public void Dispose()
    {
        authority.Dispose();
        frontProxy.Dispose();
    }
}
