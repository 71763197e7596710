using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Store;

namespace Fairlead.Server.Admission;

/// <summary>Objects of one kind as rules need them: one by name, or all.</summary>
public sealed class KindReader(IStore store, ResourceDefinition kind)
{
    /// <summary>The object; null if there is none.</summary>
    public async ValueTask<JsonObject?> GetAsync(string? ns, string name, CancellationToken cancellation) =>
        await store.GetAsync(ObjectKeys.Object(kind, ns, name), cancellation).ConfigureAwait(false) is { } entry ? StoredObject.Parse(entry) : null;

    /// <summary>The object's labels, which are read once for each of its versions; null if there is no such object.</summary>
    public async ValueTask<IReadOnlyDictionary<string, string>?> LabelsAsync(string? ns, string name, CancellationToken cancellation) =>
        await store.GetAsync(ObjectKeys.Object(kind, ns, name), cancellation).ConfigureAwait(false) is { } entry ? ObjectFacts.Of(kind, entry).Labels : null;

    /// <summary>All objects of the namespace, in the order of their names; of the cluster if it is null.</summary>
    public async ValueTask<IReadOnlyList<JsonObject>> ListAsync(string? ns, CancellationToken cancellation)
    {
        var range = await store.RangeAsync(ObjectKeys.Collection(kind, ns), null, 0, 0, cancellation).ConfigureAwait(false);
        return [.. range.Entries.Select(StoredObject.Parse)];
    }
}

/// <summary>What a write is about, for rules that ask only of one kind.</summary>
static class WriteContextKinds
{
    /// <summary>True if the write makes an object of the kind.</summary>
    public static bool Creates(this WriteContext context, AdmissionOperation operation, string group, string plural) =>
        operation == AdmissionOperation.Create && context.Target.Subresource.Length == 0 && context.Kind.Group == group && context.Kind.Plural == plural;

    /// <summary>True if the write makes a Pod.</summary>
    public static bool CreatesPod(this WriteContext context, AdmissionOperation operation) => context.Creates(operation, "", "pods");
}
