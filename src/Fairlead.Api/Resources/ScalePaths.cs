using Fairlead.Api.CustomResources;
using Fairlead.Json;

namespace Fairlead.Api.Resources;

/// <summary>Where a kind keeps what its scale subresource shows.</summary>
/// <param name="Replicas">The number wanted.</param>
/// <param name="StatusReplicas">The number there is.</param>
/// <param name="Selector">The label selector as text; null if the kind has none.</param>
public sealed record ScalePaths(SimplePath Replicas, SimplePath StatusReplicas, SimplePath? Selector)
{
    /// <summary>The paths of a CustomResourceDefinition's subresources.scale.</summary>
    public static ScalePaths Read(JsonObject scale) => new(
        SimplePath.Parse(scale.Text("specReplicasPath")), SimplePath.Parse(scale.Text("statusReplicasPath")),
        scale.Text("labelSelectorPath") is { Length: > 0 } selector ? SimplePath.Parse(selector) : null);
}
