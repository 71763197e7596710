using System.Net;

namespace Fairlead.Network.Routes;

/// <summary>A route that a node should have: another node's Pods, by that node's address.</summary>
/// <param name="Destination">The other node's part of the Pod range.</param>
/// <param name="Gateway">The other node's InternalIP of the same family.</param>
/// <param name="Node">The node that the route leads to: its provenance.</param>
public sealed record NodeRoute(IPNetwork Destination, IPAddress Gateway, string Node);
