using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Network.Names;

/// <summary>One record of a name, and the object it comes from.</summary>
/// <param name="Owner">The Service whose record it is; the name empty for a namespace's, both empty for the zone's own.</param>
/// <param name="Source">The object and field that decided it.</param>
public abstract record NameRecord(ServiceKey Owner, Provenance Source)
{
    /// <summary>Type and data as a zone file would have them; equal texts are the same record.</summary>
    public abstract string Text { get; }

    public sealed override string ToString() => Text;
}

/// <summary>A or AAAA, by the address's family.</summary>
public sealed record AddressRecord(Address Address, ServiceKey Owner, Provenance Source) : NameRecord(Owner, Source)
{
    public override string Text => $"{(Address.IsIPv6 ? "AAAA" : "A")} {Address}";
}

/// <summary>SRV (RFC 2782): where a named port is served.</summary>
public sealed record PortRecord(ushort Weight, ushort Port, string Target, ServiceKey Owner, Provenance Source) : NameRecord(Owner, Source)
{
    /// <summary>Every target is as good as another.</summary>
    public const ushort Priority = 0;

    public override string Text => $"SRV {Priority} {Weight} {Port} {Target}";
}

/// <summary>PTR: the name of an address.</summary>
public sealed record PointerRecord(string Target, ServiceKey Owner, Provenance Source) : NameRecord(Owner, Source)
{
    public override string Text => $"PTR {Target}";
}

/// <summary>CNAME: the name stands for another, usually outside of the cluster.</summary>
public sealed record AliasRecord(string Target, ServiceKey Owner, Provenance Source) : NameRecord(Owner, Source)
{
    public override string Text => $"CNAME {Target}";
}

/// <summary>TXT of one string.</summary>
public sealed record TextRecord(string Value, ServiceKey Owner, Provenance Source) : NameRecord(Owner, Source)
{
    public override string Text => $"TXT \"{Value}\"";
}

/// <summary>NS of the zone.</summary>
public sealed record ServerRecord(string Target, ServiceKey Owner, Provenance Source) : NameRecord(Owner, Source)
{
    public override string Text => $"NS {Target}";
}
