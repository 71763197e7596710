using Fairlead.Api.Core.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>persistentvolumeclaims.</summary>
public static class PersistentVolumeClaimResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<PersistentVolumeClaim>("persistentvolumeclaim",
        Cells.Text("Status", "Its phase.", VolumeCells.Status),
        Cells.Field("Volume", "spec.volumeName", "The volume that is bound."),
        Cells.Text("Capacity", "The size of that volume.", c => IsBound(c) ? c.Text("status.capacity.storage") : ""),
        Cells.Text("Access Modes", "How it can be mounted.", c => IsBound(c) ? VolumeCells.Modes(c.Texts("status.accessModes")) : ""),
        Cells.Text("StorageClass", "StorageClass of the claim.", VolumeCells.Class),
        VolumeCells.Attributes("claim"),
        Cells.Age,
        VolumeCells.VolumeMode) with
    {
        ShortNames = ["pvc"],
        HasStatus = true,
        Rules = new PersistentVolumeClaimRules(),
    };

    static bool IsBound(JsonObject claim) => claim.Text("spec.volumeName").Length > 0;
}
