using System.Collections.Immutable;
using System.Globalization;
using Fairlead.Network.Services;
using Fairlead.Network.Traces.Causes;

namespace Fairlead.Network.Traces.Live;

/// <summary>Holds real packets against a trace. Pure.</summary>
public static class LiveComparison
{
    // One comparison in ten thousand may fail by chance, over all endpoints together.
    const double Significance = 1e-4;

    public static LiveReport Of(TraceResult result, IReadOnlyList<Probe> probes)
    {
        var traced = probes.Where(p => p.Endpoint is not null).ToList();
        var rows = Rows(result, traced);
        var report = new LiveReport(probes.Count, probes.Count(p => p.Outcome == ProbeOutcome.Answered)) { Rows = rows, Untraced = probes.Count - traced.Count };
        return report with { Disagreements = [.. Disagreements(result, probes, rows)], Finding = NobodyListens(result, rows) };
    }

    static ImmutableArray<LiveRow> Rows(TraceResult result, List<Probe> traced)
    {
        var seen = traced.GroupBy(p => p.Endpoint!.Value).ToDictionary(g => g.Key, g => g.ToList());
        var predicted = result.Endpoints.ToLookup(e => (e.Address, e.Port));
        var bound = Significance / Math.Max(1, predicted.Count);
        return [.. predicted.Select(g => g.Key).Union(seen.Keys.OrderBy(k => k.Address).ThenBy(k => k.Port)).Select(key =>
        {
            var here = seen.GetValueOrDefault(key) ?? [];
            var probability = predicted[key].Sum(e => e.Probability);
            var likely = predicted.Contains(key) && (result.HasAffinity || Binomial.Tail(traced.Count, here.Count, probability) >= bound);
            int Count(ProbeOutcome outcome) => here.Count(p => p.Outcome == outcome);
            return new LiveRow(Text(key), predicted[key].FirstOrDefault()?.Pod, probability, here.Count,
                Count(ProbeOutcome.Answered), Count(ProbeOutcome.Refused), Count(ProbeOutcome.Silent), traced.Count == 0 || likely)
            {
                Sources = [.. here.Select(p => p.Source).OfType<Addresses.Address>().Distinct().Order()],
            };
        })];
    }

    static string Text((Addresses.Address Address, int Port) endpoint) =>
        string.Create(CultureInfo.InvariantCulture, $"{(endpoint.Address.IsIPv6 ? $"[{endpoint.Address}]" : endpoint.Address.ToString())}:{endpoint.Port}");

    static IEnumerable<string> Disagreements(TraceResult result, IReadOnlyList<Probe> probes, ImmutableArray<LiveRow> rows)
    {
        foreach (var row in rows.Where(r => !r.Agrees))
        {
            yield return row.Predicted == 0 ? $"{Words.Count(row.Observed, "probe")} went to {row.Endpoint}, which was not predicted."
                : string.Create(CultureInfo.InvariantCulture, $"{row.Observed} of {rows.Sum(r => r.Observed)} probes went to {row.Endpoint}, where {row.Predicted:P0} were predicted.");
        }
        if (result.HasAffinity && rows.Count(r => r.Observed > 0) > 1 && result.Destinations.Length == 1)
            yield return $"The client's probes went to {rows.Count(r => r.Observed > 0)} endpoints, where its affinity keeps it at one.";
        foreach (var sentence in Sources(result, rows)) yield return sentence;
        // Nobody answers a datagram that it does not understand, and who answers outside is not the model's to know.
        var outside = result.Endpoints.Where(e => e.Kind == EndpointKind.Outside).Select(e => (e.Address, e.Port)).ToHashSet();
        var silent = probes.Count(p => p.Outcome == ProbeOutcome.Silent && !(p.Endpoint is { } end && (result.Protocol == TransportProtocol.Udp || outside.Contains(end))));
        var refused = probes.Count(p => p.Outcome is ProbeOutcome.Refused or ProbeOutcome.Unsent && p.Endpoint is null);
        var answered = probes.Count(p => p.Outcome == ProbeOutcome.Answered);
        if (result.Answers && result.AnswerProbability > 1 - 1e-9 && silent + refused > 0)
        {
            string[] failed = [$"{Words.Count(silent, "probe")} got no answer", $"{Words.Count(refused, "probe")} {(refused == 1 ? "was" : "were")} refused before any endpoint"];
            yield return $"{(silent == 0 ? failed[1] : refused == 0 ? failed[0] : string.Join(" and ", failed))}, where all were to arrive.";
        }
        if (!result.Answers && answered > 0)
            yield return $"{Words.Count(answered, "probe")} {(answered == 1 ? "was" : "were")} answered, where nothing was to answer.";
    }

    /// <summary>Endpoints that see the sender under its own address where it was to be masqueraded, or the other way round.</summary>
    static IEnumerable<string> Sources(TraceResult result, ImmutableArray<LiveRow> rows)
    {
        foreach (var row in rows)
        {
            var predicted = result.Endpoints.Where(e => e.Text == row.Endpoint).ToList();
            if (predicted.Count == 0) continue;
            // A node that is masqueraded as itself may look the same.
            var own = predicted.Any(e => !e.IsMasqueraded) || result.SendsAsNode;
            var others = predicted.Any(e => e.IsMasqueraded);
            if (row.Sources.All(s => result.SenderAddresses.Contains(s) || s.IsLoopback ? own : others)) continue;
            yield return $"{row.Endpoint} saw the sender as {string.Join(" and ", row.Sources)}, where {string.Join(" or ", predicted.Select(e => e.Source).Distinct())} was predicted.";
        }
    }

    static Finding? NobodyListens(TraceResult result, ImmutableArray<LiveRow> rows)
    {
        var deaf = rows.Where(r => r.Refused > 0 && r.Answered == 0).ToList();
        if (deaf.Count == 0) return null;
        var who = deaf[0].Pod is { } pod ? $"Pod {pod} refuses connections to {deaf[0].Endpoint}" : $"{deaf[0].Endpoint} refuses connections";
        var source = deaf[0].Pod is { } key ? new Provenance("Pod", key.Namespace, key.Name, "spec.containers.ports") : null;
        return new(KnownCauses.NobodyListens,
            $"{who}{(deaf.Count > 1 ? $", and so do {deaf.Count - 1} other endpoints" : "")}: nobody listens there{(result.Protocol == TransportProtocol.Tcp ? " on that address" : "")}.",
            "See on which port and address the program listens (not on 127.0.0.1 alone), and set targetPort to it.",
            source);
    }
}
