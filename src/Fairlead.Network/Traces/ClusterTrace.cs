using System.Collections.Immutable;
using Fairlead.Network.Services;
using Fairlead.Network.Traces.Causes;
using Fairlead.Network.Traces.Legs;

namespace Fairlead.Network.Traces;

/// <summary>
/// Follows a packet through a cluster as its API objects describe it, with the same tables and the same interpreter that
/// data planes are judged by:
/// <code>
/// sender ──▶ name ──▶ address, port ──▶ node's table (ServiceInterpreter) ──▶ route ──▶ endpoint ──▶ and back
///                                             └─ another node's address ─▶ that node's table
/// </code>
/// The first leg that fails names the cause. Pure.
/// </summary>
public static class ClusterTrace
{
    /// <summary>Answers a question.</summary>
    /// <exception cref="TraceQuestionException">The question makes no sense in this cluster.</exception>
    public static TraceResult Of(TraceObjects objects, TraceQuestion question)
    {
        var state = new TraceState(objects);
        var result = new TraceResult(question.Sender.ToString()!, question.Target.ToString()!, question.Protocol ?? TransportProtocol.Tcp);
        var (origin, noSender) = SenderLeg.Find(state, question.Sender);
        if (origin is null) return Stop(state, result, noSender!);
        result = result with
        {
            Sender = origin.Text, SenderAddresses = origin.Addresses, SenderNode = origin.Node, SenderPod = origin.Pod is null ? null : PodFacts.KeyOf(origin.Pod), SendsAsNode = origin.IsNode,
        };
        var (resolution, noName) = new NameLeg(state, origin, question.Namespace).Resolve(question.Target);
        if (resolution is null) return Stop(state, result, noName!);
        var (port, noPort) = PortLeg.Choose(question, resolution.Service);
        if (port is null) return Stop(state, result, noPort!);
        result = result with { Protocol = port.Protocol };
        if (resolution.OutsideName is { } name) return Outside(state, result, name);
        var (destinations, noAddress) = AddressLeg.Choose(state, origin, resolution, question.Target, port);
        if (noAddress is not null) return Stop(state, result, noAddress);
        var leg = new NodeLeg(state, origin, resolution.Service);
        foreach (var destination in destinations) leg.Send(destination, port.Protocol);
        return Sum(state, result with { Destinations = destinations });
    }

    static TraceResult Stop(TraceState state, TraceResult result, Finding cause) => result with { Steps = state.Log.Steps, Cause = cause };

    // Who answers outside is not the API's to know; the packet leaves the cluster well.
    static TraceResult Outside(TraceState state, TraceResult result, string name)
    {
        state.Log.Add("route", "", $"{name} is outside of the cluster: who answers there, the API does not know", null);
        return result with { Steps = state.Log.Steps, OutsideName = name };
    }

    /// <summary>One step for each route, whatever the number of endpoints behind it.</summary>
    static void AddRoutes(TraceState state)
    {
        foreach (var route in state.Endpoints.Where(e => e.Kind != EndpointKind.Node || e.Route != $"{e.Node} itself").GroupBy(e => (e.ChosenBy, e.Route, e.RouteProvenance)))
            state.Log.Add("route", route.Key.ChosenBy, $"{Words.Some(route.Select(e => e.Text).Distinct())}: {route.Key.Route}", route.Key.RouteProvenance);
    }

    static TraceResult Sum(TraceState state, TraceResult result)
    {
        // One endpoint reached by several nodes is one endpoint.
        var endpoints = state.Endpoints.GroupBy(e => (e.Kind, e.Address, e.Port, e.Finding, e.IsMasqueraded))
            .Select(g => g.First() with
            {
                Probability = g.Sum(e => e.Probability),
                Source = string.Join(" or ", g.Select(e => e.Source).Distinct()),
                Route = string.Join("; ", g.Select(e => e.Route).Distinct()),
            })
            .OrderByDescending(e => Math.Round(e.Probability, 9)).ThenBy(e => e.Address).ThenBy(e => e.Port).ToImmutableArray();
        AddRoutes(state);
        // What a packet meets first is the first cause: a way that ends before any endpoint comes before one that ends there.
        var findings = state.Ends.Select(e => e.Finding).Concat(endpoints.Select(e => e.Finding).OfType<Finding>()).DistinctBy(f => (f.Cause, f.Text)).ToImmutableArray();
        var sound = endpoints.Any(e => e.Finding is null);
        var cause = sound ? null : endpoints.Any(e => e.Answers) ? findings.FirstOrDefault(f => !f.IsCertain) : findings.FirstOrDefault();
        return result with
        {
            Steps = state.Log.Steps, Endpoints = endpoints, Cause = cause, HasAffinity = state.HasAffinity,
            Remarks = cause is null ? findings : findings.Remove(cause),
        };
    }
}
