namespace Fairlead.Wire.Dns;

/// <summary>A question of a message, as offsets into it.</summary>
/// <param name="NameOffset">Where its name begins.</param>
/// <param name="End">Offset of the byte after the question.</param>
public readonly record struct DnsQuestion(int NameOffset, DnsType Type, DnsClass Class, int End);

/// <summary>The numbers of a SOA record; times in seconds. Minimum is the time a negative answer may be kept (RFC 2308 §4).</summary>
public readonly record struct DnsStartOfAuthority(uint Serial, uint Refresh, uint Retry, uint Expire, uint Minimum);

/// <summary>A record of a message; valid as long as the message's bytes.</summary>
public readonly ref struct DnsRecord(int nameOffset, DnsType type, DnsClass @class, int ttlOffset, uint ttl, int dataOffset, ReadOnlySpan<byte> data)
{
    /// <summary>Where the owner's name begins.</summary>
    public int NameOffset { get; } = nameOffset;

    public DnsType Type { get; } = type;

    /// <summary>Of an OPT record: the UDP payload size that the sender can take.</summary>
    public DnsClass Class { get; } = @class;

    /// <summary>Where the four bytes of the time to live stand.</summary>
    public int TtlOffset { get; } = ttlOffset;

    /// <summary>Seconds; of an OPT record the upper rcode bits, version and flags.</summary>
    public uint Ttl { get; } = ttl;

    public int DataOffset { get; } = dataOffset;

    /// <summary>The data as it stands; names in it may point elsewhere in the message.</summary>
    public ReadOnlySpan<byte> Data { get; } = data;
}
