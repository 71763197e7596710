namespace Fairlead.Wire.Dns;

/// <summary>Record and question types by their numbers (RFC 1035 §3.2.2 and later).</summary>
public enum DnsType : ushort
{
    None = 0,
    A = 1,
    NS = 2,
    CNAME = 5,
    SOA = 6,
    PTR = 12,
    HINFO = 13,
    MX = 15,
    TXT = 16,
    AAAA = 28,
    SRV = 33,
    OPT = 41,
    IXFR = 251,
    AXFR = 252,
    ANY = 255,
}

/// <summary>Classes by their numbers (RFC 1035 §3.2.4).</summary>
public enum DnsClass : ushort
{
    None = 0,
    IN = 1,
    CH = 3,
    ANY = 255,
}

/// <summary>Response codes; those above 15 need an OPT record for their upper bits (RFC 6891 §6.1.3).</summary>
public enum DnsRcode : ushort
{
    NoError = 0,
    FormErr = 1,
    ServFail = 2,
    NXDomain = 3,
    NotImp = 4,
    Refused = 5,
    BadVers = 16,
}

/// <summary>Kinds of query (RFC 1035 §4.1.1).</summary>
public enum DnsOpcode : byte
{
    Query = 0,
    IQuery = 1,
    Status = 2,
    Notify = 4,
    Update = 5,
}

/// <summary>The bits of the second header word that are no number.</summary>
[Flags]
public enum DnsFlags : ushort
{
    None = 0,

    /// <summary>QR.</summary>
    Response = 0x8000,

    /// <summary>AA.</summary>
    Authoritative = 0x0400,

    /// <summary>TC.</summary>
    Truncated = 0x0200,

    /// <summary>RD.</summary>
    RecursionDesired = 0x0100,

    /// <summary>RA.</summary>
    RecursionAvailable = 0x0080,

    /// <summary>AD (RFC 4035).</summary>
    AuthenticData = 0x0020,

    /// <summary>CD (RFC 4035).</summary>
    CheckingDisabled = 0x0010,
}

/// <summary>The part of a message that a record stands in.</summary>
public enum DnsSection : byte
{
    Answer = 1,
    Authority = 2,
    Additional = 3,
}
