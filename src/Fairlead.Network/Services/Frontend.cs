using System.Collections.Immutable;
using Fairlead.Network.Addresses;

namespace Fairlead.Network.Services;

/// <summary>What a packet must be sent to in order to reach a frontend.</summary>
/// <param name="Address">A Service's address; <see cref="Address.IsAny"/> for a node port: every address of this node.</param>
public readonly record struct FrontendKey(Address Address, TransportProtocol Protocol, int Port)
{
    public bool IsNodePort => Address.IsAny;

    public override string ToString() =>
        $"{(IsNodePort ? "node" : Address.IsIPv6 ? $"[{Address}]" : Address.ToString())}:{Port}/{Protocol.ToString().ToLowerInvariant()}";
}

/// <summary>By which of its addresses a Service is reached.</summary>
public enum FrontendKind { ClusterIP, NodePort, ExternalIP, LoadBalancerIP }

/// <summary>What becomes of a packet for which there is no backend.</summary>
public enum EmptyVerdict
{
    /// <summary>Refused with an ICMP error: nobody in the cluster can answer.</summary>
    Reject,

    /// <summary>Dropped: the traffic policy is Local and the backends are on other nodes.</summary>
    Drop,
}

/// <summary>How traffic of one class of senders goes on.</summary>
/// <param name="First">Index of the first of the backends it may take.</param>
/// <param name="Count">How many from there; each is equally probable. 0: <paramref name="WhenEmpty"/> applies.</param>
/// <param name="Masquerade">Whether the packet leaves with an address of this node as its source.</param>
public readonly record struct TrafficPath(int First, int Count, bool Masquerade, EmptyVerdict WhenEmpty);

/// <summary>
/// One address, protocol and port of a Service, decided for one node: where senders in Pods, on the node itself and
/// outside may go. Compares by value.
/// </summary>
public sealed record Frontend
{
    public required FrontendKey Key { get; init; }
    public required FrontendKind Kind { get; init; }
    public required ServiceKey Service { get; init; }

    /// <summary>Name of the Service's port; empty for the only one of a Service, which needs none.</summary>
    public string PortName { get; init; } = "";

    /// <summary>The field of the Service that asks for this frontend.</summary>
    public required Provenance Provenance { get; init; }

    /// <summary>The backends, in an order that depends on nothing but themselves; the paths name ranges of it.</summary>
    public required ImmutableArray<Backend> Backends { get; init; }

    /// <summary>For senders within the Pod ranges.</summary>
    public required TrafficPath Pods { get; init; }

    /// <summary>For senders with an address of this node.</summary>
    public required TrafficPath Node { get; init; }

    /// <summary>For all others.</summary>
    public required TrafficPath Outside { get; init; }

    /// <summary>How long a client is remembered after its last new connection; null without affinity.</summary>
    public TimeSpan? Affinity { get; init; }

    /// <summary>
    /// Only senders in these ranges are let in, all others are dropped (loadBalancerSourceRanges); empty: everybody is.
    /// Senders on the node or in Pods are no exception.
    /// </summary>
    public ImmutableArray<AddressRange> SourceRanges { get; init; } = [];

    /// <summary>No sender finds a backend, and all are to be refused.</summary>
    public bool RejectsAll => Rejects(Pods) && Rejects(Node) && Rejects(Outside);

    /// <summary>The traffic policy that binds it is Local, and all its backends are on other nodes.</summary>
    public bool LacksLocalBackend => (Kind == FrontendKind.ClusterIP ? Pods : Outside) is { Count: 0, WhenEmpty: EmptyVerdict.Drop };

    /// <summary>Whether one of its backends, of whichever sender, has that address and port.</summary>
    public bool HasBackend(Address address, int port)
    {
        foreach (var backend in Backends)
        {
            if (backend.Address == address && backend.Port == port) return true;
        }
        return false;
    }

    static bool Rejects(TrafficPath path) => path is { Count: 0, WhenEmpty: EmptyVerdict.Reject };

    public bool Equals(Frontend? other) => other is not null
        && Key == other.Key && Kind == other.Kind && Service == other.Service && PortName == other.PortName && Provenance == other.Provenance
        && Pods == other.Pods && Node == other.Node && Outside == other.Outside && Affinity == other.Affinity
        && SourceRanges.AsSpan().SequenceEqual(other.SourceRanges.AsSpan()) && Backends.AsSpan().SequenceEqual(other.Backends.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Key, Kind, Service, Backends.Length);
}
