using Fairlead.Network.Addresses;

namespace Fairlead.Network.Traces;

/// <summary>An address that the sender opens its connection to.</summary>
/// <param name="Share">The probability that it takes this one.</param>
public sealed record TracedDestination(Address Address, int Port, double Share);
