using Fairlead.Dataplanes.Ebpf;
using Fairlead.Dataplanes.Iptables;
using Fairlead.Dataplanes.Ipvs;
using Fairlead.Dataplanes.Nftables;
using Fairlead.Dataplanes.Userspace;
using Fairlead.Network.Configuration;

namespace Fairlead.Dataplanes;

/// <summary>One mode and how its data plane is made, in the network namespace of the calling thread.</summary>
/// <param name="Create">From the configuration, and from what the options say of the node.</param>
public sealed record DataplaneEntry(ProxyMode Mode, Func<ProxyConfiguration, ServiceDataplaneOptions, IDataplane> Create)
{
    /// <summary>What the kernel lacks for the mode; null if it can serve.</summary>
    public Func<string?> Lacks { get; init; } = () => null;

    /// <summary>The mode that serves where the kernel lacks something; if it lacks something for that too, that one's.</summary>
    public ProxyMode Instead { get; init; } = ProxyMode.Nftables;

    /// <summary>The part of a configuration that a data plane of this mode is made from: when it changes, a new one is made.</summary>
    public Func<ProxyConfiguration, object?> MadeFrom { get; init; } = _ => null;
}

/// <summary>Every data plane, a line each.</summary>
public static class DataplaneCatalog
{
    public static readonly IReadOnlyList<DataplaneEntry> All =
    [
        new(ProxyMode.Nftables, (_, _) => new NftablesDataplane()) { Lacks = NftablesSupport.Lack, Instead = ProxyMode.Iptables },
        new(ProxyMode.Iptables, (_, options) => new IptablesDataplane(options.IptablesVariant)) { Lacks = VariantDetection.Lack },
        new(ProxyMode.Ipvs, (configuration, options) => new IpvsDataplane(configuration.Ipvs, options.IptablesVariant))
        {
            Lacks = IpvsDataplane.Lack, Instead = ProxyMode.Iptables, MadeFrom = configuration => configuration.Ipvs,
        },
        new(ProxyMode.Userspace, (_, _) => new UserspaceDataplane()) { Lacks = NftablesSupport.Lack, Instead = ProxyMode.Iptables },
        new(ProxyMode.Ebpf, (configuration, options) => new EbpfDataplane(new(options.Cgroup) { MaglevSlots = configuration.Maglev ? MaglevTable.UsualSlots : null }))
        {
            Lacks = EbpfDataplane.Lack, MadeFrom = configuration => configuration.Maglev,
        },
    ];
}
