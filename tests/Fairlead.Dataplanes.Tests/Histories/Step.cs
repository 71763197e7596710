using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Tests.Histories;

/// <summary>One thing that happens. Each stands for itself, so that a history without it is a history too.</summary>
public abstract record Step;

/// <summary>An object of the API changes; the nodes hear of it with the next <see cref="Deliver"/>.</summary>
/// <param name="What">The object and what it becomes, to be read.</param>
/// <param name="Object">Names the object: its changes reach every node in their order, those of others in any.</param>
/// <param name="Service">The Service that is to be looked at; null: all.</param>
public sealed record Change(string What, string Object, ServiceKey? Service, Func<ClusterSnapshot, ClusterSnapshot> Apply) : Step
{
    public override string ToString() => What;
}

/// <summary>Both nodes hear of all that changed, each in an order of its own, in batches, and of some twice.</summary>
public sealed record Deliver(int Seed) : Step
{
    public override string ToString() => $"-- the nodes hear of it (order {Seed})";
}

/// <summary>A node's agent ends and another one starts; it hears of the cluster with the next <see cref="Deliver"/>.</summary>
public sealed record Restart(int Node) : Step
{
    public override string ToString() => $"-- the agent of n{Node} starts anew";
}

/// <summary>Somebody else's hand in a node's rules, and the look that makes it good.</summary>
/// <param name="Which">Index in the mode's list, from its start again at the end.</param>
public sealed record Disturb(int Node, int Which) : Step
{
    public override string ToString() => $"-- somebody's hand in the rules of n{Node} (number {Which})";
}

/// <summary>Both nodes are looked over: nothing must have to change.</summary>
public sealed record Look : Step
{
    public override string ToString() => "-- a look that must change nothing";
}

/// <summary>A packet. Those that follow one another are sent at once.</summary>
public sealed record Send(string Sender, Address To, TransportProtocol Protocol, int Port) : Step
{
    public override string ToString() => $"{Sender} sends {Protocol.ToString().ToLowerInvariant()} to {To} port {Port}";
}
