using System.Globalization;
using Fairlead.Api.Core.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>replicationcontrollers.</summary>
public static class ReplicationControllerResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<ReplicationController>("replicationcontroller",
    [
        Cells.Number("Desired", "spec.replicas", "How many Pods are wanted."),
        Cells.Number("Current", "status.replicas", "How many Pods there are."),
        Cells.Number("Ready", "status.readyReplicas", "How many Pods are ready."),
        Cells.Age,
        .. TemplateColumns.Of("spec.template"),
        Cells.Text("Selector", "Labels of the Pods.", rc => Cells.Labels(rc.Pairs("spec.selector")), 1),
    ]) with
    {
        ShortNames = ["rc"],
        Categories = ["all"],
        HasStatus = true,
        CountsGeneration = true,
        DefaultPropagation = "Orphan",
        SelectableFields = new Dictionary<string, Func<JsonObject, string>>
        {
            ["status.replicas"] = rc => (rc.Number("status.replicas") ?? 0).ToString(CultureInfo.InvariantCulture),
        },
        Rules = new ReplicationControllerRules(),
    };
}
