using Fairlead.Api.Errors;
using Fairlead.Api.Resources.Kinds;
using Fairlead.Api.Resources.Pods;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>Rules of Pods.</summary>
public sealed class PodRules : ResourceRules
{
    public override void Default(JsonObject obj)
    {
        if (obj?["spec"] is JsonObject spec) PodSpecRules.Default(spec, isPod: true);
    }

    /// <summary>A new Pod is pending, of a quality of service that is fixed from here on.</summary>
    public override void PrepareForCreate(JsonObject obj)
    {
        ArgumentNullException.ThrowIfNull(obj);
        var spec = obj["spec"] as JsonObject ?? [];
        var status = new JsonObject { ["phase"] = "Pending", ["qosClass"] = PodQos.Of(spec) };
        if (spec.Objects("schedulingGates").Count > 0)
            status["conditions"] = new JsonArray(new JsonObject
            {
                ["type"] = "PodScheduled",
                ["status"] = "False",
                ["reason"] = "SchedulingGated",
                ["message"] = "Scheduling is blocked due to non-empty scheduling gates",
            });
        obj["status"] = status;
    }

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (obj?["spec"] is not JsonObject spec) return;
        Validate(spec, errors);
        if (spec.Objects("ephemeralContainers").Count > 0) errors.Forbidden("spec.ephemeralContainers", "cannot be set on create");
        if (spec.Objects("schedulingGates").Count > 0 && spec.Text("nodeName").Length > 0)
            errors.Forbidden("spec.nodeName", "cannot be set until all schedulingGates have been cleared");
    }

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (obj?["spec"] is not JsonObject spec || old?["spec"] is not JsonObject before) return;
        Validate(spec, errors);
        PodUpdateRules.Validate(spec, before, errors);
    }

    public override void ValidateStatus(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (obj.Text("status.nominatedNodeName") is { Length: > 0 } node && NameSyntax.Subdomain(node) is { } problem)
            errors.Invalid("status.nominatedNodeName", node, problem);
        foreach (var list in (string[])["podIPs", "hostIPs"])
            foreach (var (i, entry) in obj.Each($"status.{list}"))
                if (IPText.Wrong(entry.Text("ip")) is { } bad) errors.Invalid($"status.{list}[{i}]", entry.Text("ip"), bad);
        foreach (var (i, condition) in obj.Each("status.conditions"))
            if (condition.Text("type") is var type and not ("PodScheduled" or "Ready" or "Initialized"))
                ConditionRules.QualifiedName(type, $"status.conditions[{i}].Type", errors);
    }

    static void Validate(JsonObject spec, FieldErrors errors)
    {
        PodSpecRules.Validate(spec, "spec", errors, isPod: true);
        if (spec.Text("serviceAccountName").Length > 0) return;
        foreach (var (v, volume) in spec.Each("volumes"))
            foreach (var (s, source) in volume.Each("projected.sources"))
                if (source["serviceAccountToken"] is not null)
                    errors.Forbidden($"spec.volumes[{v}].projected.sources[{s}].serviceAccountToken", "must not be specified when serviceAccountName is not set");
    }
}
