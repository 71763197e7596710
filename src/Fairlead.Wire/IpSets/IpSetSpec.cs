namespace Fairlead.Wire.IpSets;

/// <summary>A set of ipset(8): what it is called and what its elements are.</summary>
/// <param name="Name">At most 31 bytes.</param>
/// <param name="Type">Such as "hash:ip,port"; its words say which fields of an <see cref="IpSetElement"/> count.</param>
/// <param name="IsIPv6">Of the types with addresses.</param>
public sealed record IpSetSpec(string Name, string Type, bool IsIPv6)
{
    /// <summary>The kernel's number for the address family; bitmaps of ports have none.</summary>
    public byte Family => Type.StartsWith("bitmap:port", StringComparison.Ordinal) ? (byte)0 : IsIPv6 ? (byte)10 : (byte)2;

    /// <summary>As ipset(8) is told to make it.</summary>
    public override string ToString() => $"create {Name} {Type}{(IsIPv6 && Family != 0 ? " family inet6" : "")}";
}
