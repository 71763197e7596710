using System.Globalization;
using Fairlead.Network.Addresses;
using Fairlead.Network.Traces.Causes;

namespace Fairlead.Network.Traces;

/// <summary>What a packet ends at.</summary>
public enum EndpointKind
{
    /// <summary>A Pod.</summary>
    Pod,

    /// <summary>A node itself: a process of its own network.</summary>
    Node,

    /// <summary>Something outside of the cluster.</summary>
    Outside,
}

/// <summary>One end that the packet may come to.</summary>
/// <param name="Probability">That a new connection goes there.</param>
public sealed record TracedEndpoint(EndpointKind Kind, Address Address, int Port, double Probability)
{
    /// <summary>Of <see cref="EndpointKind.Pod"/>; null if no Pod object has the address.</summary>
    public PodKey? Pod { get; init; }

    /// <summary>The node that it is on; null outside.</summary>
    public string? Node { get; init; }

    /// <summary>The address that it sees as the sender's; in words where which one of a node's is the kernel's choice.</summary>
    public required string Source { get; init; }

    /// <summary>It sees an address of the node that chose it in place of the sender's.</summary>
    public bool IsMasqueraded { get; init; }

    /// <summary>The node that chose it.</summary>
    public required string ChosenBy { get; init; }

    /// <summary>How the packet comes there from the node that chose it.</summary>
    public required string Route { get; init; }

    /// <summary>What made the route, or null.</summary>
    public Provenance? RouteProvenance { get; init; }

    /// <summary>What lists it as an endpoint, or null.</summary>
    public Provenance? Provenance { get; init; }

    /// <summary>What is wrong with it, or null.</summary>
    public Finding? Finding { get; init; }

    /// <summary>Nothing is known that keeps it from answering.</summary>
    public bool Answers => Finding is not { IsCertain: true };

    /// <summary>Address and port as they are written together.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{(Address.IsIPv6 ? $"[{Address}]" : Address.ToString())}:{Port}");
}
