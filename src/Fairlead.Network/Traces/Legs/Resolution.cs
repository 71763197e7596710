using System.Collections.Immutable;
using Fairlead.Api.Core.V1;
using Fairlead.Network.Addresses;

namespace Fairlead.Network.Traces.Legs;

/// <summary>What a target stands for.</summary>
/// <param name="Addresses">Every address that it has; empty for what is outside of the cluster.</param>
/// <param name="Service">The Service that it names, or null.</param>
/// <param name="OutsideName">A name that the cluster does not know and hands on, or null.</param>
sealed record Resolution(ImmutableArray<Address> Addresses, Service? Service, string? OutsideName)
{
    public static Resolution Of(Address address) => new([address], null, null);

    public static Resolution Outside(string name) => new([], null, name);
}
