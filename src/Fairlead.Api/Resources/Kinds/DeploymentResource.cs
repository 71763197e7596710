using Fairlead.Api.Apps.V1;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>deployments.apps.</summary>
public static class DeploymentResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<Deployment>("deployment",
    [
        Cells.Text("Ready", "How many Pods are ready, of how many wanted.",
            d => $"{d.Number("status.readyReplicas") ?? 0}/{d.Number("spec.replicas") ?? 0}"),
        Cells.Number("Up-to-date", "status.updatedReplicas", "How many Pods have the current template."),
        Cells.Number("Available", "status.availableReplicas", "How many Pods are available."),
        Cells.Age,
        .. TemplateColumns.All,
    ]) with
    {
        ShortNames = ["deploy"],
        Categories = ["all"],
        HasStatus = true,
        CountsGeneration = true,
        Rules = new DeploymentRules(),
    };
}
