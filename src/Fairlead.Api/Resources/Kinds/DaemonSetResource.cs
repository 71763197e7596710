using Fairlead.Api.Apps.V1;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>daemonsets.apps.</summary>
public static class DaemonSetResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<DaemonSet>("daemonset",
    [
        Cells.Number("Desired", "status.desiredNumberScheduled", "How many nodes should run a Pod."),
        Cells.Number("Current", "status.currentNumberScheduled", "How many of them run one."),
        Cells.Number("Ready", "status.numberReady", "How many of them have a ready one."),
        Cells.Number("Up-to-date", "status.updatedNumberScheduled", "How many Pods have the current template."),
        Cells.Number("Available", "status.numberAvailable", "How many Pods are available."),
        Cells.Text("Node Selector", "Labels of the nodes.", d => Cells.Labels(d.Pairs("spec.template.spec.nodeSelector"))),
        Cells.Age,
        .. TemplateColumns.All,
    ]) with
    {
        ShortNames = ["ds"],
        Categories = ["all"],
        HasStatus = true,
        CountsGeneration = true,
        Rules = new DaemonSetRules(),
    };
}
