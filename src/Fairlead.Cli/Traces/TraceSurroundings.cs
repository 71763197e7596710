using System.Collections.Immutable;
using Fairlead.Cli.Cluster;
using Fairlead.Network.Addresses;

namespace Fairlead.Cli.Traces;

/// <summary>What a cluster's API does not say of it, and who started it knows.</summary>
/// <param name="PodRanges">Empty: those of the nodes together.</param>
/// <param name="ServiceRanges">Empty: not known.</param>
sealed record TraceSurroundings(ImmutableArray<AddressRange> PodRanges, ImmutableArray<AddressRange> ServiceRanges)
{
    public static readonly TraceSurroundings Unknown = new([], []);

    public static TraceSurroundings Of(ClusterOptions options) => new(Ranges(options.ClusterCidr), Ranges(options.ServiceCidr));

    static ImmutableArray<AddressRange> Ranges(AddressRanges ranges) => [.. ranges.All.Select(r => AddressRange.Parse(r.ToString()))];
}
