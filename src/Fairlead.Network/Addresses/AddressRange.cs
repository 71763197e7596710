using System.Globalization;

namespace Fairlead.Network.Addresses;

/// <summary>A range of addresses in CIDR form (RFC 4632).</summary>
public readonly record struct AddressRange
{
    AddressRange(Address first, int prefix) => (First, Prefix) = (first, prefix);

    public Address First { get; }

    /// <summary>The highest address.</summary>
    public Address Last
    {
        get
        {
            var host = First.Length * 8 - Prefix;
            Span<byte> bytes = stackalloc byte[First.Length];
            First.Write(bytes);
            for (var bit = Prefix; bit < Prefix + host; bit++) bytes[bit / 8] |= (byte)(0x80 >> (bit % 8));
            return Address.Read(bytes);
        }
    }

    /// <summary>Length of the prefix in bits.</summary>
    public int Prefix { get; }

    /// <summary>Reads ADDRESS/BITS; host bits are cleared. False for anything else.</summary>
    public static bool TryParse(string? text, out AddressRange range)
    {
        range = default;
        var slash = text?.IndexOf('/') ?? -1;
        if (slash < 0 || !Address.TryParse(text![..slash], out var address)) return false;
        if (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var prefix)) return false;
        var width = address.Length * 8;
        if (prefix > width) return false;
        Span<byte> bytes = stackalloc byte[address.Length];
        address.Write(bytes);
        for (var bit = prefix; bit < width; bit++) bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        range = new(Address.Read(bytes), prefix);
        return true;
    }

    /// <summary>The range of one address alone.</summary>
    public static AddressRange Of(Address address) => new(address, address.Length * 8);

    /// <exception cref="FormatException">Not a range.</exception>
    public static AddressRange Parse(string text) =>
        TryParse(text, out var range) ? range : throw new FormatException($"\"{text}\" is not an address range.");

    public bool Contains(Address address)
    {
        if (address.IsIPv6 != First.IsIPv6) return false;
        if (Prefix == 0) return true;
        var host = address.Length * 8 - Prefix;
        return address.Bits >> host == First.Bits >> host;
    }

    public override string ToString() => $"{First}/{Prefix}";
}
