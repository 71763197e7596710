using Fairlead.Api.Errors;
using Fairlead.Api.Storage.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>csidrivers.storage.k8s.io.</summary>
public static class CSIDriverResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<CSIDriver>("csidriver",
        Flag("AttachRequired", "spec.attachRequired", "Whether volumes are attached before they are mounted.", otherwise: true),
        Flag("PodInfoOnMount", "spec.podInfoOnMount", "Whether the driver is told of the Pod."),
        Flag("StorageCapacity", "spec.storageCapacity", "Whether the driver says how much storage is left."),
        Cells.Text("TokenRequests", "Audiences of the tokens that it is given.", Tokens),
        Flag("RequiresRepublish", "spec.requiresRepublish", "Whether it is called again now and then."),
        Cells.Text("Modes", "Sorts of volumes.", d => string.Join(',', d.Texts("spec.volumeLifecycleModes")) is { Length: > 0 } modes ? modes : Cells.None),
        Cells.Age) with { CountsGeneration = true, Rules = new CSIDriverRules() };

    static TableColumn Flag(string name, string path, string description, bool otherwise = false) =>
        new(name, "boolean", description, 0, (d, _) => d.At(path) is null ? otherwise : d.Flag(path));

    static string Tokens(JsonObject driver)
    {
        var audiences = driver.Objects("spec.tokenRequests").Select(t => t.Text("audience")).ToList();
        return audiences.Count == 0 ? VolumeCells.Unset : string.Join(',', audiences);
    }
}

/// <summary>How a driver's volumes come to a node stays.</summary>
sealed class CSIDriverRules : ResourceRules
{
    public override void Default(JsonObject obj)
    {
        var spec = obj.Make("spec");
        if (spec["volumeLifecycleModes"] is not JsonArray { Count: > 0 }) spec["volumeLifecycleModes"] = new JsonArray("Persistent");
    }

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        foreach (var mode in obj.Texts("spec.volumeLifecycleModes"))
            if (mode is not ("Persistent" or "Ephemeral")) errors.NotSupported("spec.volumeLifecycleModes", mode, ["Ephemeral", "Persistent"]);
        if (obj.Text("spec.fsGroupPolicy") is var policy and not ("ReadWriteOnceWithFSType" or "File" or "None"))
            errors.NotSupported("spec.fsGroupPolicy", policy, ["File", "None", "ReadWriteOnceWithFSType"]);
        var audiences = new HashSet<string>();
        foreach (var (i, token) in obj.Each("spec.tokenRequests"))
        {
            if (!audiences.Add(token.Text("audience"))) errors.Duplicate($"spec.tokenRequests[{i}].audience", token.Text("audience"));
            if (token.Number("expirationSeconds") is < 600 and var seconds)
                errors.Invalid($"spec.tokenRequests[{i}].expirationSeconds", seconds, "may not specify a duration less than 10 minutes");
        }
    }

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        ValidateCreate(obj, errors);
        obj.Unchanged(old, errors, "spec.attachRequired", "spec.volumeLifecycleModes");
    }
}
