using Fairlead.Api.Resources;
using Fairlead.Server.Aggregation;

namespace Fairlead.Server.Routing;

/// <summary>What a request is about: an API resource, or a path that is none (health, discovery, version).</summary>
/// <param name="Verb">get, list, watch, create, update, patch, delete, deletecollection; the method in small letters for other paths.</param>
/// <param name="Path">The unescaped path.</param>
/// <param name="Definition">Null for a path that is no resource.</param>
/// <param name="Namespace">Null for cluster-wide requests.</param>
/// <param name="Name">Null for a collection.</param>
/// <param name="Subresource">Empty for the object itself.</param>
/// <param name="Rest">What follows the subresource, without its leading slash (proxy).</param>
public sealed record RequestTarget(
    string Verb, string Path, ResourceDefinition? Definition, string? Namespace, string? Name, string Subresource, string Rest)
{
    public bool IsResource => Definition is not null;

    /// <summary>The other API server that the request is passed on to; null for none.</summary>
    public RemoteApi? Remote { get; init; }
}
