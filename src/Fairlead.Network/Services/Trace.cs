using System.Collections.Immutable;

namespace Fairlead.Network.Services;

/// <summary>What can become of a packet.</summary>
public enum OutcomeKind
{
    /// <summary>No Service has this address and port: the packet goes on unchanged.</summary>
    NotAService,

    /// <summary>The packet goes to <see cref="Outcome.Backend"/>.</summary>
    Forward,

    /// <summary>Refused with an ICMP error.</summary>
    Reject,

    /// <summary>Dropped without a word.</summary>
    Drop,
}

/// <summary>One allowed outcome.</summary>
/// <param name="Backend">Where it goes, of <see cref="OutcomeKind.Forward"/>.</param>
/// <param name="Masquerade">Whether the backend sees an address of the node in place of the sender's.</param>
/// <param name="Probability">Of this outcome for a client that is not remembered by session affinity; all add up to 1.</param>
public sealed record Outcome(OutcomeKind Kind, Backend? Backend, bool Masquerade, double Probability);

/// <summary>What a step of a packet's way decided.</summary>
public enum TraceStepKind
{
    /// <summary>The packet itself.</summary>
    Packet,

    /// <summary>Which address and port of which Service it is for, if any.</summary>
    Frontend,

    /// <summary>Of which class the sender is.</summary>
    Sender,

    /// <summary>The sender is in none of the ranges that are let in.</summary>
    SourceRanges,

    /// <summary>There is no endpoint that it may take.</summary>
    NoEndpoint,

    /// <summary>Clients return to the endpoint that they had.</summary>
    Affinity,

    /// <summary>An endpoint that it may take.</summary>
    Backend,
}

/// <summary>One decision on the way, and the object behind it (null: none, such as a rule of the data plane itself).</summary>
public sealed record TraceStep(TraceStepKind Kind, string Text, Provenance? Provenance);

/// <summary>A packet's way: every outcome that is allowed, and the decisions that led there.</summary>
public sealed record Trace(Packet Packet, ImmutableArray<Outcome> Outcomes, ImmutableArray<TraceStep> Steps)
{
    /// <summary>What the packet is for; null if no Service has its address and port.</summary>
    public Frontend? Frontend { get; init; }
}
