using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Fairlead.Node;

/// <summary>How one node's kubelet is started. Names follow the kubelet's own configuration where it has one.</summary>
public sealed record KubeletOptions
{
    public required string NodeName { get; init; }

    /// <summary>The addresses under which the node is registered, at most one of each family; the first is how its kubelet is reached.</summary>
    public required IReadOnlyList<IPAddress> NodeIps { get; init; }

    /// <summary>The runtime's Unix socket (CRI v1).</summary>
    public required string ContainerRuntimeEndpoint { get; init; }

    /// <summary>State of Pods: volumes, hosts files, termination messages. One directory a node.</summary>
    public required string RootDirectory { get; init; }

    /// <summary>Where containers' logs are written.</summary>
    public required string PodLogsDirectory { get; init; }

    /// <summary>Parent of this node's Pod cgroups, such as /fairlead/node1. Nodes that share a kernel each have their own.</summary>
    public string CgroupRoot { get; init; } = "/";

    /// <summary>The address of the cluster's DNS server; null leaves Pods with the node's own resolv.conf.</summary>
    public IPAddress? ClusterDns { get; init; }

    public string ClusterDomain { get; init; } = "cluster.local";

    /// <summary>The node's resolv.conf, for Pods that use the node's DNS.</summary>
    public string ResolvConf { get; init; } = "/etc/resolv.conf";

    /// <summary>The node's Pod ranges, at most one of each family, put into spec.podCIDRs at registration. Empty when a controller allots them.</summary>
    public IReadOnlyList<string> PodCidrs { get; init; } = [];

    /// <summary>Labels beside hostname, os and arch.</summary>
    public IReadOnlyDictionary<string, string> NodeLabels { get; init; } = new Dictionary<string, string>();

    public int MaxPods { get; init; } = 110;

    /// <summary>Bytes at which a container's log is put aside and a new one begun.</summary>
    public long ContainerLogMaxSize { get; init; } = 10 << 20;

    /// <summary>How many log files a container has at most, with the one that is written.</summary>
    public int ContainerLogMaxFiles { get; init; } = 5;

    /// <summary>Capacity to register instead of the machine's: cores in thousandths, and bytes. Null for the machine's.</summary>
    public long? CpuMilli { get; init; }

    /// <summary>See <see cref="CpuMilli"/>.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Port of the HTTPS server; 0 takes a free one, which is registered.</summary>
    public int Port { get; init; } = 10250;

    /// <summary>The HTTPS server's certificate with its private key, asked for at each handshake. Null starts no server.</summary>
    public Func<X509Certificate2>? ServingCertificate { get; init; }

    /// <summary>The authority whose client certificates may use the HTTPS server.</summary>
    public X509Certificate2? ClientAuthority { get; init; }

    /// <summary>How often the Node's status is written without a change.</summary>
    public TimeSpan NodeStatusInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often every Pod is looked at without an event: the net below containerd's events.</summary>
    public TimeSpan RelistInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Runtime handler of Pods that name none; empty for the runtime's default.</summary>
    public string RuntimeHandler { get; init; } = "";
}
