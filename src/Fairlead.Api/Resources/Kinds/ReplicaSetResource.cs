using System.Globalization;
using Fairlead.Api.Apps.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>replicasets.apps.</summary>
public static class ReplicaSetResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<ReplicaSet>("replicaset",
    [
        Cells.Number("Desired", "spec.replicas", "How many Pods are wanted."),
        Cells.Number("Current", "status.replicas", "How many Pods there are."),
        Cells.Number("Ready", "status.readyReplicas", "How many Pods are ready."),
        Cells.Age,
        .. TemplateColumns.All,
    ]) with
    {
        ShortNames = ["rs"],
        Categories = ["all"],
        HasStatus = true,
        CountsGeneration = true,
        SelectableFields = new Dictionary<string, Func<JsonObject, string>>
        {
            ["status.replicas"] = rs => (rs.Number("status.replicas") ?? 0).ToString(CultureInfo.InvariantCulture),
        },
        Rules = new ReplicaSetRules(),
    };
}
