using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Policy.V1;

/// <summary>Asks for a Pod to be deleted, if the disruption budgets that cover it allow. Posted to the Pod's eviction subresource.</summary>
[Kind("policy", "v1", "evictions")]
public sealed record Eviction : KubeObject
{
    /// <summary>How the Pod is to be deleted.</summary>
    [Proto(2)] public DeleteOptions? DeleteOptions { get; init; }
}
