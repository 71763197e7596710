using Fairlead.Json;

namespace Fairlead.Api.Resources.Pods;

/// <summary>The volumes of a Pod by name.</summary>
sealed class PodVolumes
{
    readonly Dictionary<string, JsonObject> byName = [];

    /// <summary>Notes a volume; false if the name was taken.</summary>
    public bool Add(string name, JsonObject volume) => byName.TryAdd(name, volume);

    public bool Has(string name) => byName.ContainsKey(name);

    /// <summary>True if the volume has a claim, which may be used as a block device.</summary>
    public bool IsClaim(string name) => IsOf(name, "persistentVolumeClaim") || IsOf(name, "ephemeral");

    public bool IsImage(string name) => IsOf(name, "image");

    bool IsOf(string name, string source) => byName.TryGetValue(name, out var volume) && volume[source] is not null;
}
