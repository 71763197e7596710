using System.Buffers.Binary;
using System.Text;
using Fairlead.Json;

namespace Fairlead.Api.Protobuf;

/// <summary>
/// Reads the fields of one protobuf message in place. Lengths are checked against what is there before anything is
/// made of them. Source: protobuf.dev, Encoding.
/// </summary>
/// <exception cref="MalformedInputException">From every member: the bytes are not a message.</exception>
ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    /// <summary>The two wire types that API messages use, beside doubles; groups are refused.</summary>
    public const int VarintType = 0, BytesType = 2;
    const int Fixed64Type = 1, Fixed32Type = 5;

    static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    ReadOnlySpan<byte> rest = message;

    public readonly bool AtEnd => rest.IsEmpty;

    /// <summary>Wire type of the field that <see cref="Next"/> stopped at.</summary>
    public int WireType { get; private set; }

    /// <summary>Goes to the next field; false at the end of the message.</summary>
    public bool Next(out int number)
    {
        number = 0;
        if (rest.IsEmpty) return false;
        var tag = Varint();
        if (tag >> 3 is 0 or > (1 << 29) - 1) throw Malformed("illegal field number");
        number = (int)(tag >> 3);
        WireType = (int)(tag & 7);
        return true;
    }

    /// <summary>The value of a field of wire type varint.</summary>
    public long VarintField()
    {
        if (WireType != VarintType) throw Malformed($"wire type {WireType} in place of a number");
        return (long)Varint();
    }

    /// <summary>The value of a field of eight bytes.</summary>
    public double DoubleField()
    {
        if (WireType != Fixed64Type) throw Malformed($"wire type {WireType} in place of a double");
        return BinaryPrimitives.ReadDoubleLittleEndian(Take(8));
    }

    /// <summary>The value of a field of wire type bytes: a string, bytes, message, map entry or packed list.</summary>
    public ReadOnlySpan<byte> BytesField()
    {
        if (WireType != BytesType) throw Malformed($"wire type {WireType} in place of bytes");
        return Take(Varint());
    }

    public string TextField()
    {
        try
        {
            return Utf8.GetString(BytesField());
        }
        catch (DecoderFallbackException)
        {
            throw Malformed("a string is not valid UTF-8");
        }
    }

    /// <summary>Passes the field over.</summary>
    /// <returns>True if it said something: it was neither zero nor empty.</returns>
    public bool Skip() => WireType switch
    {
        VarintType => Varint() != 0,
        Fixed64Type => Take(8).ContainsAnyExcept((byte)0),
        BytesType => !Take(Varint()).IsEmpty,
        Fixed32Type => Take(4).ContainsAnyExcept((byte)0),
        _ => throw Malformed($"illegal wire type {WireType}"),
    };

    /// <summary>A bare number, as in a packed list.</summary>
    public ulong Varint()
    {
        var value = 0UL;
        for (var i = 0; i < rest.Length && i < 10; i++)
        {
            value |= (ulong)(rest[i] & 0x7F) << (7 * i);
            if (rest[i] >= 0x80) continue;
            rest = rest[(i + 1)..];
            return value;
        }
        throw Malformed(rest.Length < 10 ? "unexpected end" : "a number is too long");
    }

    ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)rest.Length) throw Malformed("unexpected end");
        var taken = rest[..(int)length];
        rest = rest[(int)length..];
        return taken;
    }

    static MalformedInputException Malformed(string what) => new($"invalid protobuf: {what}");
}
