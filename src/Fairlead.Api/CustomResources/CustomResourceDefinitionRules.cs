using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Json;

namespace Fairlead.Api.CustomResources;

/// <summary>
/// Defaults and life cycle of a CustomResourceDefinition. Its deletion waits, by a finalizer that is added at that moment,
/// until the objects of its kind have gone.
/// </summary>
sealed class CustomResourceDefinitionRules : ResourceRules
{
    public override void Default(JsonObject obj)
    {
        if (obj["spec"] is not JsonObject spec) return;
        if (spec["names"] is JsonObject names && names.Text("kind") is { Length: > 0 } kind)
        {
            names.SetDefault("singular", kind.ToLowerInvariant());
            names.SetDefault("listKind", kind + "List");
        }
        if (spec["conversion"] is null) spec["conversion"] = new JsonObject { ["strategy"] = "None" };
        if (spec.At("conversion.webhook.clientConfig.service") is JsonObject service) service["port"] ??= 443;
    }

    public override void PrepareForCreate(JsonObject obj)
    {
        obj["status"] = new JsonObject
        {
            ["conditions"] = new JsonArray(),
            ["acceptedNames"] = new JsonObject { ["plural"] = "", ["kind"] = "" },
            ["storedVersions"] = new JsonArray(),
        };
        NoteStoredVersion(obj);
    }

    public override void PrepareForUpdate(JsonObject obj, JsonObject old) => NoteStoredVersion(obj);

    public override void PrepareForDelete(JsonObject obj, string now)
    {
        var metadata = obj.Make("metadata");
        if (!metadata.Texts("finalizers").Contains(DefinitionStatus.Finalizer))
        {
            if (metadata["finalizers"] is JsonArray list) list.Add(DefinitionStatus.Finalizer);
            else metadata["finalizers"] = new JsonArray(DefinitionStatus.Finalizer);
        }
        DefinitionStatus.SetCondition(obj, "Terminating", true, "InstanceDeletionPending",
            "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon", now);
    }

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        var wanted = $"{obj.Text("spec.names.plural")}.{obj.Text("spec.group")}";
        if (obj.Text("metadata.name") is var name && name != wanted) errors.Invalid("metadata.name", name, "must be spec.names.plural+\".\"+spec.group");
        DefinitionSpecRules.Validate(obj.At("spec") as JsonObject ?? [], new(), errors);
        ApprovalRules.Validate(obj, null, errors);
    }

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        var (spec, before) = (obj.At("spec") as JsonObject ?? [], old.At("spec") as JsonObject ?? []);
        DefinitionSpecRules.Validate(spec, new(before), errors);
        var established = DefinitionStatus.IsTrue(old, "Established");
        foreach (var field in (string[])[.. established ? (string[])["scope", "names.kind"] : [], "group", "names.plural"])
            if (spec.Text(field) is var now && now != before.Text(field)) errors.Invalid("spec." + field, now, "field is immutable");
        ValidateStoredVersions(obj, errors);
        ApprovalRules.Validate(obj, old, errors);
    }

    public override void ValidateStatus(JsonObject obj, JsonObject old, FieldErrors errors) => ValidateStoredVersions(obj, errors);

    static void ValidateStoredVersions(JsonObject obj, FieldErrors errors)
    {
        const string path = "status.storedVersions";
        var stored = obj.Texts(path);
        if (stored.Count == 0) errors.Add(FieldErrorType.FieldValueInvalid, path, "Invalid value: []: must have at least one stored version");
        var versions = obj.Objects("spec.versions");
        var shown = new JsonArray([.. stored.Select(s => (JsonNode)s)]).ToJsonString();
        foreach (var version in versions)
            if (version.Flag("storage") && !stored.Contains(version.Text("name")))
                errors.Add(FieldErrorType.FieldValueInvalid, path, $"Invalid value: {shown}: must have the storage version {version.Text("name")}");
        for (var i = 0; i < stored.Count; i++)
            if (versions.All(v => v.Text("name") != stored[i]))
                errors.Invalid($"{path}[{i}]", stored[i], $"missing from spec.versions; {stored[i]} was previously a storage version, and must remain in "
                    + $"spec.versions until a storage migration ensures no data remains persisted in {stored[i]} and removes {stored[i]} from status.storedVersions");
    }

    /// <summary>Every version that objects were ever stored in is remembered.</summary>
    static void NoteStoredVersion(JsonObject obj)
    {
        var storage = obj.Objects("spec.versions").FirstOrDefault(v => v.Flag("storage")).Text("name");
        if (storage.Length == 0 || obj.Texts("status.storedVersions").Contains(storage)) return;
        var status = obj.Make("status");
        if (status["storedVersions"] is JsonArray list) list.Add(storage);
        else status["storedVersions"] = new JsonArray(storage);
    }
}
