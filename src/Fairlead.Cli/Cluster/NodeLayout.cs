using System.Net;
using Fairlead.Linux.Namespaces;

namespace Fairlead.Cli.Cluster;

/// <summary>What one node of a local cluster puts on the machine.</summary>
/// <param name="Number">1 for the first.</param>
public sealed record NodeLayout(ClusterLayout Cluster, int Number)
{
    /// <summary>The link inside the node's namespace.</summary>
    public const string Link = "eth0";

    /// <summary>The Node object's name.</summary>
    public string Name => $"node{Number}";

    /// <summary>Name of the network namespace.</summary>
    public string Namespace => $"{Cluster.Name}-{Name}";

    public string NetworkNamespaceFile => NetworkNamespace.PathOf(Namespace);

    /// <summary>The bridge's end of the node's veth. '_' is in no cluster's name, so no bridge is called so.</summary>
    public string HostLink => $"{Cluster.Name}_{Number}";

    public IPAddress Address => Addresses[0];

    /// <summary>The node's addresses, one of each family, IPv4 first.</summary>
    public IReadOnlyList<IPAddress> Addresses => [.. Cluster.Options.NodeCidr.All.Select(range => ClusterLayout.AddressAt(range, (uint)(10 + Number)))];

    /// <summary>The node's Pod addresses: the Number-th /24 of the cluster's.</summary>
    public IPNetwork PodCidr => new(ClusterLayout.AddressAt(Cluster.Options.ClusterCidr.IPv4, (uint)Number << 8), 24);

    /// <summary>The same of each family, IPv4 first; of IPv6 the Number-th /64.</summary>
    public IReadOnlyList<IPNetwork> PodCidrs => Cluster.Options.ClusterCidr.IPv6 is { } range ? [PodCidr, Part(range)] : [PodCidr];

    // The part's number stands in the last 16 bits of a /64.
    IPNetwork Part(IPNetwork range)
    {
        var bytes = range.BaseAddress.GetAddressBytes();
        bytes[7] += (byte)Number;
        return new(new IPAddress(bytes), 64);
    }

    public string RunFolder => $"{Cluster.RunFolder}/{Name}";
    public string DataFolder => $"{Cluster.DataFolder}/{Name}";
    public string MountNamespaceFile => RunFolder + "/mounts";
    public string ContainerdSocket => RunFolder + "/containerd.sock";
    public string ContainerdState => RunFolder + "/containerd";
    public string ContainerdRoot => DataFolder + "/containerd";
    public string ContainerdConfig => RunFolder + "/containerd.toml";

    /// <summary>Network configuration that containerd reads.</summary>
    public string CniConfFolder => RunFolder + "/cni";

    /// <summary>Pod addresses in use.</summary>
    public string AddressFolder => RunFolder + "/addresses";

    public string KubeletFolder => DataFolder + "/kubelet";
    public string PodLogFolder => DataFolder + "/pods";

    /// <summary>Parent of the node's cgroups, in every hierarchy. Pods' cgroups lie below it.</summary>
    public string Cgroup => $"{Cluster.Cgroup}/{Name}";

    /// <summary>In the version 2 hierarchy processes may be in leaves only.</summary>
    public string RuntimeCgroup => Cgroup + "/runtime";

    public string AgentCgroup => Cgroup + "/agent";
}
