using Fairlead.Api.Core.V1;

namespace Fairlead.Network.Services;

/// <summary>Whether a load balancer may send new connections to a node (KEP-3836): not to one that is about to be deleted.</summary>
public static class NodeEligibility
{
    // What the cluster autoscaler marks a node with that it will delete.
    const string ToBeDeletedTaint = "ToBeDeletedByClusterAutoscaler";

    /// <param name="node">As the API has it; one that it does not have, or not yet, is eligible.</param>
    public static bool IsEligible(Node? node) =>
        node is null || (node.Metadata.DeletionTimestamp is null && !(node.Spec?.Taints ?? []).Any(t => t.Key == ToBeDeletedTaint));
}
