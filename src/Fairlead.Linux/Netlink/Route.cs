using System.Net;

namespace Fairlead.Linux.Netlink;

/// <summary>What the kernel does with a packet that a route takes (RTN_ of linux/rtnetlink.h).</summary>
public enum RouteType : byte { Unicast = 1, Local = 2, Broadcast = 3, Blackhole = 6, Unreachable = 7, Prohibit = 8, Throw = 9 }

/// <summary>How far away a route's destination is (RT_SCOPE_).</summary>
public enum RouteScope : byte { Universe = 0, Site = 200, Link = 253, Host = 254, Nowhere = 255 }

/// <summary>One way of a multipath route.</summary>
/// <param name="Device">Index of the link; null lets the kernel find it by the gateway.</param>
/// <param name="Weight">1 to 256: its share.</param>
public sealed record NextHop(IPAddress? Gateway, int? Device = null, int Weight = 1, bool OnLink = false);

/// <summary>A route, as it is wished for and as the kernel lists it.</summary>
/// <param name="Destination">Of a default route: 0.0.0.0/0 or ::/0.</param>
public sealed record Route(IPNetwork Destination)
{
    /// <summary>RT_TABLE_MAIN.</summary>
    public const uint MainTable = 254;

    /// <summary>The routing daemon mark that every route of Fairlead carries (RTA protocol), so that they can be told from others.</summary>
    public const byte FairleadProtocol = 0xf1;

    public IPAddress? Gateway { get; init; }

    /// <summary>Index of the link.</summary>
    public int? Device { get; init; }

    /// <summary>The ways of a multipath route; then Gateway and Device are null.</summary>
    public IReadOnlyList<NextHop> NextHops { get; init; } = [];

    /// <summary>The preferred source address.</summary>
    public IPAddress? Source { get; init; }

    public uint Table { get; init; } = MainTable;
    public RouteScope Scope { get; init; }
    public RouteType Type { get; init; } = RouteType.Unicast;

    /// <summary>Who made it: 2 the kernel, 3 boot, 4 static.</summary>
    public byte Protocol { get; init; } = FairleadProtocol;

    /// <summary>The metric; lower wins.</summary>
    public uint? Priority { get; init; }

    /// <summary>The gateway is taken to be on the link though no address says so.</summary>
    public bool OnLink { get; init; }
}
