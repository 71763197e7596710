using System.Buffers.Binary;
using System.Net;
using System.Text;
using Fairlead.Wire.Netlink;

namespace Fairlead.Wire.IpSets;

/// <summary>The attributes of the nfnetlink subsystem ipset (linux/netfilter/ipset/ip_set.h).</summary>
public static class IpSetMessages
{
    /// <summary>NFNL_SUBSYS_IPSET.</summary>
    public const byte Subsystem = 6;

    /// <summary>Commands (IPSET_CMD_).</summary>
    public const byte Create = 2, Destroy = 3, FlushSet = 4, List = 7, AddElement = 9, DeleteElement = 10, FindType = 13;

    // Understood by every kernel since 2.6.39.
    const byte Protocol6 = 6;

    // Top level.
    const ushort Protocol = 1, SetName = 2, TypeName = 3, Revision = 4, FamilyAttribute = 5, Flags = 6, Data = 7, Elements = 8, LineNumber = 9;

    // Within Data.
    const ushort Ip = 1, Cidr = 3, PortAttribute = 4, PortTo = 5, Proto = 7, HashSize = 18, MaxElements = 19, Ip2 = 20, Cidr2 = 21;
    const ushort AddressIPv4 = 1, AddressIPv6 = 2;

    const uint NamesOnly = 2, HeaderOnly = 4; // IPSET_FLAG_LIST_SETNAME, IPSET_FLAG_LIST_HEADER

    /// <summary>What every message begins with.</summary>
    public static void WriteHead(NetlinkWriter writer, string? set)
    {
        writer.UInt8(Protocol, Protocol6);
        if (set is not null) writer.String(SetName, set);
    }

    /// <summary>Asks for the names of all sets, not for what is in them.</summary>
    public static void WriteNamesOnly(NetlinkWriter writer)
    {
        WriteHead(writer, null);
        writer.UInt32BigEndian(Flags | NetlinkWriter.NetworkOrder, NamesOnly);
    }

    /// <summary>Asks for a set's type and size, not for its elements.</summary>
    public static void WriteHeaderOnly(NetlinkWriter writer, string set)
    {
        WriteHead(writer, set);
        writer.UInt32BigEndian(Flags | NetlinkWriter.NetworkOrder, HeaderOnly);
    }

    /// <summary>Asks for the revisions of a type that the kernel knows.</summary>
    public static void WriteTypeQuestion(NetlinkWriter writer, IpSetSpec set)
    {
        WriteHead(writer, null);
        writer.String(TypeName, set.Type);
        writer.UInt8(FamilyAttribute, set.Family);
    }

    public static void WriteCreate(NetlinkWriter writer, IpSetSpec set, byte revision, uint maxElements)
    {
        WriteHead(writer, set.Name);
        writer.String(TypeName, set.Type);
        writer.UInt8(Revision, revision);
        writer.UInt8(FamilyAttribute, set.Family);
        writer.BeginNest(Data);
        if (set.Family == 0)
        {
            writer.UInt16BigEndian(PortAttribute | NetlinkWriter.NetworkOrder, 0);
            writer.UInt16BigEndian(PortTo | NetlinkWriter.NetworkOrder, ushort.MaxValue);
        }
        else
        {
            writer.UInt32BigEndian(HashSize | NetlinkWriter.NetworkOrder, 1024);
            writer.UInt32BigEndian(MaxElements | NetlinkWriter.NetworkOrder, maxElements);
        }
        writer.End();
    }

    /// <summary>Writes elements to be added or deleted; a nest holds 64 KB, which is 800 of the longest.</summary>
    public static void WriteElements(NetlinkWriter writer, string set, ReadOnlySpan<IpSetElement> elements)
    {
        WriteHead(writer, set);
        // The kernel wants to tell a program that reads a file on which line it failed.
        writer.UInt32BigEndian(LineNumber | NetlinkWriter.NetworkOrder, 0);
        writer.BeginNest(Elements);
        foreach (var element in elements)
        {
            writer.BeginNest(Data);
            WriteAddress(writer, Ip, element.Address);
            if (element.PrefixLength is { } prefix) writer.UInt8(Cidr, prefix);
            if (element.Port is { } port) writer.UInt16BigEndian(PortAttribute | NetlinkWriter.NetworkOrder, port);
            if (element.Protocol is { } protocol) writer.UInt8(Proto, protocol);
            WriteAddress(writer, Ip2, element.Second);
            if (element.SecondPrefixLength is { } second) writer.UInt8(Cidr2, second);
            writer.End();
        }
        writer.End();
    }

    /// <summary>The highest revision in an answer to <see cref="WriteTypeQuestion"/>.</summary>
    public static byte ReadRevision(ReadOnlySpan<byte> attributes)
    {
        var reader = new AttributeReader(attributes);
        while (reader.TryRead(out var type, out var value))
        {
            if (type == Revision && value.Length >= 1) return value[0];
        }
        return 0;
    }

    /// <summary>Reads one message of a list: the set, and its elements or some of them.</summary>
    public static (string Name, string Type) ReadSet(ReadOnlySpan<byte> attributes, List<IpSetElement>? elements)
    {
        var (name, kind) = ("", "");
        var reader = new AttributeReader(attributes);
        while (reader.TryRead(out var type, out var value))
        {
            if (type == SetName) name = Text(value);
            else if (type == TypeName) kind = Text(value);
            else if (type == Elements && elements is not null) ReadElements(value, elements);
        }
        return (name, kind);
    }

    static void ReadElements(ReadOnlySpan<byte> nest, List<IpSetElement> elements)
    {
        var reader = new AttributeReader(nest);
        while (reader.TryRead(out var type, out var value))
        {
            if (type == Data) elements.Add(ReadElement(value));
        }
    }

    static IpSetElement ReadElement(ReadOnlySpan<byte> nest)
    {
        var element = new IpSetElement();
        var reader = new AttributeReader(nest);
        while (reader.TryRead(out var type, out var value))
        {
            element = type switch
            {
                Ip => element with { Address = ReadAddress(value) },
                Cidr when value.Length >= 1 => element with { PrefixLength = value[0] },
                PortAttribute when value.Length >= 2 => element with { Port = BinaryPrimitives.ReadUInt16BigEndian(value) },
                Proto when value.Length >= 1 => element with { Protocol = value[0] },
                Ip2 => element with { Second = ReadAddress(value) },
                Cidr2 when value.Length >= 1 => element with { SecondPrefixLength = value[0] },
                _ => element,
            };
        }
        return element;
    }

    static void WriteAddress(NetlinkWriter writer, ushort type, IPAddress? address)
    {
        if (address is null) return;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        writer.BeginNest(type);
        writer.Bytes((ushort)((length == 16 ? AddressIPv6 : AddressIPv4) | NetlinkWriter.NetworkOrder), bytes[..length]);
        writer.End();
    }

    static IPAddress? ReadAddress(ReadOnlySpan<byte> nest)
    {
        var reader = new AttributeReader(nest);
        return reader.TryRead(out _, out var value) && value.Length is 4 or 16 ? new(value) : null;
    }

    static string Text(ReadOnlySpan<byte> value) => Encoding.UTF8.GetString(value.TrimEnd((byte)0));
}
