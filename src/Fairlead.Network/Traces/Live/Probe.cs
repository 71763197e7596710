using Fairlead.Network.Addresses;

namespace Fairlead.Network.Traces.Live;

/// <summary>What became of a probe.</summary>
public enum ProbeOutcome
{
    /// <summary>The connection was made, or a datagram came back.</summary>
    Answered,

    /// <summary>Refused: a TCP reset or an ICMP error.</summary>
    Refused,

    /// <summary>Nothing came back in time.</summary>
    Silent,

    /// <summary>The kernel has no route, or does not let it out.</summary>
    Unsent,
}

/// <summary>One connection or datagram that was really sent.</summary>
/// <param name="Destination">Where the sender sent it.</param>
/// <param name="Endpoint">The address and port that the kernel led it to; null if that could not be seen.</param>
/// <param name="Source">The address that the endpoint sees; null as above.</param>
public sealed record Probe(ProbeOutcome Outcome, (Address Address, int Port) Destination, (Address Address, int Port)? Endpoint, Address? Source);
