using Fairlead.Api.Autoscaling.V2;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>horizontalpodautoscalers.autoscaling: stored as v2, served as v1 too.</summary>
public static class HorizontalPodAutoscalerResource
{
    /// <summary>autoscaling/v2, the stored form.</summary>
    public static ResourceDefinition Definition { get; } = Named(BuiltInKind.Of<HorizontalPodAutoscaler>("horizontalpodautoscaler")) with
    {
        Columns = ColumnsOf(AutoscalerMetrics.Show),
        Rules = new HorizontalPodAutoscalerRules(),
    };

    /// <summary>autoscaling/v1, which knows no metric but CPU.</summary>
    public static ResourceDefinition V1 { get; } = Named(BuiltInKind.Of<Autoscaling.V1.HorizontalPodAutoscaler>("horizontalpodautoscaler")) with
    {
        Columns = ColumnsOf(ShowCpu),
        Storage = Definition,
    };

    static ResourceDefinition Named(ResourceDefinition kind) => kind with
    {
        ShortNames = ["hpa"],
        Categories = ["all"],
        HasStatus = true,
        Conversion = VersionsAround.Of("autoscaling/v2", new OtherVersion("autoscaling/v1", AutoscalerVersions.FromV1, AutoscalerVersions.ToV1), OtherVersion.Same("autoscaling/v2beta2")),
    };

    static IReadOnlyList<TableColumn> ColumnsOf(Func<JsonObject, string> targets) =>
    [
        Cells.Text("Reference", "What is scaled.", h => $"{h.Text("spec.scaleTargetRef.kind")}/{h.Text("spec.scaleTargetRef.name")}"),
        Cells.Text("Targets", "Each metric as it is and as it is wanted.", targets),
        Cells.Text("MinPods", "The fewest replicas.", h => h.Number("spec.minReplicas")?.ToString() ?? "<unset>"),
        new("MaxPods", "string", "The most replicas.", 0, (h, _) => h.Number("spec.maxReplicas") ?? 0),
        new("Replicas", "string", "How many replicas there are.", 0, (h, _) => h.Number("status.currentReplicas") ?? 0),
        Cells.Age,
    ];

    // Upstream's tables show every version by its stored form; this version's own fields say the same of CPU.
    static string ShowCpu(JsonObject hpa)
    {
        var stored = (JsonObject)hpa.DeepClone();
        AutoscalerVersions.FromV1(stored);
        return AutoscalerMetrics.Show(stored);
    }
}
