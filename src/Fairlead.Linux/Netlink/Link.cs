using System.Net;
using System.Net.NetworkInformation;

namespace Fairlead.Linux.Netlink;

/// <summary>A network link as the kernel lists it.</summary>
/// <param name="Index">The namespace's number for it.</param>
/// <param name="Flags">IFF_ flags of netdevice(7).</param>
/// <param name="Mtu">Bytes.</param>
/// <param name="Master">Index of the bridge it is a port of, or null.</param>
/// <param name="Kind">Such as "veth", "bridge", "vxlan"; null of a physical link and of lo.</param>
/// <param name="Peer">Index of the other end of a veth, or of the link below; null if there is none.</param>
public sealed record Link(
    int Index, string Name, uint Flags, int Mtu, int? Master, PhysicalAddress Mac, string? Kind, int? Peer)
{
    /// <summary>IFF_UP: set up by an administrator.</summary>
    public bool IsUp => (Flags & 1) != 0;

    /// <summary>IFF_RUNNING: its carrier is there, too.</summary>
    public bool IsRunning => (Flags & 0x40) != 0;
}

/// <summary>A link to be made: what all kinds have in common. Null leaves the kernel's default.</summary>
public abstract record LinkSpec(string Name)
{
    /// <summary>Bytes.</summary>
    public int? Mtu { get; init; }

    public PhysicalAddress? Mac { get; init; }

    /// <summary>Index of the bridge it is to be a port of.</summary>
    public int? Master { get; init; }

    /// <summary>Set up at once; of a veth this end alone.</summary>
    public bool Up { get; init; }
}

/// <summary>An Ethernet bridge without spanning tree.</summary>
public sealed record BridgeSpec(string Name) : LinkSpec(Name);

/// <summary>A link that swallows what it is to send: a place for addresses and routes.</summary>
public sealed record DummySpec(string Name) : LinkSpec(Name);

/// <summary>A pair of virtual Ethernet links.</summary>
/// <param name="PeerName">Name of the other end.</param>
public sealed record VethSpec(string Name, string PeerName) : LinkSpec(Name)
{
    /// <summary>Descriptor of the namespace that the other end is made in; null is the same as this end's.</summary>
    public int? PeerNamespaceFd { get; init; }

    public PhysicalAddress? PeerMac { get; init; }
}

/// <summary>A VXLAN tunnel end (RFC 7348) with static forwarding entries: it does not learn.</summary>
/// <param name="Id">The network identifier, 24 bits.</param>
/// <param name="Port">The UDP port; Linux's old default 8472 or RFC 7348's 4789.</param>
public sealed record VxlanSpec(string Name, uint Id, ushort Port) : LinkSpec(Name)
{
    /// <summary>Source address of the outer packets.</summary>
    public IPAddress? Local { get; init; }

    /// <summary>Index of the link that the outer packets leave by.</summary>
    public int? Device { get; init; }
}
