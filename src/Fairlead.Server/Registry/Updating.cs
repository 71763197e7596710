using System.Globalization;
using Fairlead.Api.ManagedFields;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Admission;
using Fairlead.Server.Responding;
using Fairlead.Store;

namespace Fairlead.Server.Registry;

/// <summary>Which part of the stored object a change may touch.</summary>
public enum ChangeScope
{
    /// <summary>Everything but status (where status is a subresource).</summary>
    Object,

    /// <summary>status alone (and metadata's labels and annotations on Nodes and Pods, as upstream).</summary>
    Status,

    /// <summary>Exactly what the change did: subresources with rules of their own.</summary>
    Exact,
}

/// <summary>
/// Makes a changed object from the stored one; called again after a lost race. It may say who owns the fields then
/// (server-side apply); null lets the writer own what it changed.
/// </summary>
public delegate ValueTask<(JsonObject Object, FieldManagers? Owners)> ObjectChange(StoredState stored);

/// <summary>
/// Changes stored objects of any kind: load → change → check the revision → default → owners → complete (what webhooks
/// changed is checked and defaulted again) → validate → judge → allocate → replace if nobody was faster, else again.
/// </summary>
public sealed class Updating(RegistryServices services, Deletion deletion)
{
    const int MaxTries = 16;

    /// <summary>Applies the change and returns the object's bytes as they are stored.</summary>
    /// <param name="change">Makes the new object from its own copy of the stored one, which lacks managedFields; called again after a lost race.</param>
    /// <exception cref="Api.Errors.ApiException">NotFound, Conflict, Invalid, Forbidden, BadRequest, and what the change throws.</exception>
    public ValueTask<ReadOnlyMemory<byte>> UpdateAsync(
        WriteContext context, ChangeScope scope, Func<JsonObject, JsonObject> change, CancellationToken cancellation) =>
        UpdateAsync(context, scope, async stored => (change(await stored.CopyAsync(context.Kind, cancellation).ConfigureAwait(false)), null), cancellation);

    /// <summary>Applies a change that reads the stored object itself, or knows who owns its fields afterwards.</summary>
    /// <exception cref="Api.Errors.ApiException">As for a plain change.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> UpdateAsync(WriteContext context, ChangeScope scope, ObjectChange change, CancellationToken cancellation)
    {
        var kind = context.Kind;
        var name = context.Target.Name!;
        var key = ObjectKeys.Object(kind, context.Namespace, name);
        for (var attempt = 0; attempt < MaxTries; attempt++)
        {
            var entry = await services.Store.GetAsync(key, cancellation).ConfigureAwait(false) ?? throw Refuse.NotFound(kind, name);
            var stored = StoredObject.Parse(entry, out var managers);
            var migrates = kind.Conversion is not null && stored.Text("apiVersion") != kind.ApiVersion;
            var old = await Versions.ConvertAsync(kind, stored, cancellation).ConfigureAwait(false);
            var (obj, owners) = await change(new(entry, old, managers)).ConfigureAwait(false);
            var given = obj.Metadata()["managedFields"];
            obj.Metadata().Remove("managedFields");
            CheckIdentity(context, obj, old, entry.Revision);
            obj = Confine(context, scope, obj, old);
            if (scope == ChangeScope.Object) kind.Rules.PrepareForUpdate(obj, old);
            ObjectChecks.Default(kind, obj);
            owners ??= FieldOwners.OfChanged(context, managers, given, old, obj, services.Now);
            var shown = services.Admission.Showing(context, owners, managers);
            if (await services.Admission.CompleteAsync(AdmissionOperation.Update, shown, obj, old, cancellation).ConfigureAwait(false))
            {
                owners = shown.Owners?.After ?? owners;
                // A webhook may touch no more than the writer.
                CheckIdentity(context, obj, old, entry.Revision);
                obj = Confine(context, scope, obj, old);
                if (scope == ChangeScope.Object) kind.Rules.PrepareForUpdate(obj, old);
                ObjectChecks.Default(kind, obj);
            }
            ObjectChecks.ValidateChanged(kind, obj, old, scope);
            await services.Admission.JudgeAsync(AdmissionOperation.Update, shown, obj, old, cancellation).ConfigureAwait(false);
            foreach (var warning in MetadataRules.FinalizerWarnings(kind, obj, old)) context.Warn(warning);
            obj.Metadata()["resourceVersion"] = old.Metadata()["resourceVersion"]!.DeepClone();
            if (!migrates && owners.SameOwners(managers) && JsonNode.DeepEquals(obj, old)) return entry.Json;
            CountGeneration(context, obj, old);

            if (Deletion.IsComplete(kind, obj))
            {
                if (context.DryRun) return StoredObject.Bytes(obj, owners);
                if (await deletion.RemoveAsync(kind, entry, obj, cancellation).ConfigureAwait(false) is { } final) return final.Json;
                continue;
            }
            var reservation = await services.ReserveAsync(kind, obj, old, context.DryRun, cancellation).ConfigureAwait(false);
            await using var undone = reservation.ConfigureAwait(false);
            if (context.DryRun) return StoredObject.Bytes(obj, owners);
            var result = await services.Store.WriteAsync(StoreWrite.Replace(key, entry.Revision, StoredObject.Encode(obj, owners)), cancellation).ConfigureAwait(false);
            if (result.Outcome != WriteOutcome.Done) continue;
            await reservation.KeepAsync().ConfigureAwait(false);
            result.Entry!.Facts = ObjectFacts.Of(kind, obj);
            return result.Entry.Json;
        }
        throw Refuse.Modified(kind, name);
    }

    static void CheckIdentity(WriteContext context, JsonObject obj, JsonObject old, long revision)
    {
        var kind = context.Kind;
        var metadata = obj.Metadata();
        var name = context.Target.Name!;
        var own = metadata.Text("name");
        if (own is null) metadata["name"] = name;
        else if (own != name) throw Refuse.BadRequest($"the name of the object ({own}) does not match the name on the URL ({name})");
        Creation.SetNamespace(kind, context.Namespace, metadata);
        if (metadata.Text("uid") is { } uid && uid != old.Metadata().Text("uid"))
        {
            throw Refuse.Conflict(kind, name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {old.Metadata().Text("uid")}");
        }
        if (metadata.Text("resourceVersion") is not { } asked || asked == "0") return;
        if (!long.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var at)) throw Refuse.BadRequest($"invalid resource version \"{asked}\"");
        if (at != revision) throw Refuse.Modified(kind, name);
    }

    /// <summary>Puts back what this write may not touch.</summary>
    static JsonObject Confine(WriteContext context, ChangeScope scope, JsonObject obj, JsonObject old)
    {
        var kind = context.Kind;
        if (scope == ChangeScope.Status)
        {
            var confined = (JsonObject)old.DeepClone();
            confined.Carry(obj, "status");
            if (FieldOwners.CarriesMetadata(kind))
            {
                foreach (var field in (string[])["labels", "annotations"]) confined.Metadata().Carry(obj.Metadata(), field);
            }
            return confined;
        }
        obj["apiVersion"] = kind.ApiVersion;
        obj["kind"] = kind.Kind;
        foreach (var field in (string[])["uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "selfLink"])
        {
            obj.Metadata().Carry(old.Metadata(), field);
        }
        if (scope == ChangeScope.Object && kind.HasStatus) obj.Carry(old, "status");
        return obj;
    }

    static void CountGeneration(WriteContext context, JsonObject obj, JsonObject old)
    {
        if (!context.Kind.CountsGeneration) return;
        var changed = obj.Any(p => p.Key is not ("metadata" or "status") && !JsonNode.DeepEquals(p.Value, old[p.Key]))
            || old.Any(p => !obj.ContainsKey(p.Key) && p.Key is not ("metadata" or "status"));
        if (changed) obj.Metadata()["generation"] = (old.Metadata().Number("generation") ?? 0) + 1;
    }
}
