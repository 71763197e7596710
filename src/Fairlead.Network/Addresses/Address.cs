using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Fairlead.Network.Addresses;

/// <summary>An IPv4 or IPv6 address as a comparable value: IPv4 sorts before IPv6, then by number.</summary>
public readonly record struct Address : IComparable<Address>
{
    readonly UInt128 bits;

    Address(UInt128 bits, bool isIPv6) => (this.bits, IsIPv6) = (bits, isIPv6);

    public bool IsIPv6 { get; }

    /// <summary>0.0.0.0, which as a destination stands for every address of the node.</summary>
    public static Address AnyIPv4 => default;

    /// <summary>::, which as a destination stands for every address of the node.</summary>
    public static Address AnyIPv6 => new(0, true);

    public bool IsAny => bits == 0;

    /// <summary>127.0.0.0/8 or ::1.</summary>
    public bool IsLoopback => IsIPv6 ? bits == 1 : bits >> 24 == 127;

    /// <summary>4 or 16.</summary>
    public int Length => IsIPv6 ? 16 : 4;

    /// <summary>The number that the address is, in network order: the bits of a prefix are its highest.</summary>
    internal UInt128 Bits => bits;

    /// <summary>Reads the usual text form; false for anything else.</summary>
    public static bool TryParse(string? text, out Address address)
    {
        address = default;
        if (!IPAddress.TryParse(text, out var ip)) return false;
        address = From(ip);
        return true;
    }

    /// <exception cref="FormatException">Not an address.</exception>
    public static Address Parse(string text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"\"{text}\" is not an IP address.");

    public static Address From(IPAddress ip)
    {
        Span<byte> bytes = stackalloc byte[16];
        ip.TryWriteBytes(bytes, out var length);
        return Read(bytes[..length]);
    }

    /// <summary>Reads 4 or 16 bytes in network order.</summary>
    public static Address Read(ReadOnlySpan<byte> bytes) => bytes.Length == 4
        ? new(BinaryPrimitives.ReadUInt32BigEndian(bytes), false)
        : new(BinaryPrimitives.ReadUInt128BigEndian(bytes), true);

    /// <summary>Writes <see cref="Length"/> bytes in network order.</summary>
    public void Write(Span<byte> destination)
    {
        if (IsIPv6) BinaryPrimitives.WriteUInt128BigEndian(destination, bits);
        else BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)bits);
    }

    /// <summary><see cref="Length"/> bytes in network order.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        Write(bytes);
        return bytes;
    }

    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[Length];
        Write(bytes);
        return new(bytes);
    }

    public int CompareTo(Address other) =>
        IsIPv6 == other.IsIPv6 ? bits.CompareTo(other.bits) : IsIPv6.CompareTo(other.IsIPv6);

    public override string ToString() => ToIPAddress().ToString();
}
