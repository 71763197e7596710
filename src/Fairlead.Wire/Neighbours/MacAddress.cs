namespace Fairlead.Wire.Neighbours;

/// <summary>A hardware address of six bytes.</summary>
public readonly record struct MacAddress(ulong Value)
{
    public const int Size = 6;

    public static MacAddress None => default;
    public static MacAddress Broadcast => new(0xffffffffffff);

    /// <summary>Where IPv6 multicast goes: 33:33 and the last four bytes of the group (RFC 2464 §7).</summary>
    public static MacAddress OfGroup(UInt128 group) => new(0x3333_0000_0000UL | (uint)group);

    /// <summary>Reads the first six bytes.</summary>
    public static MacAddress Read(ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        foreach (var part in bytes[..Size]) value = value << 8 | part;
        return new(value);
    }

    /// <summary>Writes six bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        for (var (i, value) = (Size - 1, Value); i >= 0; i--, value >>= 8) bytes[i] = (byte)value;
    }

    /// <summary>As 02:00:00:00:00:01.</summary>
    public override string ToString()
    {
        var bytes = new byte[Size];
        Write(bytes);
        return string.Join(':', bytes.Select(b => b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
    }
}
