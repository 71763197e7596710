using System.Collections.Immutable;
using Fairlead.Network.Addresses;

namespace Fairlead.Network.Configuration;

/// <summary>KubeProxyConfiguration's field ipvs. A timeout of zero leaves the kernel's own.</summary>
public sealed record IpvsSettings
{
    public static readonly IpvsSettings Default = new();

    /// <summary>The schedulers of kernels since 5.0; the kernel's names.</summary>
    public static readonly ImmutableArray<string> Schedulers = ["rr", "wrr", "lc", "wlc", "dh", "sh", "mh", "sed", "nq", "lblc", "lblcr", "fo", "ovf"];

    public string Scheduler { get; init; } = "rr";

    /// <summary>Virtual servers on addresses in these ranges are somebody else's.</summary>
    public ImmutableArray<AddressRange> ExcludeCidrs { get; init; } = [];

    /// <summary>Answer ARP requests for addresses of the interface asked alone (arp_ignore 1, arp_announce 2).</summary>
    public bool StrictArp { get; init; }

    public TimeSpan TcpTimeout { get; init; }
    public TimeSpan TcpFinTimeout { get; init; }
    public TimeSpan UdpTimeout { get; init; }

    public bool Equals(IpvsSettings? other) => other is not null && Scheduler == other.Scheduler && StrictArp == other.StrictArp
        && TcpTimeout == other.TcpTimeout && TcpFinTimeout == other.TcpFinTimeout && UdpTimeout == other.UdpTimeout
        && ExcludeCidrs.AsSpan().SequenceEqual(other.ExcludeCidrs.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Scheduler, StrictArp, TcpTimeout, ExcludeCidrs.Length);
}
