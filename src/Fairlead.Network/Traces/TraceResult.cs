using System.Collections.Immutable;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;
using Fairlead.Network.Traces.Causes;

namespace Fairlead.Network.Traces;

/// <summary>What becomes of the packet in question.</summary>
/// <param name="Sender">Who sends, in words.</param>
/// <param name="Target">Where to, in words.</param>
public sealed record TraceResult(string Sender, string Target, TransportProtocol Protocol)
{
    /// <summary>The addresses that it may send from.</summary>
    public ImmutableArray<Address> SenderAddresses { get; init; } = [];

    /// <summary>The Pod that sends, or null.</summary>
    public PodKey? SenderPod { get; init; }

    /// <summary>The node that the sender is on; null outside of the cluster.</summary>
    public string? SenderNode { get; init; }

    /// <summary>It sends from its node's own network: a process of the node, or a Pod on the host's network.</summary>
    public bool SendsAsNode { get; init; }

    /// <summary>The decisions on the way, in its order.</summary>
    public ImmutableArray<TracedStep> Steps { get; init; } = [];

    /// <summary>Where it may end, the most probable first; the probabilities of what ends nowhere are missing from their sum.</summary>
    public ImmutableArray<TracedEndpoint> Endpoints { get; init; } = [];

    /// <summary>Why nothing answers: the first cause on the way. If it is not certain, why probably nothing answers. Else null.</summary>
    public Finding? Cause { get; init; }

    /// <summary>What is wrong on a part of the ways while something answers on another, the first cause first.</summary>
    public ImmutableArray<Finding> Remarks { get; init; } = [];

    /// <summary>A client returns to the endpoint that it had: its connections do not spread.</summary>
    public bool HasAffinity { get; init; }

    /// <summary>A name outside of the cluster that the target stands for; null if it stands for something inside. Who answers there, the API does not know.</summary>
    public string? OutsideName { get; init; }

    /// <summary>The addresses and ports that the sender's connections are opened to; one, or those of a headless Service.</summary>
    public ImmutableArray<TracedDestination> Destinations { get; init; } = [];

    /// <summary>The probability that a new connection comes to something of which nothing is known that keeps it from answering.</summary>
    public double AnswerProbability => Math.Min(1, Endpoints.Where(e => e.Answers).Sum(e => e.Probability));

    /// <summary>Something answers, as far as the API knows.</summary>
    public bool Answers => OutsideName is not null || (Cause is not { IsCertain: true } && Endpoints.Any(e => e.Answers));
}
