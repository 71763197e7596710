using System.Collections.Immutable;
using Fairlead.Api.Core.V1;
using Fairlead.Network.Addresses;
using Fairlead.Network.Announcements;
using Fairlead.Network.Names;
using Fairlead.Network.Routes;
using Fairlead.Network.Services;
using Fairlead.Network.Traces.Causes;

namespace Fairlead.Network.Traces;

/// <summary>What one trace has found so far, and the tables that it looks into, each resolved when it is first asked for.</summary>
sealed class TraceState
{
    readonly Dictionary<string, NodeTable> tables = [];
    readonly Dictionary<string, IReadOnlyList<NodeRoute>> routes = [];
    readonly Lazy<NameTable> names;
    readonly Lazy<ImmutableSortedDictionary<Address, Announcement>> announcements;
    readonly ILookup<Address, Pod> podsByAddress;

    public TraceState(TraceObjects objects)
    {
        Objects = objects;
        podsByAddress = objects.Pods.SelectMany(p => PodFacts.Addresses(p).Select(a => (Pod: p, Address: a))).ToLookup(p => p.Address, p => p.Pod);
        announcements = new(() => AnnouncementResolver.Resolve(objects.Cluster));
        names = new(() => NameTable.Resolve(new(objects.ClusterDomain, []), objects.Cluster, objects.Namespaces));
    }

    public TraceObjects Objects { get; }

    public TraceLog Log { get; } = new();

    public List<TracedEndpoint> Endpoints { get; } = [];

    /// <summary>Ways that end before any endpoint, each with its share.</summary>
    public List<(Finding Finding, double Share)> Ends { get; } = [];

    public bool HasAffinity { get; set; }

    public NameTable Names => names.Value;

    /// <summary>Which node answers for each load balancer's address.</summary>
    public ImmutableSortedDictionary<Address, Announcement> Announcements => announcements.Value;

    public IEnumerable<Service> Services => Objects.Cluster.Services.Values.OrderBy(ClusterSnapshot.KeyOf);

    public IEnumerable<ServiceKey> ServiceNames => Objects.Cluster.Services.Keys.Union(Objects.ServiceNames).Order();

    public NodeTable TableOf(string node)
    {
        if (!tables.TryGetValue(node, out var table)) tables[node] = table = ServiceResolver.Resolve(Objects.Cluster, node);
        return table;
    }

    public IReadOnlyList<NodeRoute> RoutesOf(string node)
    {
        if (!routes.TryGetValue(node, out var known)) routes[node] = known = RouteResolver.Resolve(Objects.Cluster.Nodes.Values, node);
        return known;
    }

    /// <summary>The Pod that has the address; of several on one node's network, one that runs and declares the port.</summary>
    public Pod? PodAt(Address address, int port, TransportProtocol protocol) => podsByAddress[address]
        .OrderBy(PodFacts.HasEnded).ThenBy(p => !PodFacts.Declares(p, port, protocol)).ThenBy(p => PodFacts.KeyOf(p).ToString(), StringComparer.Ordinal)
        .FirstOrDefault(p => !PodFacts.IsHostNetwork(p) || PodFacts.Declares(p, port, protocol));

    public Node? Node(string? name) => name is null ? null : Objects.Cluster.Nodes.GetValueOrDefault(name);

    /// <summary>The node that has the address in its status.</summary>
    public Node? NodeAt(Address address) => Objects.Cluster.Nodes.Values.FirstOrDefault(n => AddressesOf(n).Contains(address));

    public bool IsPodAddress(Address address) => Objects.Cluster.PodRanges.Any(r => r.Contains(address));

    public static IEnumerable<Address> AddressesOf(Node node) =>
        (node.Status?.Addresses ?? []).Where(a => Address.TryParse(a.Address, out _)).Select(a => Address.Parse(a.Address));

    public static bool IsReady(Node node) => node.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready") is { Status: "True" };
}
