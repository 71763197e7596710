using Fairlead.Network.Addresses;

namespace Fairlead.Network.Services;

/// <summary>One endpoint of a Service port.</summary>
/// <param name="IsLocal">Whether it is on this table's node.</param>
/// <param name="Provenance">The EndpointSlice that lists it.</param>
public sealed record Backend(Address Address, int Port, bool IsLocal, Provenance Provenance) : IComparable<Backend>
{
    /// <summary>Whether it is known to be on another node. Neither here nor there: nobody said which node it is on.</summary>
    public bool IsElsewhere { get; init; }

    public int CompareTo(Backend? other)
    {
        if (other is null) return 1;
        var byAddress = Address.CompareTo(other.Address);
        return byAddress != 0 ? byAddress : Port.CompareTo(other.Port);
    }

    public override string ToString() => Address.IsIPv6 ? $"[{Address}]:{Port}" : $"{Address}:{Port}";
}
