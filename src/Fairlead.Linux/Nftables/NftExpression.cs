using Fairlead.Wire.Netlink;

namespace Fairlead.Linux.Nftables;

/// <summary>One expression of a rule (linux/netfilter/nf_tables.h), for rules that nft's own language cannot make.</summary>
/// <remarks>A register holds four bytes; they are numbered from 0 (NFT_REG32_00) to 15, and a longer value takes as many as it needs.</remarks>
/// <param name="Name">The kernel's.</param>
public sealed record NftExpression(string Name, Action<NetlinkWriter> Attributes)
{
    const int FirstRegister = 8;

    static uint Register(int number) => (uint)(FirstRegister + number);

    /// <summary>Loads bytes of the network header (base 1) or transport header (base 2).</summary>
    public static NftExpression Payload(int to, uint header, int offset, int length) => new("payload", w =>
    {
        w.UInt32BigEndian(1, Register(to));
        w.UInt32BigEndian(2, header);
        w.UInt32BigEndian(3, (uint)offset);
        w.UInt32BigEndian(4, (uint)length);
    });

    /// <summary>Loads the protocol number of the transport header.</summary>
    public static NftExpression TransportProtocol(int to) => new("meta", w =>
    {
        w.UInt32BigEndian(1, Register(to));
        w.UInt32BigEndian(2, 16);
    });

    /// <summary>Loads a key (NFT_CT_) of the connection's original direction.</summary>
    public static NftExpression Original(int to, uint key) => new("ct", w =>
    {
        w.UInt32BigEndian(1, Register(to));
        w.UInt32BigEndian(2, key);
        w.UInt8(3, 0);
    });

    /// <summary>Finds a key in a map and loads its data; the rule ends where there is none.</summary>
    public static NftExpression Lookup(string map, int key, int data) => new("lookup", w =>
    {
        w.String(1, map);
        w.UInt32BigEndian(2, Register(key));
        w.UInt32BigEndian(3, Register(data));
    });

    /// <summary>Puts a key and its data into a map for a time, or renews them.</summary>
    public static NftExpression Update(string map, int key, int data, TimeSpan timeout) => new("dynset", w =>
    {
        w.String(1, map);
        w.UInt32BigEndian(3, 1);
        w.UInt32BigEndian(4, Register(key));
        w.UInt32BigEndian(5, Register(data));
        w.UInt64BigEndian(6, (ulong)timeout.TotalMilliseconds);
    });

    /// <summary>Translates the destination to an address and port.</summary>
    /// <param name="family">NFPROTO_IPV4 or NFPROTO_IPV6.</param>
    public static NftExpression DestinationNat(byte family, int address, int port) => new("nat", w =>
    {
        w.UInt32BigEndian(1, 1);
        w.UInt32BigEndian(2, family);
        w.UInt32BigEndian(3, Register(address));
        w.UInt32BigEndian(5, Register(port));
    });
}
