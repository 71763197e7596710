using Fairlead.Api.Errors;
using Fairlead.Api.Storage.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>volumeattachments.storage.k8s.io.</summary>
public static class VolumeAttachmentResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<VolumeAttachment>("volumeattachment",
        Cells.Field("Attacher", "spec.attacher", "Name of the driver."),
        Cells.Field("PV", "spec.source.persistentVolumeName", "The volume."),
        Cells.Field("Node", "spec.nodeName", "The node."),
        new TableColumn("Attached", "boolean", "Whether it is attached.", 0, (a, _) => a.Flag("status.attached")),
        Cells.Age) with { HasStatus = true, Rules = new VolumeAttachmentRules() };
}

/// <summary>An attachment is one volume on one node, and stays so.</summary>
sealed class VolumeAttachmentRules : ResourceRules
{
    public override void PrepareForCreate(JsonObject obj) => obj["status"] = new JsonObject();

    public override void Default(JsonObject obj) => obj.Make("status").SetDefault("attached", false);

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        if (obj.Text("spec.attacher").Length == 0) errors.Required("spec.attacher");
        else FieldChecks.Form(obj.Text("spec.attacher").ToLowerInvariant(), "spec.attacher", NameSyntax.Subdomain, errors);
        var (name, inline) = (obj.At("spec.source.persistentVolumeName"), obj.At("spec.source.inlineVolumeSpec"));
        if (name is null && inline is null) errors.Required("spec.source", "must specify exactly one of inlineVolumeSpec and persistentVolumeName");
        if (name is not null && inline is not null) errors.Forbidden("spec.source", "must specify exactly one of inlineVolumeSpec and persistentVolumeName");
        if (name is not null && name.AsText() is "") errors.Required("spec.source.persistentVolumeName", "must specify non empty persistentVolumeName");
        if (obj.Text("spec.nodeName").Length == 0) errors.Required("spec.nodeName");
        else FieldChecks.Form(obj.Text("spec.nodeName"), "spec.nodeName", NameSyntax.Subdomain, errors);
    }

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        ValidateCreate(obj, errors);
        obj.Unchanged(old, errors, "spec");
    }
}
