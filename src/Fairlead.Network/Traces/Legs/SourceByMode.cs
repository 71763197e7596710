using Fairlead.Network.Configuration;
using Fairlead.Network.Services;

namespace Fairlead.Network.Traces.Legs;

/// <summary>Whether an endpoint sees an address of the node in place of the sender's, where a mode by its nature differs from the table.</summary>
static class SourceByMode
{
    /// <param name="fromPodHere">The sender is a Pod with an address of its own, on the node whose table it is.</param>
    /// <param name="byTable">As the table says.</param>
    public static bool IsMasqueraded(ProxyMode mode, Frontend frontend, bool fromPodHere, bool byTable) => mode switch
    {
        // The node opens a connection of its own.
        ProxyMode.Userspace => true,
        // A connection that is translated where it begins goes straight to the endpoint, a node's own from whichever of its
        // addresses the route suggests; rules do what the programs leave.
        ProxyMode.Ebpf when fromPodHere && frontend.SourceRanges.IsEmpty && frontend.Key.Protocol != TransportProtocol.Sctp => false,
        _ => byTable,
    };
}
