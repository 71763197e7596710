using System.Buffers.Binary;
using System.Net;

namespace Fairlead.Cli.Cluster;

/// <summary>
/// Everything a local cluster puts on the machine, by name. Creation and removal both read this list, so that nothing
/// is made that is not removed. All names derive from the cluster's, so that clusters stand side by side.
/// </summary>
/// <remarks><code>
/// host ──┬─ bridge NAME (first address of the node range; the API server listens here)
///        │     ├─ NAME_1 ═ eth0 in namespace NAME-node1 (.11) ── Pods of node1
///        │     └─ NAME_2 ═ eth0 in namespace NAME-node2 (.12) ── Pods of node2
///        ├─ routes: each node's Pod range via the node, the Service range via all nodes
///        ├─ nft table ip fairlead_NAME: masquerade of what leaves the machine
///        ├─ cgroup NAME/ (server, supervisor, nodeN/runtime, nodeN/agent; v1: NAME/nodeN)
///        ├─ /run/fairlead/NAME (tmpfs): process records, sockets, mount namespaces, container state
///        └─ /var/lib/fairlead/NAME: cluster.json, kubeconfig, logs, the API's store, images
/// </code></remarks>
public sealed record ClusterLayout
{
    public required ClusterOptions Options { get; init; }

    public string Name => Options.Name;

    /// <summary>The bridge's link name.</summary>
    public string Bridge => Name;

    /// <summary>The host's address on the bridge, where the API server listens.</summary>
    public IPAddress HostAddress => AddressAt(Options.NodeCidr.IPv4, 1);

    /// <summary>The host's addresses on the bridge, each with its range.</summary>
    public IEnumerable<(IPAddress Address, IPNetwork Range)> HostAddresses => Options.NodeCidr.All.Select(range => (AddressAt(range, 1), range));

    public Uri Server => new($"https://{HostAddress}:{Options.ApiPort}");

    /// <summary>ClusterIP of Service default/kubernetes.</summary>
    public IPAddress KubernetesAddress => AddressAt(Options.ServiceCidr.IPv4, 1);

    /// <summary>ClusterIP of Service kube-system/kube-dns.</summary>
    public IPAddress DnsAddress => AddressAt(Options.ServiceCidr.IPv4, 10);

    /// <summary>
    /// Addresses for Services of type LoadBalancer, a range of each family from the upper part of the node range: .200 to .250
    /// of a /24. None where nodes have them.
    /// </summary>
    public IReadOnlyList<string> LoadBalancerPool => [.. Options.NodeCidr.All.Select(PoolOf).OfType<string>()];

    string? PoolOf(IPNetwork range)
    {
        var size = 1 << Math.Min(8, range.BaseAddress.GetAddressBytes().Length * 8 - range.PrefixLength);
        var (first, last) = (size * 200 / 256, Math.Min(size * 250 / 256, size - 2));
        return first <= 10 + Options.Nodes ? null : $"{AddressAt(range, (uint)first)}-{AddressAt(range, (uint)last)}";
    }

    /// <summary>Of family ip. Identifiers of nft may hold '.', not '-'.</summary>
    public string NftTable => "fairlead_" + Name.Replace('-', '.');

    /// <summary>Below it are all cgroups of the cluster, in every hierarchy.</summary>
    public string Cgroup => Name;

    public string SupervisorCgroup => Cgroup + "/supervisor";
    public string ServerCgroup => Cgroup + "/server";

    /// <summary>A tmpfs of its own, gone after a reboot like all it speaks of.</summary>
    public string RunFolder => RunFolderOf(Name);

    public string DataFolder => Options.DataFolder;

    /// <summary>Records of running processes.</summary>
    public string ProcessFolder => RunFolder + "/processes";

    public string OptionsFile => DataFolder + "/cluster.json";

    /// <summary>The same, where it is found without knowing the data folder.</summary>
    public string RunOptionsFile => RunFolder + "/cluster.json";

    public string Kubeconfig => DataFolder + "/kubeconfig";
    public string LogFolder => DataFolder + "/logs";
    public string ServerFolder => DataFolder + "/server";
    public string CertificateFolder => DataFolder + "/certificates";

    /// <summary>CNI plug-ins, as containerd looks for them: links to the distribution's and to Fairlead's own.</summary>
    public string CniBinFolder => RunFolder + "/cni-bin";

    public IReadOnlyList<NodeLayout> Nodes => [.. Enumerable.Range(1, Options.Nodes).Select(i => new NodeLayout(this, i))];

    public static ClusterLayout Of(ClusterOptions options) => new() { Options = options };

    public static string RunFolderOf(string name) => "/run/fairlead/" + name;

    /// <summary>The address at an offset from a range's first.</summary>
    internal static IPAddress AddressAt(IPNetwork range, uint offset)
    {
        var bytes = range.BaseAddress.GetAddressBytes();
        var low = bytes.AsSpan(^4..);
        BinaryPrimitives.WriteUInt32BigEndian(low, BinaryPrimitives.ReadUInt32BigEndian(low) + offset);
        return new(bytes);
    }
}
