using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>A key stands in data or binaryData, not in both; the whole is at most 1 MiB.</summary>
sealed class ConfigMapRules : ResourceRules
{
    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        DataRules.ValidateKeys(obj, "data", errors);
        DataRules.ValidateKeys(obj, "binaryData", errors);
        if (obj["binaryData"] is JsonObject binary)
        {
            foreach (var (key, _) in obj.Pairs("data"))
                if (binary.ContainsKey(key)) errors.Invalid($"data[{key}]", key, "duplicate of key present in binaryData");
        }
        var size = DataRules.TextBytes(obj, "data") + DataRules.ValidateBytes(obj, "binaryData", errors);
        if (size > DataRules.MaxBytes) errors.TooLong("", DataRules.MaxBytes);
    }

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        DataRules.ValidateImmutable(obj, old, errors, "data", "binaryData");
        ValidateCreate(obj, errors);
    }
}
