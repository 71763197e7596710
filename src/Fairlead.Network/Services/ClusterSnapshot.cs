using System.Collections.Immutable;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Network.Addresses;

namespace Fairlead.Network.Services;

/// <summary>The API objects that Services are resolved from, at one moment. Immutable; each change makes a new one.</summary>
public sealed record ClusterSnapshot
{
    /// <summary>Label of an EndpointSlice that names its Service.</summary>
    public const string ServiceNameLabel = "kubernetes.io/service-name";

    static readonly ImmutableSortedDictionary<string, EndpointSlice> NoSlices =
        ImmutableSortedDictionary.Create<string, EndpointSlice>(StringComparer.Ordinal);

    /// <summary>The ranges that Pods of all nodes get their addresses from.</summary>
    public ImmutableArray<AddressRange> PodRanges { get; init; } = [];

    /// <summary>How the cluster wants its Services served, beyond what each Service says.</summary>
    public ProxySettings Settings { get; init; } = ProxySettings.Default;

    /// <summary>Addresses that the kernel of the table's node has on its links, beside those in the Node's status.</summary>
    public ImmutableHashSet<Address> LocalAddresses { get; init; } = [];

    public ImmutableDictionary<ServiceKey, Service> Services { get; init; } = ImmutableDictionary<ServiceKey, Service>.Empty;

    /// <summary>Slices by the Service they belong to, then by name.</summary>
    public ImmutableDictionary<ServiceKey, ImmutableSortedDictionary<string, EndpointSlice>> Slices { get; init; } =
        ImmutableDictionary<ServiceKey, ImmutableSortedDictionary<string, EndpointSlice>>.Empty;

    public ImmutableDictionary<string, Node> Nodes { get; init; } = ImmutableDictionary<string, Node>.Empty;

    public ClusterSnapshot With(Service service) => this with { Services = Services.SetItem(KeyOf(service), service) };
    public ClusterSnapshot Without(Service service) => this with { Services = Services.Remove(KeyOf(service)) };
    public ClusterSnapshot With(Node node) => this with { Nodes = Nodes.SetItem(node.Metadata.Name ?? "", node) };
    public ClusterSnapshot Without(Node node) => this with { Nodes = Nodes.Remove(node.Metadata.Name ?? "") };

    /// <summary>Adds or replaces a slice; one that belongs to no Service changes nothing.</summary>
    public ClusterSnapshot With(EndpointSlice slice) => ServiceOf(slice) is { } key
        ? this with { Slices = Slices.SetItem(key, SlicesOf(key).SetItem(slice.Metadata.Name ?? "", slice)) }
        : this;

    public ClusterSnapshot Without(EndpointSlice slice)
    {
        if (ServiceOf(slice) is not { } key) return this;
        var left = SlicesOf(key).Remove(slice.Metadata.Name ?? "");
        return this with { Slices = left.IsEmpty ? Slices.Remove(key) : Slices.SetItem(key, left) };
    }

    public ImmutableSortedDictionary<string, EndpointSlice> SlicesOf(ServiceKey key) => Slices.GetValueOrDefault(key, NoSlices);

    public static ServiceKey KeyOf(Service service) => new(service.Metadata.Namespace ?? "", service.Metadata.Name ?? "");

    /// <summary>The Service that a slice belongs to, or null.</summary>
    public static ServiceKey? ServiceOf(EndpointSlice slice) =>
        slice.Metadata.Labels?.GetValueOrDefault(ServiceNameLabel) is { Length: > 0 } name
            ? new(slice.Metadata.Namespace ?? "", name)
            : null;
}
