using System.Net;
using System.Runtime.InteropServices;
using Fairlead.Wire.Netlink;

namespace Fairlead.Linux.Netlink;

/// <summary>An address of a link.</summary>
/// <param name="Link">Index of the link.</param>
public sealed record LinkAddress(int Link, IPAddress Address, int PrefixLength);

/// <summary>The addresses of a namespace's links. Made by <see cref="RouteNetlink"/>.</summary>
public sealed class AddressTable
{
    const ushort New = 20, Delete = 21, Get = 22;
    const ushort AddressAttribute = 1, Local = 2;
    const byte NoDuplicateCheck = 2; // IFA_F_NODAD: an IPv6 address is usable at once

    readonly RouteNetlink net;

    internal AddressTable(RouteNetlink net) => this.net = net;

    /// <summary>The addresses of all links, or of one.</summary>
    public IReadOnlyList<LinkAddress> List(int? link = null)
    {
        var addresses = new List<LinkAddress>();
        net.Dump(Get, "list addresses", w => w.Struct(new IfAddr()), payload =>
        {
            var address = Parse(payload);
            if (address is not null && (link is null || address.Link == link)) addresses.Add(address);
        });
        return addresses;
    }

    /// <summary>Adds the address; one that is there already is success.</summary>
    /// <param name="scope">Of an IPv4 address: <see cref="RouteScope.Host"/> is never taken for the source of what is sent elsewhere.</param>
    public void Replace(int link, IPAddress address, int prefixLength, RouteScope scope = RouteScope.Universe) =>
        Send(New, RouteNetlink.FlagCreate | RouteNetlink.FlagReplace, link, address, prefixLength, scope);

    /// <summary>Removes the address; one that is gone is success.</summary>
    public void Remove(int link, IPAddress address, int prefixLength)
    {
        try
        {
            Send(Delete, 0, link, address, prefixLength, RouteScope.Universe);
        }
        catch (LinuxException e) when (e.IsNotFound || e.Errno == 99)
        {
            // EADDRNOTAVAIL: it is gone.
        }
    }

    void Send(ushort type, ushort flags, int link, IPAddress address, int prefixLength, RouteScope scope) =>
        net.Request(type, flags, $"set address {address}/{prefixLength}", w =>
        {
            w.Struct(new IfAddr
            {
                Family = RouteNetlink.Family(address), PrefixLength = (byte)prefixLength, Flags = NoDuplicateCheck, Scope = (byte)scope, Index = link,
            });
            w.Bytes(Local, address.GetAddressBytes());
            w.Bytes(AddressAttribute, address.GetAddressBytes());
        });

    static LinkAddress? Parse(ReadOnlySpan<byte> payload)
    {
        var head = MemoryMarshal.Read<IfAddr>(payload);
        IPAddress? address = null, local = null;
        var attributes = new AttributeReader(payload[8..]);
        while (attributes.TryRead(out var type, out var value))
        {
            if (type == AddressAttribute) address = new(value);
            if (type == Local) local = new(value);
        }
        return (local ?? address) is { } found ? new(head.Index, found, head.PrefixLength) : null;
    }

    /// <summary>struct ifaddrmsg.</summary>
    [StructLayout(LayoutKind.Sequential)]
    struct IfAddr
    {
        public byte Family, PrefixLength, Flags, Scope;
        public int Index;
    }
}
