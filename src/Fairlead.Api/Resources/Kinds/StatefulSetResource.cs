using Fairlead.Api.Apps.V1;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>statefulsets.apps.</summary>
public static class StatefulSetResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<StatefulSet>("statefulset",
    [
        Cells.Text("Ready", "How many Pods are ready, of how many wanted.",
            s => $"{s.Number("status.readyReplicas") ?? 0}/{s.Number("spec.replicas") ?? 0}"),
        Cells.Age,
        .. TemplateColumns.Of("spec.template"),
    ]) with
    {
        ShortNames = ["sts"],
        Categories = ["all"],
        HasStatus = true,
        CountsGeneration = true,
        Rules = new StatefulSetRules(),
    };
}
