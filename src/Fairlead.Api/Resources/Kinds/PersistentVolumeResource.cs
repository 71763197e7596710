using Fairlead.Api.Core.V1;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>persistentvolumes.</summary>
public static class PersistentVolumeResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<PersistentVolume>("persistentvolume",
        Cells.Field("Capacity", "spec.capacity.storage", "The size of the volume."),
        Cells.Text("Access Modes", "How it can be mounted.", v => VolumeCells.Modes(v.Texts("spec.accessModes"))),
        Cells.Field("Reclaim Policy", "spec.persistentVolumeReclaimPolicy", "What becomes of it when its claim goes."),
        Cells.Text("Status", "Its phase.", VolumeCells.Status),
        Cells.Text("Claim", "The claim that has it.",
            v => v.At("spec.claimRef") is null ? "" : $"{v.Text("spec.claimRef.namespace")}/{v.Text("spec.claimRef.name")}"),
        Cells.Text("StorageClass", "StorageClass of the volume.", VolumeCells.Class),
        VolumeCells.Attributes("volume"),
        Cells.Field("Reason", "status.reason", "Why it failed."),
        Cells.Age,
        VolumeCells.VolumeMode) with
    {
        ShortNames = ["pv"],
        HasStatus = true,
        Rules = new PersistentVolumeRules(),
    };
}
