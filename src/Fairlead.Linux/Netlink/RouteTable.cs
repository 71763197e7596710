using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using Fairlead.Wire.Netlink;

namespace Fairlead.Linux.Netlink;

/// <summary>The routes of a namespace, in all its tables. Made by <see cref="RouteNetlink"/>.</summary>
public sealed class RouteTable
{
    const ushort New = 24, Delete = 25, Get = 26;
    const ushort Destination = 1, OutLink = 4, GatewayAttribute = 5, Priority = 6, PreferredSource = 7, Multipath = 9, TableAttribute = 15;
    const byte OnLinkFlag = 4; // RTNH_F_ONLINK

    readonly RouteNetlink net;

    internal RouteTable(RouteNetlink net) => this.net = net;

    /// <summary>The routes of one table, both families; of every table with null.</summary>
    public IReadOnlyList<Route> List(uint? table = Route.MainTable)
    {
        var routes = new List<Route>();
        net.Dump(Get, "list routes", w => w.Struct(new RtMsg()), payload =>
        {
            var route = Parse(payload);
            if (route is not null && (table is null || route.Table == table)) routes.Add(route);
        });
        return routes;
    }

    /// <summary>Adds a route.</summary>
    /// <exception cref="LinuxException">EEXIST: there is one to that destination with the same priority.</exception>
    public void Add(Route route) => Send(New, RouteNetlink.FlagCreate | RouteNetlink.FlagExclusive, "add", route);

    /// <summary>Adds a route or puts it in the place of the one to that destination with the same priority.</summary>
    public void Replace(Route route) => Send(New, RouteNetlink.FlagCreate | RouteNetlink.FlagReplace, "replace", route);

    /// <summary>Removes a route; one that is gone is success.</summary>
    public void Remove(Route route)
    {
        try
        {
            Send(Delete, 0, "remove", route);
        }
        catch (LinuxException e) when (e.IsNotFound)
        {
            // ESRCH: the wish is met.
        }
    }

    void Send(ushort type, ushort flags, string verb, Route route) =>
        net.Request(type, flags, $"{verb} route to {route.Destination}", w =>
        {
            w.Struct(new RtMsg
            {
                Family = RouteNetlink.Family(route.Destination.BaseAddress),
                DestinationLength = (byte)route.Destination.PrefixLength,
                // Tables above 255 are given by the attribute alone.
                Table = route.Table < 256 ? (byte)route.Table : (byte)0,
                Protocol = route.Protocol,
                Scope = (byte)route.Scope,
                Type = (byte)route.Type,
                Flags = route.OnLink ? OnLinkFlag : 0u,
            });
            w.UInt32(TableAttribute, route.Table);
            if (route.Destination.PrefixLength > 0) w.Bytes(Destination, route.Destination.BaseAddress.GetAddressBytes());
            if (route.Gateway is { } gateway) w.Bytes(GatewayAttribute, gateway.GetAddressBytes());
            if (route.Device is { } device) w.UInt32(OutLink, (uint)device);
            if (route.Source is { } source) w.Bytes(PreferredSource, source.GetAddressBytes());
            if (route.Priority is { } priority) w.UInt32(Priority, priority);
            if (route.NextHops.Count > 0) WriteNextHops(w, route.NextHops);
        });

    /// <summary>RTA_MULTIPATH: struct rtnexthop, each followed by its own attributes.</summary>
    static void WriteNextHops(NetlinkWriter w, IReadOnlyList<NextHop> hops)
    {
        var all = new List<byte>();
        foreach (var hop in hops)
        {
            var gateway = hop.Gateway?.GetAddressBytes() ?? [];
            var length = 8 + (gateway.Length == 0 ? 0 : 4 + gateway.Length);
            var bytes = new byte[length];
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)length);
            bytes[2] = hop.OnLink ? OnLinkFlag : (byte)0;
            bytes[3] = (byte)(Math.Clamp(hop.Weight, 1, 256) - 1);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), hop.Device ?? 0);
            if (gateway.Length > 0)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)(4 + gateway.Length));
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(10), GatewayAttribute);
                gateway.CopyTo(bytes, 12);
            }
            all.AddRange(bytes);
        }
        w.Bytes(Multipath, CollectionsMarshal.AsSpan(all));
    }

    static Route? Parse(ReadOnlySpan<byte> payload)
    {
        var head = MemoryMarshal.Read<RtMsg>(payload);
        if (head.Family is not (2 or 10)) return null;
        var any = head.Family == 2 ? IPAddress.Any : IPAddress.IPv6Any;
        var route = new Route(new IPNetwork(any, 0))
        {
            Table = head.Table, Scope = (RouteScope)head.Scope, Type = (RouteType)head.Type, Protocol = head.Protocol,
            OnLink = (head.Flags & OnLinkFlag) != 0,
        };
        var attributes = new AttributeReader(payload[12..]);
        while (attributes.TryRead(out var type, out var value))
        {
            route = type switch
            {
                Destination => route with { Destination = new IPNetwork(new IPAddress(value), head.DestinationLength) },
                OutLink => route with { Device = BinaryPrimitives.ReadInt32LittleEndian(value) },
                GatewayAttribute => route with { Gateway = new(value) },
                Priority => route with { Priority = BinaryPrimitives.ReadUInt32LittleEndian(value) },
                PreferredSource => route with { Source = new(value) },
                TableAttribute => route with { Table = BinaryPrimitives.ReadUInt32LittleEndian(value) },
                Multipath => route with { NextHops = ReadNextHops(value) },
                _ => route,
            };
        }
        return route;
    }

    static List<NextHop> ReadNextHops(ReadOnlySpan<byte> rest)
    {
        var hops = new List<NextHop>();
        while (rest.Length >= 8)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(rest);
            if (length < 8 || length > rest.Length) break;
            IPAddress? gateway = null;
            var attributes = new AttributeReader(rest[8..length]);
            while (attributes.TryRead(out var type, out var value))
            {
                if (type == GatewayAttribute) gateway = new(value);
            }
            hops.Add(new(gateway, BinaryPrimitives.ReadInt32LittleEndian(rest[4..]), rest[3] + 1, (rest[2] & OnLinkFlag) != 0));
            rest = rest[Math.Min(rest.Length, (length + 3) & ~3)..];
        }
        return hops;
    }

    /// <summary>struct rtmsg.</summary>
    [StructLayout(LayoutKind.Sequential)]
    struct RtMsg
    {
        public byte Family, DestinationLength, SourceLength, Tos, Table, Protocol, Scope, Type;
        public uint Flags;
    }
}
