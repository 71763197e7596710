using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;

namespace Fairlead.Network.Services;

/// <summary>
/// What a node's components need of EndpointSlices, and no more: of a cluster with many endpoints each node keeps all.
/// What many endpoints have in common is kept once.
/// </summary>
/// <param name="node">Name of the node: which Pod an endpoint stands for matters on its own node alone.</param>
public sealed class SliceReduction(string node)
{
    const int Most = 16_384;

    readonly HashSet<string> names = new(StringComparer.Ordinal);
    readonly HashSet<EndpointConditions> conditions = [];

    /// <summary>The slice without what only others ask for: its owners, who wrote it, the Pods of other nodes.</summary>
    public EndpointSlice Of(EndpointSlice slice) => slice with
    {
        Metadata = new()
        {
            Name = slice.Metadata.Name,
            Namespace = One(slice.Metadata.Namespace),
            ResourceVersion = slice.Metadata.ResourceVersion,
            Labels = slice.Metadata.Labels,
            Annotations = slice.Metadata.Annotations,
        },
        Endpoints = slice.Endpoints is null ? null : [.. slice.Endpoints.Select(Of)],
    };

    Endpoint Of(Endpoint endpoint) => endpoint with
    {
        Addresses = endpoint.Addresses is [var only] ? [only] : endpoint.Addresses,
        Conditions = One(endpoint.Conditions),
        NodeName = One(endpoint.NodeName),
        Zone = One(endpoint.Zone),
        TargetRef = endpoint.NodeName == node && endpoint.TargetRef is { } target ? new ObjectReference { Uid = target.Uid } : null,
    };

    string? One(string? name) => name is null ? null : One(names, name);

    EndpointConditions? One(EndpointConditions? of) => of is null ? null : One(conditions, of);

    static T One<T>(HashSet<T> all, T value)
    {
        if (all.TryGetValue(value, out var known)) return known;
        // Names of nodes that are long gone would add up.
        if (all.Count == Most) all.Clear();
        all.Add(value);
        return value;
    }
}
