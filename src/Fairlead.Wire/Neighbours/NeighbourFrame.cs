using System.Buffers.Binary;

namespace Fairlead.Wire.Neighbours;

/// <summary>Types of ICMPv6 (RFC 4861 §4).</summary>
public enum NeighbourMessage : byte { Solicitation = 135, Advertisement = 136 }

/// <summary>The flags of an advertisement.</summary>
[Flags]
public enum NeighbourFlags : byte { None = 0, Override = 0x20, Solicited = 0x40, Router = 0x80 }

/// <summary>
/// A neighbour solicitation or advertisement (RFC 4861 §4.3, §4.4) in IPv6 in an Ethernet frame. Addresses are numbers in
/// network order.
/// </summary>
/// <param name="Destination">Of the frame.</param>
/// <param name="Source">Of the frame.</param>
/// <param name="LinkLayer">The option with the source's or target's hardware address; null if there is none.</param>
public readonly record struct NeighbourFrame(
    MacAddress Destination, MacAddress Source, UInt128 From, UInt128 To, NeighbourMessage Message, NeighbourFlags Flags, UInt128 Target, MacAddress? LinkLayer)
{
    public const ushort EtherType = 0x86dd;

    /// <summary>The most bytes that are written.</summary>
    public const int MaxSize = 14 + 40 + 24 + 8;

    const byte NextHeader = 58, HopLimit = 255;

    static readonly UInt128 AllNodes = new(0xff02_0000_0000_0000, 1);

    /// <summary>ff02::1:ffXX:XXXX, the group in which an address is asked for (RFC 4291 §2.7.1).</summary>
    public static UInt128 SolicitedGroup(UInt128 address) => new(0xff02_0000_0000_0000, 0x1_ff00_0000 | (ulong)(address & 0xff_ffff));

    /// <summary>Says to all that an address is at this hardware address, whatever they knew before.</summary>
    public static NeighbourFrame Unsolicited(UInt128 address, MacAddress mac) =>
        new(MacAddress.OfGroup(AllNodes), mac, address, AllNodes, NeighbourMessage.Advertisement, NeighbourFlags.Override, address, mac);

    /// <summary>The answer to this solicitation. One without a source asks whether the address is free, and all are told that it is not.</summary>
    public NeighbourFrame Answer(MacAddress mac) => From == 0
        ? Unsolicited(Target, mac)
        : new(LinkLayer ?? Source, mac, Target, From, NeighbourMessage.Advertisement, NeighbourFlags.Solicited | NeighbourFlags.Override, Target, mac);

    /// <summary>Reads a frame; false if it is none of this kind or not valid by RFC 4861 §7.1.</summary>
    public static bool TryRead(ReadOnlySpan<byte> frame, out NeighbourFrame neighbour)
    {
        neighbour = default;
        if (frame.Length < 14 + 40 + 24 || BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != EtherType) return false;
        var ip = frame[14..];
        var length = BinaryPrimitives.ReadUInt16BigEndian(ip[4..]);
        if (ip[0] >> 4 != 6 || ip[6] != NextHeader || ip[7] != HopLimit || length < 24 || length > ip.Length - 40) return false;
        var body = ip.Slice(40, length);
        var message = (NeighbourMessage)body[0];
        if (message is not (NeighbourMessage.Solicitation or NeighbourMessage.Advertisement) || body[1] != 0 || Checksum(ip[8..40], body) != 0) return false;
        var target = BinaryPrimitives.ReadUInt128BigEndian(body[8..]);
        var option = message == NeighbourMessage.Solicitation ? 1 : 2;
        if (target >> 120 == 0xff || !TryReadOption(body[24..], option, out var linkLayer)) return false;
        var flags = message == NeighbourMessage.Advertisement ? (NeighbourFlags)(body[4] & 0xe0) : NeighbourFlags.None;
        neighbour = new(MacAddress.Read(frame), MacAddress.Read(frame[6..]),
            BinaryPrimitives.ReadUInt128BigEndian(ip[8..]), BinaryPrimitives.ReadUInt128BigEndian(ip[24..]), message, flags, target, linkLayer);
        return true;
    }

    /// <summary>Writes the frame and returns its length.</summary>
    /// <param name="frame">At least <see cref="MaxSize"/> bytes.</param>
    public int Write(Span<byte> frame)
    {
        var length = LinkLayer is null ? 24 : 32;
        frame[..(14 + 40 + length)].Clear();
        Destination.Write(frame);
        Source.Write(frame[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], EtherType);
        var ip = frame[14..];
        ip[0] = 6 << 4;
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], (ushort)length);
        (ip[6], ip[7]) = (NextHeader, HopLimit);
        BinaryPrimitives.WriteUInt128BigEndian(ip[8..], From);
        BinaryPrimitives.WriteUInt128BigEndian(ip[24..], To);
        var body = ip.Slice(40, length);
        (body[0], body[4]) = ((byte)Message, (byte)Flags);
        BinaryPrimitives.WriteUInt128BigEndian(body[8..], Target);
        if (LinkLayer is { } mac)
        {
            body[24] = Message == NeighbourMessage.Solicitation ? (byte)1 : (byte)2;
            body[25] = 1;
            mac.Write(body[26..]);
        }
        BinaryPrimitives.WriteUInt16BigEndian(body[2..], Checksum(ip[8..40], body));
        return 14 + 40 + length;
    }

    static bool TryReadOption(ReadOnlySpan<byte> options, int wanted, out MacAddress? mac)
    {
        mac = null;
        while (options.Length > 0)
        {
            // Lengths are in units of eight bytes; none may be zero.
            if (options.Length < 8 || options[1] == 0 || options[1] * 8 > options.Length) return false;
            if (options[0] == wanted && options[1] == 1) mac = MacAddress.Read(options[2..]);
            options = options[(options[1] * 8)..];
        }
        return true;
    }

    /// <summary>The Internet checksum over the pseudo-header (RFC 8200 §8.1) and the message; zero for a message that holds the right one.</summary>
    static ushort Checksum(ReadOnlySpan<byte> addresses, ReadOnlySpan<byte> body)
    {
        var sum = (uint)body.Length + NextHeader + Sum(addresses) + Sum(body);
        while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }

    static uint Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (; bytes.Length >= 2; bytes = bytes[2..]) sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
        return bytes.Length == 1 ? sum + ((uint)bytes[0] << 8) : sum;
    }
}
