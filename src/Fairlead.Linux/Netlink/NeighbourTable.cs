using System.Net;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using Fairlead.Wire.Netlink;

namespace Fairlead.Linux.Netlink;

/// <summary>A permanent neighbour entry: which hardware address answers for an IP address on a link.</summary>
/// <param name="Link">Index of the link.</param>
public sealed record Neighbour(int Link, IPAddress Address, PhysicalAddress Mac);

/// <summary>Permanent neighbours, and the forwarding entries of VXLAN links. Made by <see cref="RouteNetlink"/>.</summary>
public sealed class NeighbourTable
{
    const ushort New = 28, Delete = 29, Get = 30;
    const ushort Destination = 1, LinkLayer = 2;
    const ushort Permanent = 0x80; // NUD_PERMANENT
    const byte BridgeFamily = 7, Self = 2; // AF_BRIDGE, NTF_SELF

    readonly RouteNetlink net;

    internal NeighbourTable(RouteNetlink net) => this.net = net;

    /// <summary>The permanent neighbours of one link.</summary>
    public IReadOnlyList<Neighbour> List(int link) => List(link, 0);

    /// <summary>The forwarding entries of a VXLAN link: Address is the tunnel end behind which Mac lives.</summary>
    public IReadOnlyList<Neighbour> ListForwarding(int link) => List(link, BridgeFamily);

    public void Replace(Neighbour neighbour) =>
        Send(New, RouteNetlink.FlagCreate | RouteNetlink.FlagReplace, neighbour, RouteNetlink.Family(neighbour.Address), 0);

    /// <summary>Removes a neighbour; one that is gone is success.</summary>
    public void Remove(Neighbour neighbour) => Remove(neighbour, RouteNetlink.Family(neighbour.Address), 0);

    /// <summary>Frames for Mac go through the VXLAN link to the tunnel end Address. An all-zero Mac is the default.</summary>
    public void ReplaceForwarding(Neighbour entry) =>
        Send(New, RouteNetlink.FlagCreate | RouteNetlink.FlagReplace, entry, BridgeFamily, Self);

    /// <summary>Removes a forwarding entry; one that is gone is success.</summary>
    public void RemoveForwarding(Neighbour entry) => Remove(entry, BridgeFamily, Self);

    void Remove(Neighbour neighbour, byte family, byte flags)
    {
        try
        {
            Send(Delete, 0, neighbour, family, flags);
        }
        catch (LinuxException e) when (e.IsNotFound)
        {
            // The wish is met.
        }
    }

    void Send(ushort type, ushort flags, Neighbour neighbour, byte family, byte entryFlags) =>
        net.Request(type, flags, $"set neighbour {neighbour.Address}", w =>
        {
            w.Struct(new NdMsg { Family = family, Index = neighbour.Link, State = Permanent, Flags = entryFlags });
            w.Bytes(Destination, neighbour.Address.GetAddressBytes());
            w.Bytes(LinkLayer, neighbour.Mac.GetAddressBytes());
        });

    List<Neighbour> List(int link, byte family)
    {
        var neighbours = new List<Neighbour>();
        net.Dump(Get, "list neighbours", w => w.Struct(new NdMsg { Family = family }), payload =>
        {
            var head = MemoryMarshal.Read<NdMsg>(payload);
            if (head.Index != link || (head.State & Permanent) == 0) return;
            IPAddress? address = null;
            var mac = PhysicalAddress.None;
            var attributes = new AttributeReader(payload[12..]);
            while (attributes.TryRead(out var type, out var value))
            {
                if (type == Destination) address = new(value);
                if (type == LinkLayer) mac = new(value.ToArray());
            }
            if (address is not null) neighbours.Add(new(link, address, mac));
        });
        return neighbours;
    }

    /// <summary>struct ndmsg.</summary>
    [StructLayout(LayoutKind.Sequential)]
    struct NdMsg
    {
        public byte Family, Pad1;
        public ushort Pad2;
        public int Index;
        public ushort State;
        public byte Flags, Type;
    }
}
