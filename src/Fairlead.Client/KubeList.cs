using Fairlead.Api.Meta.V1;

namespace Fairlead.Client;

/// <summary>Objects as of one revision.</summary>
public sealed record KubeList<T>(IReadOnlyList<T> Items, ListMeta Metadata) where T : KubeObject;
