using System.Buffers.Binary;

namespace Fairlead.Wire.Neighbours;

/// <summary>What an ARP message is.</summary>
public enum ArpOperation : ushort { Request = 1, Reply = 2 }

/// <summary>An ARP message for IPv4 in an Ethernet frame (RFC 826). Addresses are numbers in network order.</summary>
/// <param name="Destination">Of the frame.</param>
/// <param name="Source">Of the frame.</param>
public readonly record struct ArpFrame(
    MacAddress Destination, MacAddress Source, ArpOperation Operation, MacAddress SenderMac, uint Sender, MacAddress TargetMac, uint Target)
{
    public const ushort EtherType = 0x0806;

    /// <summary>Length in bytes, without the padding that a wire may ask for.</summary>
    public const int Size = 14 + 28;

    /// <summary>True if it tells who has an address and asks nobody: sender and target are the same.</summary>
    public bool IsGratuitous => Sender == Target;

    /// <summary>Says to all that an address is at this hardware address: as a request (RFC 5227 §3) or, for stacks that heed these alone, a reply.</summary>
    public static ArpFrame Gratuitous(uint address, MacAddress mac, ArpOperation operation) =>
        new(MacAddress.Broadcast, mac, operation, mac, address, operation == ArpOperation.Reply ? MacAddress.Broadcast : MacAddress.None, address);

    /// <summary>The answer to a request for this frame's target.</summary>
    public ArpFrame Answer(MacAddress mac) => new(SenderMac, mac, ArpOperation.Reply, mac, Target, SenderMac, Sender);

    /// <summary>Reads a frame; false if it is none of this kind.</summary>
    public static bool TryRead(ReadOnlySpan<byte> frame, out ArpFrame arp)
    {
        arp = default;
        if (frame.Length < Size || BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != EtherType) return false;
        var body = frame[14..];
        // Ethernet, IPv4, and the lengths of their addresses.
        if (BinaryPrimitives.ReadUInt64BigEndian(body) >> 16 != 0x0001_0800_0604) return false;
        var operation = (ArpOperation)BinaryPrimitives.ReadUInt16BigEndian(body[6..]);
        if (operation is not (ArpOperation.Request or ArpOperation.Reply)) return false;
        arp = new(MacAddress.Read(frame), MacAddress.Read(frame[6..]), operation,
            MacAddress.Read(body[8..]), BinaryPrimitives.ReadUInt32BigEndian(body[14..]), MacAddress.Read(body[18..]), BinaryPrimitives.ReadUInt32BigEndian(body[24..]));
        return true;
    }

    /// <summary>Writes <see cref="Size"/> bytes.</summary>
    public void Write(Span<byte> frame)
    {
        Destination.Write(frame);
        Source.Write(frame[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], EtherType);
        var body = frame[14..];
        BinaryPrimitives.WriteUInt64BigEndian(body, 0x0001_0800_0604ul << 16 | (ushort)Operation);
        SenderMac.Write(body[8..]);
        BinaryPrimitives.WriteUInt32BigEndian(body[14..], Sender);
        TargetMac.Write(body[18..]);
        BinaryPrimitives.WriteUInt32BigEndian(body[24..], Target);
    }
}
