namespace Fairlead.Linux.Conntrack;

/// <summary>One flow that the kernel tracks. Addresses are 4 or 16 bytes in network order.</summary>
/// <param name="Destination">Where the sender sent it.</param>
/// <param name="ReplySource">Who answers: after DNAT the endpoint.</param>
public sealed record Flow(byte Protocol, byte[] Destination, int DestinationPort, byte[] ReplySource, int ReplySourcePort)
{
    /// <summary>Who sent it.</summary>
    public byte[] Source { get; init; } = [];

    public int SourcePort { get; init; }

    /// <summary>Whom the answer is for: the sender, or after masquerading an address of this node.</summary>
    public byte[] ReplyDestination { get; init; } = [];

    public int ReplyDestinationPort { get; init; }

    /// <summary>The mark that a rule put on it, or 0.</summary>
    public uint Mark { get; init; }
}
