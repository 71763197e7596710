using Fairlead.Api.Errors;
using Fairlead.Api.Policy.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>poddisruptionbudgets.policy.</summary>
public static class PodDisruptionBudgetResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<PodDisruptionBudget>("poddisruptionbudget",
        Cells.Text("Min Available", "How many Pods must stay.", b => Amount(b, "spec.minAvailable")),
        Cells.Text("Max Unavailable", "How many Pods may be missing.", b => Amount(b, "spec.maxUnavailable")),
        Cells.Number("Allowed Disruptions", "status.disruptionsAllowed", "How many Pods may be evicted now."),
        Cells.Age) with
    {
        ShortNames = ["pdb"],
        HasStatus = true,
        CountsGeneration = true,
        Rules = new PodDisruptionBudgetRules(),
    };

    static string Amount(JsonObject budget, string path) => budget.Number(path)?.ToString() ?? (budget.Text(path) is { Length: > 0 } text ? text : "N/A");
}

/// <summary>A budget has one bound.</summary>
sealed class PodDisruptionBudgetRules : ResourceRules
{
    static readonly string[] Counts = ["disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"];

    public override void PrepareForCreate(JsonObject obj) => obj["status"] = new JsonObject();

    public override void Default(JsonObject obj)
    {
        foreach (var count in Counts) obj.Make("status").SetDefault(count, 0);
    }

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        if (obj.At("spec.minAvailable") is not null && obj.At("spec.maxUnavailable") is not null)
            errors.Invalid("spec", Shown.Json(obj.At("spec")), "minAvailable and maxUnavailable cannot be both set");
        IntOrPercent.Check(obj, "spec.minAvailable", errors);
        IntOrPercent.Check(obj, "spec.maxUnavailable", errors);
        WorkloadRules.ValidateSelector(obj.At("spec.selector"), "spec.selector", errors);
        if (obj.At("spec.unhealthyPodEvictionPolicy") is not null && obj.Text("spec.unhealthyPodEvictionPolicy") is var policy and not ("IfHealthyBudget" or "AlwaysAllow"))
            errors.NotSupported("spec.unhealthyPodEvictionPolicy", policy, ["AlwaysAllow", "IfHealthyBudget"]);
    }

    public override void ValidateStatus(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        ConditionRules.Validate(obj, errors);
        obj.NonNegative(errors, [.. Counts.Select(c => "status." + c)]);
    }
}
