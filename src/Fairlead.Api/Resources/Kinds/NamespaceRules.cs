using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>A namespace bears its own name as a label, starts Active, and waits for the "kubernetes" finalizer when it is deleted.</summary>
sealed class NamespaceRules : ResourceRules
{
    const string NameLabel = "kubernetes.io/metadata.name";

    public override void Default(JsonObject obj)
    {
        if (obj.Text("metadata.name") is { Length: > 0 } name) obj.Make("metadata").Make("labels")[NameLabel] = name;
        obj.Make("status").SetDefault("phase", "Active");
    }

    public override void PrepareForCreate(JsonObject obj)
    {
        obj["status"] = new JsonObject { ["phase"] = "Active" };
        var finalizers = obj.Texts("spec.finalizers");
        if (!finalizers.Contains("kubernetes"))
            obj.Make("spec")["finalizers"] = new JsonArray([.. finalizers.Append("kubernetes").Select(f => (JsonNode)f)]);
        Default(obj);
    }

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        foreach (var finalizer in obj.Texts("spec.finalizers"))
        {
            if (NameSyntax.QualifiedName(finalizer) is { } wrong) errors.Invalid("spec.finalizers", finalizer, wrong);
            else if (!finalizer.Contains('/', StringComparison.Ordinal) && finalizer is not ("orphan" or "foregroundDeletion" or "kubernetes"))
                errors.Invalid("spec.finalizers", finalizer, "name is neither a standard finalizer name nor is it fully qualified");
        }
    }

    public override void ValidateStatus(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        var terminating = obj.Text("metadata.deletionTimestamp").Length > 0;
        var phase = obj.Text("status.phase");
        if (terminating && phase != "Terminating")
            errors.Invalid("status.Phase", phase, "may only be 'Terminating' if `deletionTimestamp` is not empty");
        if (!terminating && phase != "Active")
            errors.Invalid("status.Phase", phase, "may only be 'Active' if `deletionTimestamp` is empty");
    }
}
