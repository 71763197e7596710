using Fairlead.Network.Addresses;

namespace Fairlead.Network.Traces;

/// <summary>Who sends the packet that a trace is about.</summary>
public abstract record TraceSender
{
    private protected TraceSender() { }
}

/// <summary>A process in a Pod.</summary>
public sealed record PodSender(PodKey Pod) : TraceSender
{
    public override string ToString() => $"Pod {Pod}";
}

/// <summary>A process on a node, outside of all Pods.</summary>
public sealed record NodeSender(string Node) : TraceSender
{
    public override string ToString() => $"Node {Node}";
}

/// <summary>Whoever has this address: a Pod, a node, or somebody outside of the cluster.</summary>
public sealed record AddressSender(Address Address) : TraceSender
{
    public override string ToString() => Address.ToString();
}
