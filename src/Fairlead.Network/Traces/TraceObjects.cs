using System.Collections.Immutable;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Network.Addresses;
using Fairlead.Network.Configuration;
using Fairlead.Network.Services;

namespace Fairlead.Network.Traces;

/// <summary>
/// The API objects that a trace is made from, at one moment. What does not bear on the question may be missing; what is
/// missing and bears on it makes the trace say that it does not exist.
/// </summary>
public sealed record TraceObjects
{
    /// <summary>Services, their slices, and all nodes; settings and Pod ranges.</summary>
    public required ClusterSnapshot Cluster { get; init; }

    /// <summary>The sender's Pod, those that the Services select, and for a diagnosis all of their namespaces.</summary>
    public ImmutableArray<Pod> Pods { get; init; } = [];

    /// <summary>Endpoints objects of Services without selector.</summary>
    public ImmutableDictionary<ServiceKey, Endpoints> Endpoints { get; init; } = ImmutableDictionary<ServiceKey, Endpoints>.Empty;

    /// <summary>Slices without the label that names their Service.</summary>
    public ImmutableArray<EndpointSlice> StraySlices { get; init; } = [];

    public ImmutableArray<Workload> Workloads { get; init; } = [];

    /// <summary>The names of all Services, for hints at what was meant; those of <see cref="Cluster"/> are enough for the rest.</summary>
    public ImmutableArray<ServiceKey> ServiceNames { get; init; } = [];

    /// <summary>Namespaces that exist.</summary>
    public ImmutableHashSet<string> Namespaces { get; init; } = [];

    /// <summary>The newest warning about a Pod, as its events have it.</summary>
    public ImmutableDictionary<PodKey, string> Warnings { get; init; } = ImmutableDictionary<PodKey, string>.Empty;

    /// <summary>The ranges that ClusterIPs come from; empty if they are not known.</summary>
    public ImmutableArray<AddressRange> ServiceRanges { get; init; } = [];

    /// <summary>The domain of the cluster's names.</summary>
    public string ClusterDomain { get; init; } = "cluster.local";

    /// <summary>The Service that Pods ask for names.</summary>
    public ServiceKey NameService { get; init; } = new("kube-system", "kube-dns");

    /// <summary>How the nodes are told to serve the Services.</summary>
    public ProxyConfiguration Configuration { get; init; } = ProxyConfiguration.Default;

    /// <summary>The mode among it.</summary>
    public ProxyMode Mode => Configuration.Mode;
}
