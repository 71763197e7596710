using Fairlead.Api.Errors;
using Fairlead.Api.Storage.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>csistoragecapacities.storage.k8s.io.</summary>
public static class CSIStorageCapacityResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<CSIStorageCapacity>("csistoragecapacity",
        Cells.Field("StorageClassName", "storageClassName", "The StorageClass."),
        Cells.Field("Capacity", "capacity", "What is left.", empty: VolumeCells.Unset)) with { Rules = new CSIStorageCapacityRules() };
}

/// <summary>The place that an object speaks of stays.</summary>
sealed class CSIStorageCapacityRules : ResourceRules
{
    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        var name = obj.Text("storageClassName");
        if (NameSyntax.Subdomain(name) is { } wrong) errors.Invalid("storageClassName", name, wrong);
        WorkloadRules.ValidateSelector(obj["nodeTopology"], "nodeTopology", errors);
    }

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        ValidateCreate(obj, errors);
        obj.Unchanged(old, errors, "nodeTopology", "storageClassName");
    }
}
