using System.Net;
using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>Taints are well formed and distinct; Pod ranges and the provider's id are set once.</summary>
sealed class NodeRules : ResourceRules
{
    public override void Default(JsonObject obj)
    {
        var spec = obj.Make("spec");
        // podCIDR and the first of podCIDRs say the same; writers of either side are served.
        if (spec.Text("podCIDR") is { Length: > 0 } one && spec.Texts("podCIDRs").Count == 0) spec["podCIDRs"] = new JsonArray(one);
        else if (spec.Texts("podCIDRs") is [var first, ..] && spec.Text("podCIDR").Length == 0) spec["podCIDR"] = first;
    }

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        ValidateTaints(obj.Objects("spec.taints"), errors);
        var ranges = obj.Texts("spec.podCIDRs");
        for (var i = 0; i < ranges.Count; i++)
            if (!IPNetwork.TryParse(ranges[i], out _))
                errors.Invalid($"spec.podCIDRs[{i}]", ranges[i], "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
        if (ranges.Count > 2 || (ranges.Count == 2 && ranges[0].Contains(':', StringComparison.Ordinal) == ranges[1].Contains(':', StringComparison.Ordinal)))
            errors.Invalid("spec.podCIDRs", string.Join(',', ranges), "may specify no more than one CIDR for each IP family");
        if (ranges.Count > 0 && obj.Text("spec.podCIDR") != ranges[0])
            errors.Invalid("spec.podCIDRs", string.Join(',', ranges), "element 0 must match the podCIDR field");
    }

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        ValidateCreate(obj, errors);
        if (old.Texts("spec.podCIDRs") is { Count: > 0 } ranges && !ranges.SequenceEqual(obj.Texts("spec.podCIDRs")))
            errors.Forbidden("spec.podCIDRs", "node updates may not change podCIDR except from \"\" to valid");
        if (old.Text("spec.providerID") is { Length: > 0 } id && obj.Text("spec.providerID") != id)
            errors.Forbidden("spec.providerID", "node updates may not change providerID except from \"\" to valid");
    }

    static void ValidateTaints(IReadOnlyList<JsonObject> taints, FieldErrors errors)
    {
        var seen = new HashSet<(string, string)>();
        for (var i = 0; i < taints.Count; i++)
        {
            var (path, taint) = ($"spec.taints[{i}]", taints[i]);
            var (key, value, effect) = (taint.Text("key"), taint.Text("value"), taint.Text("effect"));
            if (NameSyntax.QualifiedName(key) is { } wrongKey) errors.Invalid(path + ".key", key, wrongKey);
            if (NameSyntax.LabelValue(value) is { } wrongValue) errors.Invalid(path + ".value", value, wrongValue);
            if (effect.Length == 0) errors.Required(path + ".effect");
            if (!seen.Add((key, effect))) errors.Duplicate(path, $"{key}:{effect}");
        }
    }
}
