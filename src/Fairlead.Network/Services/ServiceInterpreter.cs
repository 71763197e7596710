using System.Collections.Immutable;
using System.Globalization;
using Fairlead.Network.Addresses;

namespace Fairlead.Network.Services;

/// <summary>Says from a table what becomes of a packet. Slow and obvious: the judge of every data plane.</summary>
public static class ServiceInterpreter
{
    /// <summary>Walks one packet through the node's table.</summary>
    public static Trace Walk(NodeTable table, Packet packet)
    {
        var steps = ImmutableArray.CreateBuilder<TraceStep>();
        steps.Add(new(TraceStepKind.Packet, $"packet {packet}", null));
        if (Find(table, packet) is not { } frontend)
        {
            steps.Add(new(TraceStepKind.Frontend, $"no Service has {packet.Destination} port {packet.Port}", null));
            return new(packet, [new(OutcomeKind.NotAService, null, false, 1)], steps.ToImmutable());
        }
        steps.Add(new(TraceStepKind.Frontend, $"{frontend.Kind} {frontend.Key} of Service {frontend.Service}", frontend.Provenance));
        var path = table.PathFor(frontend, packet.Source);
        steps.Add(new(TraceStepKind.Sender, $"the sender {packet.Source} is {Describe(table.SenderOf(packet.Source))}", null));
        if (!LetsIn(frontend, packet.Source))
        {
            steps.Add(new(TraceStepKind.SourceRanges, $"dropped: {packet.Source} is in none of {string.Join(", ", frontend.SourceRanges)}", frontend.Provenance with { Field = "spec.loadBalancerSourceRanges" }));
            return new(packet, [new(OutcomeKind.Drop, null, false, 1)], steps.ToImmutable()) { Frontend = frontend };
        }
        return new(packet, Outcomes(table, frontend, path, packet, steps), steps.ToImmutable()) { Frontend = frontend };
    }

    static Frontend? Find(NodeTable table, Packet packet)
    {
        if (table.Frontends.TryGetValue(new(packet.Destination, packet.Protocol, packet.Port), out var exact)) return exact;
        var loopback = table.LocalhostNodePorts && packet.Destination.IsLoopback && !packet.Destination.IsIPv6;
        if (!loopback && !table.NodePortAddresses.Contains(packet.Destination)) return null;
        var any = packet.Destination.IsIPv6 ? Address.AnyIPv6 : Address.AnyIPv4;
        return table.Frontends.GetValueOrDefault(new(any, packet.Protocol, packet.Port));
    }

    static bool LetsIn(Frontend frontend, Address source) => frontend.SourceRanges.IsEmpty || frontend.SourceRanges.Any(r => r.Contains(source));

    static string Describe(SenderClass sender) => sender switch
    {
        SenderClass.Pod => "a Pod",
        SenderClass.Node => "this node",
        _ => "outside the Pod ranges",
    };

    static ImmutableArray<Outcome> Outcomes(
        NodeTable table, Frontend frontend, TrafficPath path, Packet packet, ImmutableArray<TraceStep>.Builder steps)
    {
        if (path.Count == 0)
        {
            var reject = path.WhenEmpty == EmptyVerdict.Reject;
            steps.Add(new(TraceStepKind.NoEndpoint, reject ? "rejected: the port has no endpoint" : "dropped: no endpoint on this node and the policy is Local", frontend.Provenance));
            return [new(reject ? OutcomeKind.Reject : OutcomeKind.Drop, null, false, 1)];
        }
        if (frontend.Affinity is { } time)
            steps.Add(new(TraceStepKind.Affinity, $"a client seen within {time.TotalSeconds} s returns to its endpoint", frontend.Provenance));
        var outcomes = ImmutableArray.CreateBuilder<Outcome>();
        foreach (var backend in frontend.Backends.AsSpan(path.First, path.Count))
        {
            var hairpin = backend.Address == packet.Source && table.Hairpin.Contains(packet.Source);
            var masquerade = path.Masquerade || hairpin;
            var share = 1.0 / path.Count;
            outcomes.Add(new(OutcomeKind.Forward, backend, masquerade, share));
            var why = hairpin ? ", masqueraded: it is the sender itself" : masquerade ? ", masqueraded" : "";
            steps.Add(new(TraceStepKind.Backend, $"{share.ToString("P1", CultureInfo.InvariantCulture)} to {backend}{why}", backend.Provenance));
        }
        return outcomes.ToImmutable();
    }
}
