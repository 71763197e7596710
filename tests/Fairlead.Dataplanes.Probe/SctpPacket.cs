using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Fairlead.Dataplanes.Probe;

/// <summary>
/// The first two packets of an SCTP association (RFC 9260 §3.3.2, §3.3.3), made by hand: they need no SCTP in the kernel, and
/// are all that connection tracking and translation look at.
/// </summary>
static class SctpPacket
{
    public const byte Init = 1, InitAck = 2;
    const int Header = 12, ChunkHeader = 4, InitBody = 16, Cookie = 7;

    /// <param name="tag">The receiver's verification tag; 0 in an INIT.</param>
    /// <param name="own">The sender's initiate tag.</param>
    /// <param name="cookie">The state cookie that an INIT ACK carries.</param>
    public static byte[] Make(byte type, int source, int destination, uint tag, uint own, ReadOnlySpan<byte> cookie = default)
    {
        var parameter = cookie.IsEmpty ? 0 : 4 + cookie.Length;
        var chunk = ChunkHeader + InitBody + parameter;
        var packet = new byte[Header + ((chunk + 3) & ~3)];
        var span = packet.AsSpan();
        BinaryPrimitives.WriteUInt16BigEndian(span, (ushort)source);
        BinaryPrimitives.WriteUInt16BigEndian(span[2..], (ushort)destination);
        BinaryPrimitives.WriteUInt32BigEndian(span[4..], tag);
        span[Header] = type;
        BinaryPrimitives.WriteUInt16BigEndian(span[(Header + 2)..], (ushort)chunk);
        var body = span[(Header + ChunkHeader)..];
        BinaryPrimitives.WriteUInt32BigEndian(body, own);
        BinaryPrimitives.WriteUInt32BigEndian(body[4..], 65536);
        BinaryPrimitives.WriteUInt16BigEndian(body[8..], 1);
        BinaryPrimitives.WriteUInt16BigEndian(body[10..], 1);
        BinaryPrimitives.WriteUInt32BigEndian(body[12..], own);
        if (!cookie.IsEmpty)
        {
            BinaryPrimitives.WriteUInt16BigEndian(body[16..], Cookie);
            BinaryPrimitives.WriteUInt16BigEndian(body[18..], (ushort)parameter);
            cookie.CopyTo(body[20..]);
        }
        BinaryPrimitives.WriteUInt32LittleEndian(span[8..], Checksum(packet));
        return packet;
    }

    /// <summary>Reads a packet; false if it is of another sort or its checksum is wrong.</summary>
    public static bool TryRead(ReadOnlySpan<byte> packet, byte type, out int source, out int destination, out uint tag, out uint own, out string cookie)
    {
        (source, destination, tag, own, cookie) = (0, 0, 0, 0, "");
        if (packet.Length < Header + ChunkHeader + InitBody || packet[Header] != type) return false;
        var copy = packet.ToArray();
        copy.AsSpan(8, 4).Clear();
        if (BinaryPrimitives.ReadUInt32LittleEndian(packet[8..]) != Checksum(copy)) return false;
        source = BinaryPrimitives.ReadUInt16BigEndian(packet);
        destination = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        tag = BinaryPrimitives.ReadUInt32BigEndian(packet[4..]);
        var body = packet[(Header + ChunkHeader)..];
        own = BinaryPrimitives.ReadUInt32BigEndian(body);
        if (body.Length > 20) cookie = Encoding.ASCII.GetString(body[20..(16 + BinaryPrimitives.ReadUInt16BigEndian(body[18..]))]);
        return true;
    }

    /// <summary>CRC32c (RFC 9260 appendix A), of a packet whose checksum field is zero.</summary>
    static uint Checksum(ReadOnlySpan<byte> packet)
    {
        var crc = uint.MaxValue;
        foreach (var octet in packet) crc = BitOperations.Crc32C(crc, octet);
        return ~crc;
    }
}
