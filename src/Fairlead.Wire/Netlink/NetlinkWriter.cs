using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Fairlead.Wire.Netlink;

/// <summary>
/// Writes netlink messages (linux/netlink.h) one behind another into one growing buffer: a request, or a whole
/// nfnetlink batch. Integers are in host order but where the name says big-endian (nf_tables attributes).
/// Not thread-safe.
/// </summary>
/// <remarks>Open a message or a nest with its Begin method and close it with <see cref="End"/>, innermost first.</remarks>
public sealed class NetlinkWriter(int capacity = 4096)
{
    /// <summary>Attribute flag of a nest (NLA_F_NESTED).</summary>
    public const ushort Nested = 0x8000;

    /// <summary>Attribute flag of an integer in network order (NLA_F_NET_BYTEORDER), which ipset alone asks for.</summary>
    public const ushort NetworkOrder = 0x4000;

    const int LargestKept = 1 << 20;

    byte[] buffer = new byte[capacity];
    int length;

    // Offsets of the open message and nests; the message's is marked by its sign.
    readonly Stack<int> open = new();

    public ReadOnlyMemory<byte> Written => buffer.AsMemory(0, length);
    public int Length => length;

    /// <summary>Forgets what was written; the buffer is kept unless it has grown large.</summary>
    public void Clear()
    {
        if (buffer.Length > LargestKept) buffer = new byte[capacity];
        length = 0;
        open.Clear();
    }

    /// <summary>Begins a message: struct nlmsghdr; its length is filled in by <see cref="End"/>.</summary>
    public void BeginMessage(ushort type, ushort flags, uint sequence)
    {
        open.Push(~length);
        var header = Take(16);
        header.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], type);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], flags);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], sequence);
    }

    /// <summary>Begins a nested attribute.</summary>
    public void BeginNest(ushort type)
    {
        open.Push(length);
        var header = Take(4);
        BinaryPrimitives.WriteUInt16LittleEndian(header, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], (ushort)(type | Nested));
    }

    /// <summary>Ends the innermost open nest or message and fills in its length.</summary>
    public void End()
    {
        var start = open.Pop();
        if (start < 0)
        {
            start = ~start;
            BinaryPrimitives.WriteUInt32LittleEndian(buffer.AsSpan(start), (uint)(length - start));
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(start), checked((ushort)(length - start)));
        }
    }

    /// <summary>Appends a fixed header of a family, such as struct ifinfomsg, as it lies in memory.</summary>
    public void Struct<T>(in T value) where T : unmanaged
    {
        MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).CopyTo(Take(System.Runtime.CompilerServices.Unsafe.SizeOf<T>()));
        Pad();
    }

    /// <summary>Appends one attribute.</summary>
    public void Bytes(ushort type, ReadOnlySpan<byte> value)
    {
        var header = Take(4);
        BinaryPrimitives.WriteUInt16LittleEndian(header, checked((ushort)(4 + value.Length)));
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], type);
        value.CopyTo(Take(value.Length));
        Pad();
    }

    /// <summary>Appends a string attribute with its closing zero.</summary>
    public void String(ushort type, string value)
    {
        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(value.Length) + 1];
        var n = Encoding.UTF8.GetBytes(value, bytes);
        bytes[n] = 0;
        Bytes(type, bytes[..(n + 1)]);
    }

    public void UInt8(ushort type, byte value) => Bytes(type, [value]);

    public void UInt16(ushort type, ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        Bytes(type, bytes);
    }

    public void UInt16BigEndian(ushort type, ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        Bytes(type, bytes);
    }

    public void UInt32(ushort type, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        Bytes(type, bytes);
    }

    public void UInt32BigEndian(ushort type, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        Bytes(type, bytes);
    }

    public void UInt64BigEndian(ushort type, ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        Bytes(type, bytes);
    }

    void Pad()
    {
        var rest = -length & 3;
        if (rest > 0) Take(rest).Clear();
    }

    Span<byte> Take(int count)
    {
        if (buffer.Length - length < count) Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + count));
        var span = buffer.AsSpan(length, count);
        length += count;
        return span;
    }
}
