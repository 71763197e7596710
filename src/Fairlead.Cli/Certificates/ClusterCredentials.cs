using System.Security.Cryptography.X509Certificates;
using Fairlead.Cli.Cluster;
using Fairlead.Client;
using Fairlead.Client.Https;

namespace Fairlead.Cli.Certificates;

/// <summary>Who is who in a local cluster: each party's certificate, made when first asked for.</summary>
public sealed class ClusterCredentials(ClusterLayout layout)
{
    readonly CertificateFolder folder = new(layout.CertificateFolder);

    public X509Certificate2 Authority => folder.Authority;

    public string AuthorityPem => folder.AuthorityPem;

    public X509Certificate2 ApiServer => folder.Server("apiserver",
    [
        "localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local",
        "127.0.0.1", layout.HostAddress.ToString(), layout.KubernetesAddress.ToString(),
    ]);

    /// <summary>With it the API server shows itself to kubelets.</summary>
    public X509Certificate2 NodeClient => folder.Client("apiserver-kubelet-client", "kube-apiserver-kubelet-client", "system:masters");

    public X509Certificate2 Admin => folder.Client("admin", "kubernetes-admin", "system:masters");

    public X509Certificate2 Kubelet(NodeLayout node) => folder.Server(node.Name + "-kubelet", [node.Name, node.Address.ToString(), "127.0.0.1"]);

    public X509Certificate2 Agent(NodeLayout node) => folder.Client(node.Name + "-agent", "system:node:" + node.Name, "system:nodes");

    /// <summary>A connection to the API as the owner of the certificate.</summary>
    public HttpsTransport Connect(X509Certificate2 user) => new(new HttpsTransportOptions(layout.Server, Authority, user, null));

    /// <summary>Makes every certificate now, so that processes started together only read.</summary>
    public void MakeAll()
    {
        _ = (ApiServer, NodeClient, Admin);
        foreach (var node in layout.Nodes) _ = (Kubelet(node), Agent(node));
    }

    /// <summary>Writes the administrator's kubeconfig (mode 0600).</summary>
    public void WriteKubeconfig()
    {
        _ = Admin;
        static string Base64(string file) => Convert.ToBase64String(File.ReadAllBytes(file));
        PrivateFile.Write(layout.Kubeconfig, $"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: {layout.Name}
              cluster:
                server: {layout.Server.ToString().TrimEnd('/')}
                certificate-authority-data: {Base64(folder.CertificateFile("ca"))}
            users:
            - name: {layout.Name}-admin
              user:
                client-certificate-data: {Base64(folder.CertificateFile("admin"))}
                client-key-data: {Base64(folder.KeyFile("admin"))}
            contexts:
            - name: {layout.Name}
              context:
                cluster: {layout.Name}
                user: {layout.Name}-admin
            current-context: {layout.Name}

            """);
    }
}
