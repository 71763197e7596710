using Fairlead.Api.CustomResources;
using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Server.Routing;
using Fairlead.Store;
using Microsoft.Extensions.Logging;

namespace Fairlead.Server.CustomResources;

/// <summary>
/// Serves the kinds that users define. One loop follows the definitions in the store, whichever server wrote them: it gives
/// them their names, puts their kinds into the catalog, and empties and withdraws those that are being deleted.
/// <code>
/// store ──watch──▶ definitions ──accept names──▶ CustomKindReader ──▶ catalog ──▶ status (NamesAccepted, Established)
///                      └─ being deleted ──▶ delete objects ──▶ take off the finalizer
/// </code>
/// </summary>
public sealed class CustomKinds(IStore store, Verbs verbs, ResourceCatalog catalog, TimeProvider clock, ConversionWebhook webhook, ILogger log)
{
    const string Owner = "custom resources";

    /// <summary>How often the objects of a definition that is being deleted are looked for again while finalizers hold them.</summary>
    static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    readonly ResourceDefinition kind = catalog.Require("apiextensions.k8s.io", "v1", "customresourcedefinitions");
    readonly Dictionary<string, (string Signature, IReadOnlyList<ResourceDefinition> Versions)> known = new(StringComparer.Ordinal);

    /// <summary>Serves what the store holds. To be awaited before requests are taken.</summary>
    /// <returns>The revision that was read, to go on from.</returns>
    public async Task<long> LoadAsync(CancellationToken cancellation)
    {
        var (definitions, revision) = await ReadAsync(cancellation).ConfigureAwait(false);
        Serve(definitions);
        return revision;
    }

    /// <summary>Follows the definitions until cancelled.</summary>
    public async Task RunAsync(long from, CancellationToken cancellation)
    {
        var watch = store.Watch(Prefix, from);
        try
        {
            while (true)
            {
                try
                {
                    var waiting = await ReconcileAsync(cancellation).ConfigureAwait(false);
                    await NextAsync(watch, waiting, cancellation).ConfigureAwait(false);
                }
                catch (Exception e) when (e is CompactedException or SlowWatcherException)
                {
                    watch.Dispose();
                    watch = store.Watch(Prefix, store.Revision);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    log.LogError(e, "custom resources: a definition could not be brought up to date");
                    await Task.Delay(LookAgain, clock, cancellation).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            watch.Dispose();
        }
    }

    string Prefix => ObjectKeys.Collection(kind, null);

    Task<IReadOnlyList<StoreEvent>>? pending;

    async Task NextAsync(IStoreWatch watch, bool waiting, CancellationToken cancellation)
    {
        pending ??= watch.NextAsync(cancellation).AsTask();
        if (waiting)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var done = await Task.WhenAny(pending, Task.Delay(LookAgain, clock, stop.Token)).ConfigureAwait(false) == pending;
            await stop.CancelAsync().ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            if (!done) return;
        }
        var next = pending;
        pending = null;
        await next.ConfigureAwait(false);
    }

    /// <returns>True if something has to be looked at again although nothing changes.</returns>
    async Task<bool> ReconcileAsync(CancellationToken cancellation)
    {
        var (definitions, _) = await ReadAsync(cancellation).ConfigureAwait(false);
        var now = ObjectFields.Time(clock.GetUtcNow());
        var changed = new List<JsonObject>();
        foreach (var definition in definitions)
        {
            if (IsDeleting(definition)) continue;
            if (DefinitionStatus.Accept(definition, Others(definitions, definition), now)) changed.Add(definition);
        }
        // Before the status says so: whoever reads Established finds the kind.
        Serve(definitions);
        foreach (var definition in changed) await WriteStatusAsync(definition, cancellation).ConfigureAwait(false);
        var waiting = false;
        foreach (var definition in definitions)
            if (IsDeleting(definition)) waiting |= !await CleanAsync(definition, cancellation).ConfigureAwait(false);
        return waiting;
    }

    async Task<(List<JsonObject> Definitions, long Revision)> ReadAsync(CancellationToken cancellation)
    {
        var range = await store.RangeAsync(Prefix, null, 0, 0, cancellation).ConfigureAwait(false);
        return ([.. range.Entries.Select(StoredObject.Parse)], range.Revision);
    }

    void Serve(List<JsonObject> definitions)
    {
        var served = new List<ResourceDefinition>();
        foreach (var definition in definitions.Where(d => DefinitionStatus.IsTrue(d, "Established")))
        {
            try { served.AddRange(Versions(definition)); }
            catch (Exception e) when (e is FormatException or Cel.CelException) { log.LogError("custom resources: {Name} can't be served: {Why}", definition.Name(), e.Message); }
        }
        foreach (var gone in known.Keys.Except(definitions.Select(d => d.Name())).ToList()) known.Remove(gone);
        served = [.. served.OrderBy(d => d.Group, StringComparer.Ordinal).ThenByDescending(d => d.Version, VersionOrder.Instance).ThenBy(d => d.Plural, StringComparer.Ordinal)];
        if (served.Count == catalogued && served.All(d => catalog.All.Contains(d))) return;
        catalogued = served.Count;
        catalog.Replace(Owner, served);
    }

    int catalogued;

    /// <summary>The versions of a definition; the same objects as long as nothing that they rest on changes.</summary>
    IReadOnlyList<ResourceDefinition> Versions(JsonObject definition)
    {
        var deleting = IsDeleting(definition);
        var signature = $"{deleting} {definition["spec"]?.ToJsonString()} {definition.Object("status")?["acceptedNames"]?.ToJsonString()} {string.Join(',', definition.Object("status").Texts("storedVersions"))}";
        if (known.TryGetValue(definition.Name(), out var before) && before.Signature == signature) return before.Versions;
        var versions = CustomKindReader.Read(definition, webhook.ConversionOf(definition));
        if (deleting) versions = [.. versions.Select(v => v with { Verbs = [.. v.Verbs.Where(verb => verb != "create")] })];
        known[definition.Name()] = (signature, versions);
        return versions;
    }

    async Task WriteStatusAsync(JsonObject definition, CancellationToken cancellation)
    {
        try
        {
            await verbs.Updating.UpdateAsync(WriteContext.Internal(kind, null, definition.Name()), ChangeScope.Status, obj =>
            {
                obj["status"] = definition["status"]!.DeepClone();
                return obj;
            }, cancellation).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.IsNotFound || e.IsConflict) { } // its next event tells
    }

    /// <summary>Deletes the objects of a definition that is being deleted, and lets it go when none is left.</summary>
    /// <returns>False if some are left.</returns>
    async Task<bool> CleanAsync(JsonObject definition, CancellationToken cancellation)
    {
        if (!definition.Metadata().Texts("finalizers").Contains(DefinitionStatus.Finalizer)) return true;
        var established = DefinitionStatus.IsTrue(definition, "Established");
        if (established && CustomKindReader.Stored(definition, webhook.ConversionOf(definition)) is { } objects
            && !await EmptyAsync(objects, cancellation).ConfigureAwait(false)) return false;
        var now = ObjectFields.Time(clock.GetUtcNow());
        try
        {
            await verbs.Updating.UpdateAsync(WriteContext.Internal(kind, null, definition.Name()), ChangeScope.Exact, obj =>
            {
                var left = obj.Metadata().Texts("finalizers").Where(f => f != DefinitionStatus.Finalizer).Select(f => (JsonNode)f).ToArray();
                obj.Metadata().Put("finalizers", left.Length == 0 ? null : new JsonArray(left));
                DefinitionStatus.SetCondition(obj, "Terminating", false, established ? "InstanceDeletionCompleted" : "NeverEstablished",
                    established ? "removed all instances" : "resource was never established", now);
                return obj;
            }, cancellation).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.IsNotFound || e.IsConflict) { }
        return true;
    }

    async Task<bool> EmptyAsync(ResourceDefinition objects, CancellationToken cancellation)
    {
        var prefix = ObjectKeys.Collection(objects, null);
        var range = await store.RangeAsync(prefix, null, 0, 0, cancellation).ConfigureAwait(false);
        foreach (var entry in range.Entries)
        {
            var parts = entry.Key[prefix.Length..].Split('/');
            var context = WriteContext.Internal(objects, objects.Namespaced ? parts[0] : null, parts[^1]);
            try { await verbs.Deletion.DeleteAsync(context, new(), cancellation).ConfigureAwait(false); }
            catch (ApiException e) when (e.IsNotFound) { }
        }
        return range.Entries.Count == 0 || (await store.RangeAsync(prefix, null, 1, 0, cancellation).ConfigureAwait(false)).Entries.Count == 0;
    }

    static IReadOnlyList<JsonObject> Others(List<JsonObject> all, JsonObject one) =>
        [.. all.Where(d => d != one && d.Object("spec").Text("group") == one.Object("spec").Text("group"))];

    static bool IsDeleting(JsonObject definition) => definition.Metadata().Text("deletionTimestamp") is not null;
}
