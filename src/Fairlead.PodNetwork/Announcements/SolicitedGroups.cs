using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Fairlead.Network.Addresses;
using Fairlead.Wire.Neighbours;

namespace Fairlead.PodNetwork.Announcements;

/// <summary>
/// Membership in the multicast groups in which IPv6 addresses are asked for: switches that listen to memberships pass the
/// questions on to members alone. In the network namespace of the thread that made it.
/// </summary>
sealed class SolicitedGroups : IDisposable
{
    readonly int link;
    readonly Socket? socket;
    readonly HashSet<UInt128> joined = [];

    public SolicitedGroups(int link)
    {
        this.link = link;
        try { socket = new(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp); }
        catch (SocketException) { } // a kernel without IPv6: nobody asks
    }

    /// <summary>Is a member of the groups of these addresses and no others from now on.</summary>
    public void Join(IEnumerable<Address> addresses)
    {
        if (socket is null) return;
        var wished = addresses.Select(GroupOf).ToHashSet();
        foreach (var group in wished.Except(joined).ToList())
            if (Set(SocketOptionName.AddMembership, group)) joined.Add(group);
        foreach (var group in joined.Except(wished).ToList())
        {
            Set(SocketOptionName.DropMembership, group);
            joined.Remove(group);
        }
    }

    // A link without IPv6 refuses. On links that flood, which most do, questions arrive without a membership too.
    bool Set(SocketOptionName option, UInt128 group)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, group);
        try
        {
            socket!.SetSocketOption(SocketOptionLevel.IPv6, option, new IPv6MulticastOption(new IPAddress(bytes), link));
            return true;
        }
        catch (SocketException) { return false; }
    }

    static UInt128 GroupOf(Address address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.Write(bytes);
        return NeighbourFrame.SolicitedGroup(BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    public void Dispose() => socket?.Dispose();
}
