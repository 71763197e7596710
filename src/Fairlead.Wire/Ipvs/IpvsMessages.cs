using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Numerics;
using System.Text;
using Fairlead.Wire.Netlink;

namespace Fairlead.Wire.Ipvs;

/// <summary>The attributes of the generic netlink family IPVS (linux/ip_vs.h, "Generic Netlink Attributes").</summary>
public static class IpvsMessages
{
    public const string Family = "IPVS";
    public const byte Version = 1;

    /// <summary>Commands (IPVS_CMD_).</summary>
    public const byte NewService = 1, SetService = 2, DeleteService = 3, GetService = 4, NewDestination = 5, SetDestination = 6,
        DeleteDestination = 7, GetDestination = 8, SetConfig = 12, GetConfig = 13, GetInfo = 15, Flush = 17;

    // IPVS_CMD_ATTR_, IPVS_SVC_ATTR_, IPVS_DEST_ATTR_.
    const ushort ServiceNest = 1, DestinationNest = 2, TimeoutTcp = 4, TimeoutTcpFin = 5, TimeoutUdp = 6;
    const ushort ServiceFamily = 1, ServiceProtocol = 2, ServiceAddress = 3, ServicePort = 4, ServiceMark = 5, Scheduler = 6, Flags = 7, Timeout = 8, Netmask = 9;
    const ushort DestinationAddress = 1, DestinationPort = 2, Method = 3, Weight = 4, Upper = 5, Lower = 6, Active = 7, Inactive = 8, DestinationFamily = 11;
    const ushort IPv4 = 2, IPv6 = 10;

    /// <summary>Writes what a service is found by, for requests that need no more.</summary>
    public static void Write(NetlinkWriter writer, VirtualServiceKey key)
    {
        writer.BeginNest(ServiceNest);
        WriteKey(writer, key);
        writer.End();
    }

    /// <summary>Writes a whole service.</summary>
    public static void Write(NetlinkWriter writer, VirtualService service)
    {
        writer.BeginNest(ServiceNest);
        WriteKey(writer, service.Key);
        writer.String(Scheduler, service.Scheduler);
        // struct ip_vs_flags: the flags, and which of them are meant.
        Span<byte> flags = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(flags, (uint)service.Options);
        BinaryPrimitives.WriteUInt32LittleEndian(flags[4..], ~(uint)VirtualServiceOptions.Hashed);
        writer.Bytes(Flags, flags);
        writer.UInt32(Timeout, (uint)service.Timeout.TotalSeconds);
        // A mask in network order, or the length of an IPv6 prefix in the machine's.
        if (service.Key.IsIPv6) writer.UInt32(Netmask, (uint)service.PrefixLength);
        else writer.UInt32BigEndian(Netmask, service.PrefixLength == 0 ? 0 : uint.MaxValue << (32 - service.PrefixLength));
        writer.End();
    }

    /// <summary>Writes a destination; <paramref name="keyOnly"/> for requests that need to find it and no more.</summary>
    public static void Write(NetlinkWriter writer, Destination destination, bool keyOnly = false)
    {
        writer.BeginNest(DestinationNest);
        WriteAddress(writer, DestinationAddress, destination.Address);
        writer.UInt16BigEndian(DestinationPort, destination.Port);
        writer.UInt16(DestinationFamily, IsIPv6(destination.Address) ? IPv6 : IPv4);
        if (!keyOnly)
        {
            writer.UInt32(Method, (uint)destination.Forwarding);
            writer.UInt32(Weight, (uint)destination.Weight);
            writer.UInt32(Upper, (uint)destination.UpperThreshold);
            writer.UInt32(Lower, (uint)destination.LowerThreshold);
        }
        writer.End();
    }

    /// <summary>Writes how long connections are remembered; zero leaves the kernel's value.</summary>
    public static void Write(NetlinkWriter writer, ConnectionTimeouts timeouts)
    {
        writer.UInt32(TimeoutTcp, (uint)timeouts.Tcp.TotalSeconds);
        writer.UInt32(TimeoutTcpFin, (uint)timeouts.TcpFin.TotalSeconds);
        writer.UInt32(TimeoutUdp, (uint)timeouts.Udp.TotalSeconds);
    }

    /// <summary>Reads a service from the attributes of a message; null if there is none, or one that is cut short.</summary>
    public static VirtualService? ReadService(ReadOnlySpan<byte> attributes)
    {
        if (!TryFind(attributes, ServiceNest, out var nest)) return null;
        var (ipv6, protocol, port, mark, scheduler, options, seconds) = (false, (byte)0, (ushort)0, 0u, "", 0u, 0u);
        ReadOnlySpan<byte> address = default, mask = default;
        var reader = new AttributeReader(nest);
        while (reader.TryRead(out var type, out var value))
        {
            switch (type)
            {
                case ServiceFamily when value.Length >= 2: ipv6 = BinaryPrimitives.ReadUInt16LittleEndian(value) == IPv6; break;
                case ServiceProtocol when value.Length >= 2: protocol = (byte)BinaryPrimitives.ReadUInt16LittleEndian(value); break;
                case ServiceAddress: address = value; break;
                case ServicePort when value.Length >= 2: port = BinaryPrimitives.ReadUInt16BigEndian(value); break;
                case ServiceMark when value.Length >= 4: mark = BinaryPrimitives.ReadUInt32LittleEndian(value); break;
                case Scheduler: scheduler = Encoding.ASCII.GetString(value.TrimEnd((byte)0)); break;
                case Flags when value.Length >= 4: options = BinaryPrimitives.ReadUInt32LittleEndian(value); break;
                case Timeout when value.Length >= 4: seconds = BinaryPrimitives.ReadUInt32LittleEndian(value); break;
                case Netmask when value.Length >= 4: mask = value; break;
            }
        }
        var key = mark != 0 ? VirtualServiceKey.OfMark(mark, ipv6) : new(ReadAddress(address, ipv6), protocol, port);
        return new(key, scheduler)
        {
            Options = (VirtualServiceOptions)options & ~VirtualServiceOptions.Hashed,
            Timeout = TimeSpan.FromSeconds(seconds),
            PrefixLength = mask.Length < 4 ? AllBits(key.Address)
                : ipv6 ? (int)BinaryPrimitives.ReadUInt32LittleEndian(mask) : BitOperations.PopCount(BinaryPrimitives.ReadUInt32BigEndian(mask)),
        };
    }

    /// <summary>Reads a destination from the attributes of a message; null if there is none.</summary>
    /// <param name="ipv6">The family of its service, which kernels before 3.18 do not repeat.</param>
    public static Destination? ReadDestination(ReadOnlySpan<byte> attributes, bool ipv6)
    {
        if (!TryFind(attributes, DestinationNest, out var nest)) return null;
        var (port, result) = ((ushort)0, new Destination(IPAddress.Any, 0, 0));
        ReadOnlySpan<byte> address = default;
        var reader = new AttributeReader(nest);
        while (reader.TryRead(out var type, out var value))
        {
            if (type == DestinationAddress) address = value;
            else if (type == DestinationPort && value.Length >= 2) port = BinaryPrimitives.ReadUInt16BigEndian(value);
            else if (type == DestinationFamily && value.Length >= 2) ipv6 = BinaryPrimitives.ReadUInt16LittleEndian(value) == IPv6;
            else if (value.Length == 4) result = With(result, type, BinaryPrimitives.ReadInt32LittleEndian(value));
        }
        return result with { Address = ReadAddress(address, ipv6), Port = port };
    }

    static Destination With(Destination destination, ushort type, int value) => type switch
    {
        Method => destination with { Forwarding = (ForwardingMethod)(value & 7) },
        Weight => destination with { Weight = value },
        Upper => destination with { UpperThreshold = value },
        Lower => destination with { LowerThreshold = value },
        Active => destination with { ActiveConnections = value },
        Inactive => destination with { InactiveConnections = value },
        _ => destination,
    };

    public static ConnectionTimeouts ReadTimeouts(ReadOnlySpan<byte> attributes)
    {
        TimeSpan Read(ReadOnlySpan<byte> all, ushort type) =>
            TryFind(all, type, out var value) && value.Length >= 4 ? TimeSpan.FromSeconds(BinaryPrimitives.ReadUInt32LittleEndian(value)) : default;
        return new(Read(attributes, TimeoutTcp), Read(attributes, TimeoutTcpFin), Read(attributes, TimeoutUdp));
    }

    static bool TryFind(ReadOnlySpan<byte> attributes, ushort wanted, out ReadOnlySpan<byte> value)
    {
        var reader = new AttributeReader(attributes);
        while (reader.TryRead(out var type, out value))
        {
            if (type == wanted) return true;
        }
        value = default;
        return false;
    }

    static void WriteKey(NetlinkWriter writer, VirtualServiceKey key)
    {
        writer.UInt16(ServiceFamily, key.IsIPv6 ? IPv6 : IPv4);
        if (key.Mark != 0)
        {
            writer.UInt32(ServiceMark, key.Mark);
            return;
        }
        writer.UInt16(ServiceProtocol, key.Protocol);
        WriteAddress(writer, ServiceAddress, key.Address);
        writer.UInt16BigEndian(ServicePort, key.Port);
    }

    // union nf_inet_addr: 16 bytes in either family.
    static void WriteAddress(NetlinkWriter writer, ushort type, IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        address.TryWriteBytes(bytes, out _);
        writer.Bytes(type, bytes);
    }

    static IPAddress ReadAddress(ReadOnlySpan<byte> bytes, bool ipv6)
    {
        var length = ipv6 ? 16 : 4;
        return bytes.Length < length ? ipv6 ? IPAddress.IPv6Any : IPAddress.Any : new(bytes[..length]);
    }

    internal static bool IsIPv6(IPAddress address) => AllBits(address) == 128;

    internal static int AllBits(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return length * 8;
    }

    internal static string Text(IPAddress address, ushort port) =>
        string.Create(CultureInfo.InvariantCulture, $"{(IsIPv6(address) ? $"[{address}]" : address.ToString())}:{port}");
}
