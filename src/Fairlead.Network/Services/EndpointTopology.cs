using Fairlead.Api.Discovery.V1;

namespace Fairlead.Network.Services;

/// <summary>
/// Which endpoints the hints in a Service's slices leave for a node (KEP-2433, KEP-3015): those for the node itself if every
/// ready endpoint names nodes, else those for its zone if every one names zones, else all. Hints that would leave nothing
/// are ignored.
/// </summary>
sealed class EndpointTopology
{
    enum Scope { All, Zone, Node }

    readonly NodeFacts node;
    readonly Scope scope;

    EndpointTopology(NodeFacts node, Scope scope) => (this.node, this.scope) = (node, scope);

    /// <summary>Reads the hints of all ready endpoints of one Service and family.</summary>
    public static EndpointTopology Of(IEnumerable<Endpoint> ready, NodeFacts node)
    {
        var (nodes, zones) = (Hinted.None, Hinted.None);
        foreach (var endpoint in ready)
        {
            nodes = nodes.With(endpoint.Hints?.ForNodes is { Count: > 0 } names, ForNode(endpoint, node));
            zones = zones.With(endpoint.Hints?.ForZones is { Count: > 0 } named, ForZone(endpoint, node));
        }
        return new(node, nodes.Use ? Scope.Node : zones.Use ? Scope.Zone : Scope.All);
    }

    public bool Allows(Endpoint endpoint) => scope switch
    {
        Scope.Node => ForNode(endpoint, node),
        Scope.Zone => ForZone(endpoint, node),
        _ => true,
    };

    static bool ForNode(Endpoint endpoint, NodeFacts node) => endpoint.Hints?.ForNodes?.Any(n => n.Name == node.Name) == true;

    static bool ForZone(Endpoint endpoint, NodeFacts node) => node.Zone is { } zone && endpoint.Hints?.ForZones?.Any(z => z.Name == zone) == true;

    /// <summary>Whether every endpoint has a hint of one sort, and one of them is for this node.</summary>
    readonly record struct Hinted(bool All, bool Any)
    {
        public static readonly Hinted None = new(true, false);
        public bool Use => All && Any;
        public Hinted With(bool hinted, bool here) => new(All && hinted, Any || here);
    }
}
