using System.Net;

namespace Fairlead.Server.Security;

/// <summary>A certificate that a component of the cluster needs.</summary>
/// <param name="File">Name of its two files in the pki folder, without extension.</param>
/// <param name="CommonName">The user's name, for a client.</param>
/// <param name="Organization">The user's group; null for none.</param>
/// <param name="Use">What TLS may use it for.</param>
public sealed record CertificateRequestSpec(string File, string CommonName, string? Organization, CertificateUse Use)
{
    /// <summary>Names that a server answers to.</summary>
    public IReadOnlyList<string> DnsNames { get; init; } = [];

    /// <summary>Addresses that a server answers at.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];

    /// <summary>The API server, as Pods, nodes and people on this machine call it.</summary>
    /// <param name="addresses">Of the server, and the first of the service range.</param>
    public static CertificateRequestSpec ApiServer(IEnumerable<IPAddress> addresses, string clusterDomain = "cluster.local") =>
        new("apiserver", "kube-apiserver", null, CertificateUse.Server)
        {
            DnsNames = ["kubernetes", "kubernetes.default", "kubernetes.default.svc", $"kubernetes.default.svc.{clusterDomain}", "localhost"],
            Addresses = [.. addresses.Append(IPAddress.Loopback).Append(IPAddress.IPv6Loopback).Distinct()],
        };

    /// <summary>The API server as a client of the nodes' kubelets.</summary>
    public static CertificateRequestSpec KubeletClient { get; } = new("apiserver-kubelet-client", "kube-apiserver-kubelet-client", "system:masters", CertificateUse.Client);

    /// <summary>The API server as the front proxy, to other API servers; of the front proxy's authority.</summary>
    public static CertificateRequestSpec FrontProxyClient { get; } = new("front-proxy-client", "front-proxy-client", null, CertificateUse.Client);

    /// <summary>The user of the kubeconfig that the cluster's maker gets.</summary>
    public static CertificateRequestSpec Admin { get; } = new("admin", "kubernetes-admin", "system:masters", CertificateUse.Client);

    public static CertificateRequestSpec ControllerManager { get; } = new("controller-manager", "system:kube-controller-manager", null, CertificateUse.Client);

    public static CertificateRequestSpec Scheduler { get; } = new("scheduler", "system:kube-scheduler", null, CertificateUse.Client);

    /// <summary>A node's agent: client of the API server, and server for logs and exec.</summary>
    public static CertificateRequestSpec Node(string name, IEnumerable<IPAddress> addresses) =>
        new($"node-{name}", $"system:node:{name}", "system:nodes", CertificateUse.Both)
        {
            DnsNames = [name],
            Addresses = [.. addresses],
        };
}

/// <summary>Extended key usages (RFC 5280 §4.2.1.12).</summary>
[Flags]
public enum CertificateUse
{
    Client = 1,
    Server = 2,
    Both = Client | Server,
}
