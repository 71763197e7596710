using System.Collections.Immutable;
using Fairlead.Api.Core.V1;
using Fairlead.Network.Addresses;
using Fairlead.Network.Traces.Causes;
using Fairlead.Network.Traces.Checks;

namespace Fairlead.Network.Traces.Legs;

/// <summary>The first leg: who sends, from which address and on which node.</summary>
static class SenderLeg
{
    /// <exception cref="TraceQuestionException">There is no such sender.</exception>
    public static (Origin? Origin, Finding? Fault) Find(TraceState state, TraceSender sender) => sender switch
    {
        PodSender(var key) => OfPod(state, PodOf(state, key)),
        NodeSender(var name) => (OfNode(state, name), null),
        AddressSender(var address) => OfAddress(state, address),
        _ => throw new ArgumentOutOfRangeException(nameof(sender)),
    };

    static Pod PodOf(TraceState state, PodKey key)
    {
        if (state.Objects.Pods.FirstOrDefault(p => PodFacts.KeyOf(p) == key) is { } pod) return pod;
        var elsewhere = state.Objects.Pods.Where(p => p.Metadata.Name == key.Name).Select(p => PodFacts.KeyOf(p).ToString()).FirstOrDefault();
        var like = Likeness.Nearest(key.Name, state.Objects.Pods.Where(p => p.Metadata.Namespace == key.Namespace).Select(p => p.Metadata.Name ?? ""));
        var hint = elsewhere is not null ? $" Did you mean {elsewhere}?" : like is not null ? $" Did you mean {like}?" : "";
        throw new TraceQuestionException($"There is no Pod {key.Name} in namespace {key.Namespace}.{hint}");
    }

    static (Origin?, Finding?) OfPod(TraceState state, Pod pod)
    {
        var key = PodFacts.KeyOf(pod);
        if (SenderChecks.Find(state, pod) is { } fault) return (null, fault);
        var addresses = PodFacts.Addresses(pod).DistinctBy(a => a.IsIPv6).ToImmutableArray();
        var node = pod.Spec!.NodeName!;
        var where = PodFacts.IsHostNetwork(pod) ? $"{key} sends from {string.Join(" or ", addresses)}, the network of {node} itself" : $"{key} sends from {string.Join(" or ", addresses)} on {node}";
        state.Log.Add("sender", node, where, PodFacts.Of(pod, PodFacts.IsHostNetwork(pod) ? "spec.hostNetwork" : "status.podIPs"));
        return (new($"Pod {key} ({string.Join(", ", addresses)} on {node})", addresses, node, pod), null);
    }

    static Origin OfNode(TraceState state, string name)
    {
        if (state.Node(name) is not { } node)
        {
            var like = Likeness.Nearest(name, state.Objects.Cluster.Nodes.Keys);
            throw new TraceQuestionException($"There is no node {name}.{(like is null ? "" : $" Did you mean {like}?")}");
        }
        var addresses = TraceState.AddressesOf(node).DistinctBy(a => a.IsIPv6).ToImmutableArray();
        if (addresses.IsEmpty) throw new TraceQuestionException($"Node {name} has no address in its status: nothing can be sent from it.");
        state.Log.Add("sender", name, $"node {name} sends from {string.Join(" or ", addresses)}", new("Node", "", name, "status.addresses"));
        return new($"Node {name} ({string.Join(", ", addresses)})", addresses, name, null);
    }

    static (Origin?, Finding?) OfAddress(TraceState state, Address address)
    {
        if (state.NodeAt(address) is { Metadata.Name: { } node })
            return (OfNode(state, node) with { Addresses = [address] }, null);
        if (state.Objects.Pods.FirstOrDefault(p => !PodFacts.HasEnded(p) && PodFacts.Addresses(p).Contains(address)) is { } pod)
        {
            var (origin, fault) = OfPod(state, pod);
            return (origin is null ? null : origin with { Addresses = [address] }, fault);
        }
        var host = state.Objects.Cluster.Nodes.Keys.Order(StringComparer.Ordinal).FirstOrDefault(n => RouteLeg.IsIn(state.Node(n)!, address));
        state.Log.Add("sender", host ?? "", host is null ? $"{address} is outside of the cluster" : $"{address} is in the Pod range of {host}; no Pod has it now",
            host is null ? null : new("Node", "", host, "spec.podCIDRs"));
        return (new(host is null ? $"{address} (outside of the cluster)" : $"{address} (in the Pod range of {host})", [address], host, null), null);
    }
}
