using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>
/// In policy/v1beta1 an empty selector means no Pods, in v1 all. What the one can't say without a requirement says it with
/// one on a label that upstream keeps for that (kubernetes, pkg/apis/policy/helper.go).
/// </summary>
static class DisruptionBudgetVersions
{
    const string Label = "pdb.kubernetes.io/deprecated-v1beta1-empty-selector-match";

    public static OtherVersion V1Beta1 { get; } = new("policy/v1beta1", budget => Swap(budget, "Exists", "DoesNotExist"), budget => Swap(budget, "DoesNotExist", "Exists"));

    /// <param name="forEmpty">The operator that says in the new form what an empty selector says in the old one.</param>
    /// <param name="toEmpty">The operator that says in the old form what an empty selector says in the new one.</param>
    static void Swap(JsonObject budget, string forEmpty, string toEmpty)
    {
        if (budget.At("spec.selector") is not JsonObject selector) return;
        var expressions = selector.Objects("matchExpressions");
        if (selector.Pairs("matchLabels").Count > 0) return;
        if (expressions.Count == 0) selector["matchExpressions"] = new JsonArray(new JsonObject { ["key"] = Label, ["operator"] = forEmpty });
        else if (expressions is [var only] && only.Text("key") == Label && only.Text("operator") == toEmpty) selector.Remove("matchExpressions");
    }
}
