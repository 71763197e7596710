using System.Globalization;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Admission;
using Fairlead.Server.Responding;
using Fairlead.Store;

namespace Fairlead.Server.Registry;

/// <summary>How a deletion ended.</summary>
/// <param name="Json">The object as it is now stored, or its last state when it is gone.</param>
public readonly record struct DeletionResult(bool Gone, ReadOnlyMemory<byte> Json, string Uid);

/// <summary>
/// Deletes objects of any kind: at once, or first only marked, while finalizers or a grace period hold them.
/// </summary>
public sealed class Deletion(RegistryServices services)
{
    const string Orphan = "orphan";
    const string Foreground = "foregroundDeletion";

    /// <exception cref="Api.Errors.ApiException">NotFound; Conflict when a precondition does not hold; Forbidden.</exception>
    public async ValueTask<DeletionResult> DeleteAsync(WriteContext context, DeleteOptions options, CancellationToken cancellation)
    {
        var kind = context.Kind;
        var name = context.Target.Name!;
        context = context with { Deletion = options };
        long admitted = 0;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var entry = await services.Store.GetAsync(ObjectKeys.Object(kind, context.Namespace, name), cancellation).ConfigureAwait(false)
                ?? throw Refuse.NotFound(kind, name);
            var obj = StoredObject.Parse(entry);
            var uid = obj.Metadata().Text("uid") ?? "";
            CheckPreconditions(kind, name, options.Preconditions, uid, entry.Revision);
            if (!context.IsAdmitted && admitted != entry.Revision)
            {
                // The rules see the object that goes; after a lost race they see it again.
                await services.Admission.AdmitAsync(AdmissionOperation.Delete, context, null, obj, cancellation).ConfigureAwait(false);
                admitted = entry.Revision;
            }
            var changed = Mark(kind, obj, options);
            var complete = IsComplete(kind, obj);
            if (context.DryRun || (!changed && !complete)) return new(complete, entry.Json, uid);
            if (complete)
            {
                if (await RemoveAsync(kind, entry, obj, cancellation).ConfigureAwait(false) is { } final) return new(true, final.Json, uid);
                continue;
            }
            var result = await services.Store.WriteAsync(StoreWrite.Replace(entry.Key, entry.Revision, StoredObject.Encode(obj)), cancellation).ConfigureAwait(false);
            if (result.Outcome == WriteOutcome.Done) return new(false, result.Entry!.Json, uid);
        }
    }

    /// <summary>Takes the object out of the store; null if it changed in between.</summary>
    public async ValueTask<StoreEntry?> RemoveAsync(ResourceDefinition kind, StoreEntry entry, JsonObject final, CancellationToken cancellation)
    {
        var result = await services.Store.WriteAsync(StoreWrite.Delete(entry.Key, entry.Revision, StoredObject.Encode(final)), cancellation).ConfigureAwait(false);
        if (result.Outcome != WriteOutcome.Done)
        {
            return result.Entry is null ? throw Refuse.NotFound(kind, final.Name()) : null;
        }
        await services.ReleaseAsync(kind, final).ConfigureAwait(false);
        return result.Entry;
    }

    /// <summary>True when deletion was asked for and nothing holds the object any longer.</summary>
    public static bool IsComplete(ResourceDefinition kind, JsonObject obj)
    {
        var metadata = obj.Metadata();
        return metadata.Text("deletionTimestamp") is not null
            && (metadata.Number("deletionGracePeriodSeconds") ?? 0) == 0
            && metadata.Array("finalizers") is not { Count: > 0 }
            && !(IsNamespace(kind) && obj.Object("spec").Array("finalizers") is { Count: > 0 });
    }

    static bool IsNamespace(ResourceDefinition kind) => kind is { Group: "", Plural: "namespaces" };

    static void CheckPreconditions(ResourceDefinition kind, string name, Preconditions? conditions, string uid, long revision)
    {
        if (conditions?.Uid is { Length: > 0 } wantedUid && wantedUid != uid)
        {
            throw Refuse.Conflict(kind, name, $"Precondition failed: UID in precondition: {wantedUid}, UID in object meta: {uid}");
        }
        var current = revision.ToString(CultureInfo.InvariantCulture);
        if (conditions?.ResourceVersion is { Length: > 0 } wanted && wanted != current)
        {
            throw Refuse.Conflict(kind, name, $"Precondition failed: ResourceVersion in precondition: {wanted}, ResourceVersion in object meta: {current}");
        }
    }

    /// <summary>Marks the object as being deleted; true if that changed it.</summary>
    bool Mark(ResourceDefinition kind, JsonObject obj, DeleteOptions options)
    {
        var metadata = obj.Metadata();
        var changed = SetFinalizers(kind, metadata, options);
        var grace = Grace(kind, obj, options);
        var marked = metadata.Text("deletionTimestamp") is not null;
        var before = metadata.Number("deletionGracePeriodSeconds") ?? 0;
        // A second delete may only shorten the grace period.
        if (marked && grace >= before) return changed;
        var now = services.Clock.GetUtcNow();
        if (!marked || grace < before)
        {
            metadata["deletionTimestamp"] = ObjectFields.Time(now.AddSeconds(grace));
            metadata["deletionGracePeriodSeconds"] = grace;
        }
        if (!marked) kind.Rules.PrepareForDelete(obj, services.Now);
        if (!marked && metadata.Number("generation") is { } generation) metadata["generation"] = generation + 1;
        if (IsNamespace(kind))
        {
            if (obj["status"] is not JsonObject) obj["status"] = new JsonObject();
            obj["status"]!["phase"] = "Terminating";
        }
        return true;
    }

    static long Grace(ResourceDefinition kind, JsonObject obj, DeleteOptions options)
    {
        if (kind.DefaultGracePeriod is not { } byKind) return 0;
        // Nothing runs yet, or no longer: there is nobody to wait for.
        if (obj.Object("spec").Text("nodeName") is null || obj.Object("status").Text("phase") is "Succeeded" or "Failed") return 0;
        return Math.Max(0, options.GracePeriodSeconds ?? byKind(obj) ?? 0);
    }

    static bool SetFinalizers(ResourceDefinition kind, JsonObject metadata, DeleteOptions options)
    {
        var policy = options.PropagationPolicy
            ?? (options.OrphanDependents is { } orphan ? orphan ? "Orphan" : "Background" : null);
        var before = metadata.Texts("finalizers").ToArray();
        if (policy is null)
        {
            if (before.Contains(Orphan) || before.Contains(Foreground)) return false;
            policy = kind.DefaultPropagation;
        }
        var after = before.Where(f => f is not (Orphan or Foreground)).ToList();
        if (policy == "Orphan") after.Add(Orphan);
        else if (policy == "Foreground") after.Add(Foreground);
        if (after.SequenceEqual(before)) return false;
        metadata.Put("finalizers", after.Count == 0 ? null : new JsonArray([.. after.Select(f => JsonValue.Create(f))]));
        return true;
    }
}
