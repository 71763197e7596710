using Fairlead.Api.Resources.Kinds;
using Fairlead.Json;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Admission;

/// <summary>A new claim that names no StorageClass, not even none, gets the default one: the newest if several say they are.</summary>
public sealed class DefaultStorageClass(KindReader classes) : IAdmission
{
    public async ValueTask AdmitAsync(
        AdmissionOperation operation, WriteContext context, JsonObject? obj, JsonObject? old, CancellationToken cancellation)
    {
        if (!context.Creates(operation, "", "persistentvolumeclaims") || obj.Object("spec") is not { } spec) return;
        if (spec["storageClassName"] is not null || obj.Object("metadata").Object("annotations")?["volume.beta.kubernetes.io/storage-class"] is not null) return;
        var all = await classes.ListAsync(null, cancellation).ConfigureAwait(false);
        if (Defaults.Newest(all, StorageClassResource.IsDefault) is { } name) spec["storageClassName"] = name;
    }
}

/// <summary>Of several defaults the newest counts, and of those made at once the first by name.</summary>
static class Defaults
{
    public static string? Newest(IEnumerable<JsonObject> all, Func<JsonObject, bool> isDefault) => all.Where(isDefault)
        .OrderByDescending(c => c.Object("metadata").Text("creationTimestamp"), StringComparer.Ordinal).ThenBy(c => c.Name(), StringComparer.Ordinal)
        .FirstOrDefault()?.Name();
}
