using System.Buffers.Binary;
using System.Text;

namespace Fairlead.Api.Protobuf;

/// <summary>
/// Writes the fields of one protobuf message, one after the other; every call writes its field, also a zero or an
/// empty one. Source: protobuf.dev, Encoding.
/// </summary>
sealed class ProtoWriter
{
    byte[] buffer = new byte[256];
    int length;

    public byte[] ToArray() => buffer[..length];

    /// <summary>A field of wire type varint: a number, or a bool as 0 or 1.</summary>
    public ProtoWriter Number(int field, long value) => Varint((ulong)field << 3).Varint((ulong)value);

    public ProtoWriter Double(int field, double value)
    {
        Varint((ulong)field << 3 | 1);
        BinaryPrimitives.WriteDoubleLittleEndian(Take(sizeof(double)), value);
        return this;
    }

    public ProtoWriter Text(int field, string value)
    {
        Varint((ulong)field << 3 | 2).Varint((ulong)Encoding.UTF8.GetByteCount(value));
        Encoding.UTF8.GetBytes(value, Take(Encoding.UTF8.GetByteCount(value)));
        return this;
    }

    public ProtoWriter Bytes(int field, params ReadOnlySpan<byte> value)
    {
        Varint((ulong)field << 3 | 2).Varint((ulong)value.Length);
        value.CopyTo(Take(value.Length));
        return this;
    }

    /// <summary>A field that is a message, whose own fields <paramref name="fill"/> writes to the same writer.</summary>
    public ProtoWriter Message(int field, Action<ProtoWriter> fill)
    {
        Varint((ulong)field << 3 | 2);
        var start = length;
        fill(this);
        var size = length - start;
        Varint((ulong)size); // for its own length only; then the message makes room for it
        var prefix = length - start - size;
        buffer.AsSpan(start, size).CopyTo(buffer.AsSpan(start + prefix));
        length = start;
        Varint((ulong)size);
        length += size;
        return this;
    }

    /// <summary>A bare number, as in a packed list.</summary>
    public ProtoWriter Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7) Take(1)[0] = (byte)(value | 0x80);
        Take(1)[0] = (byte)value;
        return this;
    }

    Span<byte> Take(int count)
    {
        if (length + count > buffer.Length) Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + count));
        length += count;
        return buffer.AsSpan(length - count, count);
    }
}
