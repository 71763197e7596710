using Fairlead.Api.Errors;
using Fairlead.Api.Meta.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>What volumes and claims have to say alike.</summary>
static class VolumeModeRules
{
    static readonly string[] Modes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

    public static void Access(JsonObject spec, string path, FieldErrors errors)
    {
        var modes = spec.Texts("accessModes");
        if (modes.Count == 0) errors.Required(path + ".accessModes", "at least 1 access mode is required");
        foreach (var mode in modes)
            if (!Modes.Contains(mode)) errors.NotSupported(path + ".accessModes", mode, Modes);
        if (modes.Count > 1 && modes.Contains("ReadWriteOncePod"))
            errors.Forbidden(path + ".accessModes", "may not use ReadWriteOncePod with other access modes");
    }

    /// <summary>An amount, if there is one, is more than nothing.</summary>
    public static void Positive(JsonNode? node, string path, FieldErrors errors)
    {
        if (node is not null && Quantity.TryParse(node.AsText() ?? node.ToJsonString(), out var amount) && amount.Sign <= 0)
            errors.Invalid(path, amount.ToString(), "must be greater than zero");
    }
}
