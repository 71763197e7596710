using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>What the tables of volumes and claims share.</summary>
static class VolumeCells
{
    public const string Unset = "<unset>";

    static readonly (string Long, string Short)[] ShortModes =
        [("ReadWriteOnce", "RWO"), ("ReadOnlyMany", "ROX"), ("ReadWriteMany", "RWX"), ("ReadWriteOncePod", "RWOP")];

    /// <summary>Access modes in their short forms, each once.</summary>
    public static string Modes(IReadOnlyList<string> modes) =>
        string.Join(',', ShortModes.Where(m => modes.Contains(m.Long)).Select(m => m.Short));

    /// <summary>The phase, or that the object is being deleted.</summary>
    public static string Status(JsonObject obj) => obj.Text("metadata.deletionTimestamp").Length > 0 ? "Terminating" : obj.Text("status.phase");

    /// <summary>The class that an old annotation names, or spec.</summary>
    public static string Class(JsonObject obj) => obj.At("metadata.annotations")?["volume.beta.kubernetes.io/storage-class"].AsText() ?? obj.Text("spec.storageClassName");

    public static TableColumn Attributes(string owner) =>
        Cells.Field("VolumeAttributesClass", "spec.volumeAttributesClassName", $"VolumeAttributesClass of the {owner}.", empty: Unset);

    public static TableColumn VolumeMode { get; } = Cells.Field("VolumeMode", "spec.volumeMode", "File system or raw device.", 1, Unset);
}
