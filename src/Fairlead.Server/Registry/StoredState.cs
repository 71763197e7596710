using Fairlead.Api.ManagedFields;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Store;

namespace Fairlead.Server.Registry;

/// <summary>A stored object as a change finds it.</summary>
/// <param name="obj">In the version that is stored today, without managedFields; others look at it too.</param>
/// <param name="managers">Who owns its fields.</param>
public sealed class StoredState(StoreEntry entry, JsonObject obj, FieldManagers managers)
{
    public FieldManagers Managers => managers;

    /// <summary>A copy in the kind's version, which is the change's own.</summary>
    /// <param name="withOwners">With managedFields.</param>
    public async ValueTask<JsonObject> CopyAsync(ResourceDefinition kind, CancellationToken cancellation, bool withOwners = false)
    {
        // What is stored in another version is converted once, to the one that is asked for.
        var copy = kind.Conversion is null
            ? (JsonObject)obj.DeepClone()
            : await Versions.ConvertAsync(kind, StoredObject.ParseWithoutOwners(entry), cancellation).ConfigureAwait(false);
        if (withOwners && managers.ToJson() is { } managedFields) copy.Metadata()["managedFields"] = managedFields;
        return copy;
    }
}
