namespace Fairlead.Wire.Dns;

/// <summary>What an OPT record says (EDNS0, RFC 6891).</summary>
/// <param name="PayloadSize">The largest UDP message, in bytes, that the sender takes.</param>
/// <param name="ExtendedRcode">The upper eight bits of the response code.</param>
/// <param name="DnssecOk">The DO bit.</param>
public readonly record struct DnsEdns(ushort PayloadSize, byte ExtendedRcode, byte Version, bool DnssecOk)
{
    /// <summary>Bytes of an OPT record without options.</summary>
    public const int RecordSize = 11;

    /// <summary>Reads the fixed part of an OPT record.</summary>
    public static DnsEdns Of(in DnsRecord record) =>
        new((ushort)record.Class, (byte)(record.Ttl >> 24), (byte)(record.Ttl >> 16), (record.Ttl & 0x8000) != 0);

    /// <summary>The value for the place of the time to live.</summary>
    public uint Ttl => (uint)ExtendedRcode << 24 | (uint)Version << 16 | (DnssecOk ? 0x8000u : 0);
}
