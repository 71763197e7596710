using System.Buffers.Binary;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using System.Text;
using Fairlead.Wire.Netlink;

namespace Fairlead.Linux.Netlink;

/// <summary>The links of a namespace. Made by <see cref="RouteNetlink"/>.</summary>
public sealed class LinkTable
{
    const ushort New = 16, Delete = 17, Get_ = 18;
    const ushort Address = 1, IfName = 3, MtuAttribute = 4, LinkAttribute = 5, MasterAttribute = 10, LinkInfo = 18, NetNsFd = 28;
    const ushort InfoKind = 1, InfoData = 2, InfoSlaveKind = 4, InfoSlaveData = 5;
    const uint FlagUp = 1;

    readonly RouteNetlink net;

    internal LinkTable(RouteNetlink net) => this.net = net;

    /// <summary>All links of the namespace.</summary>
    public IReadOnlyList<Link> List()
    {
        var links = new List<Link>();
        net.Dump(Get_, "list links", w => w.Struct(new IfInfo()), payload => links.Add(Parse(payload)));
        return links;
    }

    /// <summary>The link of that name, or null.</summary>
    public Link? Find(string name) => List().FirstOrDefault(l => l.Name == name);

    /// <summary>The link of that name.</summary>
    /// <exception cref="LinuxException">ENODEV: there is none.</exception>
    public Link Get(string name) => Find(name) ?? throw new LinuxException($"find link {name}", 19);

    /// <summary>Makes a link.</summary>
    /// <exception cref="LinuxException">EEXIST: the name is taken; or another of the kernel's refusals.</exception>
    public void Add(LinkSpec spec)
    {
        net.Request(New, RouteNetlink.FlagCreate | RouteNetlink.FlagExclusive, $"add link {spec.Name}", w =>
        {
            w.Struct(new IfInfo());
            w.String(IfName, spec.Name);
            if (spec.Mtu is { } mtu) w.UInt32(MtuAttribute, (uint)mtu);
            if (spec.Mac is { } mac) w.Bytes(Address, mac.GetAddressBytes());
            if (spec.Master is { } master) w.UInt32(MasterAttribute, (uint)master);
            w.BeginNest(LinkInfo);
            WriteKind(w, spec);
            w.End();
        });
        // In a request of its own: a veth can't be up before its other end is there (ENOTCONN).
        if (spec.Up) Change(0, $"set link {spec.Name} up", w => w.String(IfName, spec.Name), FlagUp);
    }

    static void WriteKind(NetlinkWriter w, LinkSpec spec)
    {
        switch (spec)
        {
            case BridgeSpec:
                w.String(InfoKind, "bridge");
                break;
            case DummySpec:
                w.String(InfoKind, "dummy");
                break;
            case VethSpec veth:
                w.String(InfoKind, "veth");
                w.BeginNest(InfoData);
                w.BeginNest(1); // VETH_INFO_PEER
                w.Struct(new IfInfo());
                w.String(IfName, veth.PeerName);
                if (spec.Mtu is { } mtu) w.UInt32(MtuAttribute, (uint)mtu);
                if (veth.PeerMac is { } mac) w.Bytes(Address, mac.GetAddressBytes());
                if (veth.PeerNamespaceFd is { } fd) w.UInt32(NetNsFd, (uint)fd);
                w.End();
                w.End();
                break;
            case VxlanSpec vxlan:
                w.String(InfoKind, "vxlan");
                w.BeginNest(InfoData);
                WriteVxlan(w, vxlan);
                w.End();
                break;
            default:
                throw new NotSupportedException(spec.GetType().Name);
        }
    }

    static void WriteVxlan(NetlinkWriter w, VxlanSpec vxlan)
    {
        const ushort id = 1, link = 3, local = 4, learning = 7, port = 15, local6 = 17;
        w.UInt32(id, vxlan.Id);
        if (vxlan.Device is { } device) w.UInt32(link, (uint)device);
        if (vxlan.Local is { } from) w.Bytes(RouteNetlink.Family(from) == 2 ? local : local6, from.GetAddressBytes());
        w.UInt8(learning, 0);
        Span<byte> bigEndian = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bigEndian, vxlan.Port);
        w.Bytes(port, bigEndian);
    }

    public void SetUp(int index) => Change(index, "set link up", flags: FlagUp);

    /// <summary>
    /// Asks about one link, at which newer kernels carry out a carrier change that waits for their link watch (up to a
    /// second); until then a link that is up drops what it is to send. Older kernels do nothing: look at
    /// <see cref="Link.IsRunning"/> afterwards.
    /// </summary>
    public void Settle(int index) => net.Request(Get_, 0, "look at the link", w => w.Struct(new IfInfo { Index = index }));

    public void SetDown(int index) => Change(index, "set link down", flags: 0);

    /// <param name="bytes">The new MTU.</param>
    public void SetMtu(int index, int bytes) => Change(index, "set the MTU", w => w.UInt32(MtuAttribute, (uint)bytes));

    /// <summary>Makes the link a port of the bridge with index <paramref name="master"/>; 0 takes it out.</summary>
    public void SetMaster(int index, int master) => Change(index, "set the master", w => w.UInt32(MasterAttribute, (uint)master));

    /// <summary>Renames a link, which must be down.</summary>
    public void SetName(int index, string name) => Change(index, $"rename link to {name}", w => w.String(IfName, name));

    public void SetMac(int index, PhysicalAddress mac) => Change(index, "set the hardware address", w => w.Bytes(Address, mac.GetAddressBytes()));

    /// <summary>Moves a link to another namespace; there it is down and has no addresses.</summary>
    /// <param name="fd">Descriptor of the namespace.</param>
    public void SetNamespace(int index, int fd) => Change(index, "move link to a namespace", w => w.UInt32(NetNsFd, (uint)fd));

    /// <summary>Lets a bridge send a frame back out of the port it came in by, as a Pod that reaches itself by a Service needs.</summary>
    public void SetHairpin(int index, bool on) =>
        Change(index, "set hairpin mode", w =>
        {
            w.BeginNest(LinkInfo);
            w.String(InfoSlaveKind, "bridge");
            w.BeginNest(InfoSlaveData);
            w.UInt8(4, on ? (byte)1 : (byte)0); // IFLA_BRPORT_MODE
            w.End();
            w.End();
        });

    /// <summary>Removes a link; one that is gone is success.</summary>
    public void Remove(string name)
    {
        try
        {
            net.Request(Delete, 0, $"remove link {name}", w =>
            {
                w.Struct(new IfInfo());
                w.String(IfName, name);
            });
        }
        catch (LinuxException e) when (e.IsNotFound)
        {
            // Someone else removed it: the wish is met.
        }
    }

    void Change(int index, string what, Action<NetlinkWriter>? attributes = null, uint? flags = null) =>
        net.Request(New, 0, what, w =>
        {
            w.Struct(new IfInfo { Index = index, Flags = flags ?? 0, Change = flags is null ? 0 : FlagUp });
            attributes?.Invoke(w);
        });

    static Link Parse(ReadOnlySpan<byte> payload)
    {
        var head = MemoryMarshal.Read<IfInfo>(payload);
        var (name, mtu, mac, kind) = ("", 0, PhysicalAddress.None, (string?)null);
        int? master = null, peer = null;
        var attributes = new AttributeReader(payload[16..]);
        while (attributes.TryRead(out var type, out var value))
        {
            switch (type)
            {
                case IfName: name = Text(value); break;
                case Address: mac = new(value.ToArray()); break;
                case MtuAttribute: mtu = BinaryPrimitives.ReadInt32LittleEndian(value); break;
                case MasterAttribute: master = BinaryPrimitives.ReadInt32LittleEndian(value); break;
                case LinkAttribute: peer = BinaryPrimitives.ReadInt32LittleEndian(value); break;
                case LinkInfo: kind = Kind(value); break;
            }
        }
        return new(head.Index, name, head.Flags, mtu, master, mac, kind, peer);
    }

    static string? Kind(ReadOnlySpan<byte> linkInfo)
    {
        var attributes = new AttributeReader(linkInfo);
        while (attributes.TryRead(out var type, out var value))
        {
            if (type == InfoKind) return Text(value);
        }
        return null;
    }

    static string Text(ReadOnlySpan<byte> value) => Encoding.UTF8.GetString(value.TrimEnd((byte)0));

    /// <summary>struct ifinfomsg.</summary>
    [StructLayout(LayoutKind.Sequential)]
    struct IfInfo
    {
        public byte Family, Pad;
        public ushort Type;
        public int Index;
        public uint Flags, Change;
    }
}
