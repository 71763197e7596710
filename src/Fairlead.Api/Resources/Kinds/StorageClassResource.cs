using Fairlead.Api.Errors;
using Fairlead.Api.Storage.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>storageclasses.storage.k8s.io.</summary>
public static class StorageClassResource
{
    /// <summary>The annotation whose value "true" makes a class the one of claims that name none.</summary>
    public const string DefaultAnnotation = "storageclass.kubernetes.io/is-default-class";

    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<StorageClass>("storageclass",
        Cells.Text("Name", "Name of the class.", c => IsDefault(c) ? c.Text("metadata.name") + " (default)" : c.Text("metadata.name")),
        Cells.Field("Provisioner", "provisioner", "Who makes the volumes."),
        Cells.Field("ReclaimPolicy", "reclaimPolicy", "What becomes of a volume when its claim goes.", empty: "Delete"),
        Cells.Field("VolumeBindingMode", "volumeBindingMode", "When a volume is made.", empty: "Immediate"),
        new TableColumn("AllowVolumeExpansion", "string", "Whether volumes may be made larger.", 0, (c, _) => c.Flag("allowVolumeExpansion")),
        Cells.Age) with
    {
        NameColumnFirst = false,
        ShortNames = ["sc"],
        Rules = new StorageClassRules(),
    };

    /// <summary>True if the class is that of claims that name none.</summary>
    public static bool IsDefault(JsonObject obj) => obj.At("metadata.annotations") is JsonObject annotations
        && (annotations[DefaultAnnotation].AsText() == "true" || annotations["storageclass.beta.kubernetes.io/is-default-class"].AsText() == "true");
}

/// <summary>What volumes were made by stays.</summary>
sealed class StorageClassRules : ResourceRules
{
    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        var provisioner = obj.Text("provisioner");
        if (provisioner.Length == 0) errors.Required("provisioner");
        else FieldChecks.Form(provisioner.ToLowerInvariant(), "provisioner", NameSyntax.QualifiedName, errors);
        if (obj.Text("reclaimPolicy") is { Length: > 0 } policy and not ("Delete" or "Retain")) errors.NotSupported("reclaimPolicy", policy, ["Delete", "Retain"]);
        if (obj.Text("volumeBindingMode") is var mode and not ("Immediate" or "WaitForFirstConsumer"))
            errors.NotSupported("volumeBindingMode", mode, ["Immediate", "WaitForFirstConsumer"]);
        foreach (var (key, _) in obj.Pairs("parameters"))
            if (key.Length == 0) errors.Invalid("parameters", key, "field must not be empty.");
    }

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        ValidateCreate(obj, errors);
        foreach (var field in (string[])["parameters", "provisioner", "reclaimPolicy"])
            if (!JsonNode.DeepEquals(obj[field], old[field])) errors.Forbidden(field, $"updates to {field} are forbidden.");
        obj.Unchanged(old, errors, "volumeBindingMode");
    }
}
