using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Fairlead.Cli.Cluster;

/// <summary>Where a node's agent finds and keeps what, whether the node is of a local cluster or a machine that has joined one.</summary>
public sealed record AgentSetup
{
    public required string NodeName { get; init; }

    /// <summary>At most one of each family.</summary>
    public required IReadOnlyList<IPAddress> Addresses { get; init; }

    /// <summary>The link with these addresses.</summary>
    public required string Link { get; init; }

    public required string RuntimeSocket { get; init; }

    /// <summary>For files that are there for a moment.</summary>
    public required string RunFolder { get; init; }

    /// <summary>Network configuration that the runtime reads.</summary>
    public required string CniConfFolder { get; init; }

    /// <summary>Pod addresses in use.</summary>
    public required string AddressFolder { get; init; }

    public required string KubeletFolder { get; init; }

    public required string PodLogFolder { get; init; }

    /// <summary>Parent of the node's Pods' cgroups, without a slash before it; empty for the root.</summary>
    public required string Cgroup { get; init; }

    /// <summary>Pod ranges that the node registers; empty if a controller allots them.</summary>
    public required IReadOnlyList<string> PodCidrs { get; init; }

    /// <summary>The cluster's Pod ranges.</summary>
    public required IReadOnlyList<IPNetwork> ClusterCidrs { get; init; }

    /// <summary>ClusterIP of the DNS Service; null for none.</summary>
    public IPAddress? ClusterDns { get; init; }

    /// <summary>Of the node's HTTPS server, asked for at each handshake.</summary>
    public required Func<X509Certificate2> ServingCertificate { get; init; }

    public required X509Certificate2 ClientAuthority { get; init; }

    /// <summary>That of a node of a local cluster.</summary>
    public static AgentSetup Of(NodeLayout node, X509Certificate2 certificate, X509Certificate2 authority) => new()
    {
        NodeName = node.Name,
        Addresses = node.Addresses,
        Link = NodeLayout.Link,
        RuntimeSocket = node.ContainerdSocket,
        RunFolder = node.RunFolder,
        CniConfFolder = node.CniConfFolder,
        AddressFolder = node.AddressFolder,
        KubeletFolder = node.KubeletFolder,
        PodLogFolder = node.PodLogFolder,
        Cgroup = node.Cgroup,
        PodCidrs = [.. node.PodCidrs.Select(range => range.ToString())],
        ClusterCidrs = [.. node.Cluster.Options.ClusterCidr.All],
        ClusterDns = node.Cluster.DnsAddress,
        ServingCertificate = () => certificate,
        ClientAuthority = authority,
    };
}
