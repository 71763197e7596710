using Fairlead.Api.Core.V1;

namespace Fairlead.Controllers.EndpointSlices;

/// <summary>The share of the cluster's CPUs that each zone has, between 0 and 1. Pure.</summary>
/// <param name="Ratios">By zone; at least two.</param>
public sealed record ZoneShares(IReadOnlyDictionary<string, double> Ratios)
{
    /// <summary>The most by which an endpoint may get more than its part before hints are given up (KEP-2433).</summary>
    const double OverloadThreshold = 0.2;

    const string ZoneLabel = "topology.kubernetes.io/zone";
    static readonly string[] Excluded = ["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"];

    /// <summary>Between how many endpoints a zone may have, and how many would be just.</summary>
    public readonly record struct Allocation(int Minimum, int Maximum, double Desired);

    /// <summary>Null if the ready nodes are of one zone, or one of them does not tell its zone or CPUs.</summary>
    public static ZoneShares? Of(IEnumerable<Node> nodes)
    {
        var byZone = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var fact in nodes.Select(FactOf))
        {
            if (fact is not { } known) continue;
            if (known.Zone.Length == 0 || known.MilliCpu <= 0) return null;
            byZone[known.Zone] = byZone.GetValueOrDefault(known.Zone) + known.MilliCpu;
        }
        if (byZone.Count < 2) return null;
        var total = (double)byZone.Values.Sum();
        return new(byZone.ToDictionary(z => z.Key, z => z.Value / total));
    }

    /// <summary>What of a node bears on the shares; null for one that does not count.</summary>
    public static (string Zone, long MilliCpu)? FactOf(Node node)
    {
        if (Excluded.Any(label => node.Metadata.Labels?.ContainsKey(label) == true)) return null;
        if (node.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready")?.Status != "True") return null;
        var cpu = node.Status.Allocatable is { } allocatable && allocatable.TryGetValue("cpu", out var quantity) ? quantity.MilliValue : 0;
        return (node.Metadata.Labels?.GetValueOrDefault(ZoneLabel) ?? "", cpu);
    }

    /// <summary>How many of so many ready endpoints each zone is to have; why not, if no zone can be served justly.</summary>
    public (IReadOnlyDictionary<string, Allocation>? ByZone, string? Refused) Allocate(int endpoints)
    {
        if (Ratios.Count > endpoints) return (null, $"{HintVerdict.TooFewEndpoints} ({endpoints} endpoints, {Ratios.Count} zones)");
        var minimums = Ratios.ToDictionary(r => r.Key, r => (int)Math.Ceiling(r.Value * endpoints / (1 + OverloadThreshold)));
        var spare = endpoints - minimums.Values.Sum();
        if (spare < 0) return (null, $"{HintVerdict.Overloaded} ({endpoints} endpoints, {Ratios.Count} zones)");
        return (Ratios.ToDictionary(r => r.Key, r => new Allocation(minimums[r.Key], minimums[r.Key] + spare, Math.Max(r.Value * endpoints, minimums[r.Key]))), null);
    }
}
