namespace Fairlead.Network.Configuration;

/// <summary>How a node serves Services; KubeProxyConfiguration's field mode, in lower case.</summary>
public enum ProxyMode
{
    Nftables,
    Iptables,
    Ipvs,

    /// <summary>A proxy in the agent, as Kubernetes had it up to v1.25.</summary>
    Userspace,

    /// <summary>Translation at connect. Fairlead's own word.</summary>
    Ebpf,
}
