using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace Fairlead.Cel.Values;

/// <summary>An address. One that maps IPv4 into IPv6 or has a zone is none.</summary>
/// <param name="Bits">The address, in the lowest bits.</param>
/// <param name="V6">True for IPv6.</param>
readonly record struct CelIP(UInt128 Bits, bool V6) : ICelTyped
{
    const int MaxLength = 45;

    public string TypeName => "net.IP";

    /// <summary>Bits of an address of the family.</summary>
    public int Length => V6 ? 128 : 32;

    /// <exception cref="CelException">The text is no address.</exception>
    public static CelIP Parse(string text) => TryParse(text, out var ip) is { } wrong ? throw new CelException(wrong) : ip;

    /// <returns>What is wrong; null if nothing is.</returns>
    public static string? TryParse(string text, out CelIP ip)
    {
        ip = default;
        var unable = $"IP Address \"{text}\" parse error during conversion from string: ParseAddr(\"{text}\"): unable to parse IP";
        if (text.Length > MaxLength && !text.Contains('%', StringComparison.Ordinal)) return unable;
        if (!text.Contains(':', StringComparison.Ordinal))
        {
            if (Four(text) is not { } four) return unable;
            ip = new(four, false);
            return null;
        }
        if (text.Contains('%', StringComparison.Ordinal)) return $"IP address \"{text}\" with zone value is not allowed";
        if (text.Any(c => !char.IsAsciiHexDigit(c) && c is not (':' or '.'))) return unable;
        // The last part may be written as IPv4 is; that has a strict form, which the framework does not ask for.
        if (text.Contains('.', StringComparison.Ordinal) && Four(text[(text.LastIndexOf(':') + 1)..]) is null) return unable;
        if (!IPAddress.TryParse(text, out var address)) return unable;
        if (address.IsIPv4MappedToIPv6) return $"IPv4-mapped IPv6 address \"{text}\" is not allowed";
        ip = new(BinaryPrimitives.ReadUInt128BigEndian(address.GetAddressBytes()), true);
        return null;
    }

    /// <summary>The address with all bits after the first ones zero.</summary>
    public CelIP Masked(int prefix) => this with { Bits = prefix == 0 ? 0 : Bits >> (Length - prefix) << (Length - prefix) };

    public bool IsUnspecified => Bits == 0;
    public bool IsLoopback => V6 ? Bits == 1 : Starts(0x7f, 8);
    public bool IsLinkLocalMulticast => V6 ? (Bits >> 112 & 0xff0f) == 0xff02 : Starts(0xe00000, 24);
    public bool IsLinkLocalUnicast => V6 ? Starts(0x3fa, 10) : Starts(0xa9fe, 16);
    public bool IsMulticast => V6 ? Starts(0xff, 8) : Starts(0xe, 4);
    public bool IsGlobalUnicast => !IsUnspecified && !IsLoopback && !IsMulticast && !IsLinkLocalUnicast && (V6 || Bits != uint.MaxValue);

    /// <summary>The one form of the address: four decimal numbers, or as RFC 5952 writes it.</summary>
    public override string ToString()
    {
        var bits = Bits;
        if (!V6) return string.Join('.', Enumerable.Range(0, 4).Select(i => (byte)(bits >> (24 - 8 * i))));
        var groups = Enumerable.Range(0, 8).Select(i => (ushort)(bits >> (112 - 16 * i))).ToArray();
        var (start, length) = (0, 0);
        for (var i = 0; i < 8; i++)
            if (groups.Skip(i).TakeWhile(g => g == 0).Count() is var zeros && zeros > length) (start, length) = (i, zeros);
        string Text(int from, int to) => string.Join(':', groups[from..to].Select(g => g.ToString("x", CultureInfo.InvariantCulture)));
        return length < 2 ? Text(0, 8) : $"{Text(0, start)}::{Text(start + length, 8)}";
    }

    bool Starts(uint value, int bits) => Bits >> (Length - bits) == value;

    static uint? Four(string text)
    {
        var parts = text.Split('.');
        if (parts.Length != 4) return null;
        uint whole = 0;
        foreach (var part in parts)
        {
            if (part.Length is 0 or > 3 || (part.Length > 1 && part[0] == '0') || !part.All(char.IsAsciiDigit)) return null;
            var number = int.Parse(part, NumberStyles.None, CultureInfo.InvariantCulture);
            if (number > 255) return null;
            whole = whole << 8 | (uint)number;
        }
        return whole;
    }
}

/// <summary>A range of addresses, by one of them and how many of its bits are common to all.</summary>
readonly record struct CelCidr(CelIP Address, int Prefix) : ICelTyped
{
    public string TypeName => "net.CIDR";

    /// <exception cref="CelException">The text is no range.</exception>
    public static CelCidr Parse(string text) => TryParse(text, out var range) is { } wrong ? throw new CelException(wrong) : range;

    /// <returns>What is wrong; null if nothing is.</returns>
    public static string? TryParse(string text, out CelCidr range)
    {
        range = default;
        var unable = $"network address parse error during conversion from string: netip.ParsePrefix(\"{text}\"): ";
        var slash = text.LastIndexOf('/');
        if (slash < 0) return unable + "no '/'";
        if (CelIP.TryParse(text[..slash], out var address) is { } wrong) return unable + wrong;
        var digits = text[(slash + 1)..];
        if (digits.Length is 0 or > 3 || !digits.All(char.IsAsciiDigit) || (digits.Length > 1 && digits[0] == '0')) return $"{unable}bad bits after slash: \"{digits}\"";
        var prefix = int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        if (prefix > address.Length) return unable + "prefix length out of range";
        range = new(address, prefix);
        return null;
    }

    public CelCidr Masked => this with { Address = Address.Masked(Prefix) };

    public bool Contains(CelIP ip) => ip.V6 == Address.V6 && ip.Masked(Prefix) == Address.Masked(Prefix);

    public bool Contains(CelCidr other) => Prefix <= other.Prefix && Contains(other.Address);

    public override string ToString() => $"{Address}/{Prefix}";
}
