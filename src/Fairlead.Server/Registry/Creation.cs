using System.Security.Cryptography;
using Fairlead.Api.ManagedFields;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Admission;
using Fairlead.Server.Responding;
using Fairlead.Store;

namespace Fairlead.Server.Registry;

/// <summary>Creates objects of any kind: metadata → default → owners → complete → default → validate → judge → allocate → store.</summary>
public sealed class Creation(RegistryServices services)
{
    const int GeneratedNameTries = 8;
    const int MaxGeneratedPrefix = 58;

    static readonly string[] ServersOwn = ["selfLink", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "resourceVersion"];

    /// <summary>Stores the object and returns its bytes as they are served. The object is consumed.</summary>
    /// <exception cref="Api.Errors.ApiException">AlreadyExists, Invalid, Forbidden, BadRequest, NotFound (its namespace).</exception>
    public ValueTask<ReadOnlyMemory<byte>> CreateAsync(WriteContext context, JsonObject obj, CancellationToken cancellation) =>
        CreateAsync(context, obj, null, cancellation);

    /// <summary>Stores an object whose fields have the given owners; null for its writer alone.</summary>
    /// <exception cref="Api.Errors.ApiException">As for a plain creation.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> CreateAsync(WriteContext context, JsonObject obj, FieldManagers? owners, CancellationToken cancellation)
    {
        var kind = context.Kind;
        Prepare(context, obj);
        var generated = GenerateName(obj);
        ObjectChecks.Default(kind, obj); // before the owner is noted: defaults are the writer's, as upstream
        owners ??= FieldOwners.OfNew(context, obj, services.Now);
        var named = services.Admission.Showing(context with { Target = context.Target with { Name = obj.Name() } }, owners, FieldManagers.None);
        var (uid, created) = (obj.Metadata()["uid"]!, obj.Metadata()["creationTimestamp"]!);
        if (await services.Admission.CompleteAsync(AdmissionOperation.Create, named, obj, null, cancellation).ConfigureAwait(false))
        {
            owners = named.Owners?.After ?? owners;
            Stamp(context, obj, uid, created);
        }
        kind.Rules.PrepareForCreate(obj);
        ObjectChecks.Default(kind, obj);
        ObjectChecks.ValidateNew(kind, obj);
        await services.Admission.JudgeAsync(AdmissionOperation.Create, named, obj, null, cancellation).ConfigureAwait(false);
        foreach (var warning in MetadataRules.FinalizerWarnings(kind, obj, null)) context.Warn(warning);
        for (var attempt = 1; ; attempt++)
        {
            // Anew at each try: what is taken may note the object's name.
            var reservation = await services.ReserveAsync(kind, obj, null, context.DryRun, cancellation).ConfigureAwait(false);
            await using var undone = reservation.ConfigureAwait(false);
            if (context.DryRun) return StoredObject.Bytes(obj, owners);
            var key = ObjectKeys.Object(kind, context.Namespace, obj.Name());
            var result = await services.Store.WriteAsync(StoreWrite.Create(key, StoredObject.Encode(obj, owners)), cancellation).ConfigureAwait(false);
            if (result.Outcome == WriteOutcome.Done)
            {
                await reservation.KeepAsync().ConfigureAwait(false);
                result.Entry!.Facts = ObjectFacts.Of(kind, obj);
                return result.Entry.Json;
            }
            if (!generated || attempt == GeneratedNameTries) throw Refuse.AlreadyExists(kind, obj.Name());
            obj.Metadata().Remove("name");
            GenerateName(obj);
        }
    }

    void Prepare(WriteContext context, JsonObject obj)
    {
        var kind = context.Kind;
        var metadata = obj.Metadata();
        if (metadata.Text("resourceVersion") is not null) throw Refuse.BadRequest("resourceVersion should not be set on objects to be created");
        Stamp(context, obj, RandomId.Next(), services.Now);
    }

    /// <summary>What is the server's to say of a new object, whatever its writer or a webhook put there.</summary>
    static void Stamp(WriteContext context, JsonObject obj, JsonNode uid, JsonNode created)
    {
        var (kind, metadata) = (context.Kind, obj.Metadata());
        SetNamespace(kind, context.Namespace, metadata);
        foreach (var field in ServersOwn) metadata.Remove(field);
        metadata["uid"] = uid.DeepClone();
        metadata["creationTimestamp"] = created.DeepClone();
        if (kind.CountsGeneration) metadata["generation"] = 1;
        obj["apiVersion"] = kind.ApiVersion;
        obj["kind"] = kind.Kind;
    }

    /// <summary>The namespace of the URL is the object's; one that says otherwise is refused.</summary>
    public static void SetNamespace(ResourceDefinition kind, string? ns, JsonObject metadata)
    {
        var own = metadata.Text("namespace");
        if (!kind.Namespaced)
        {
            if (own is not null) throw Refuse.BadRequest("namespace may not be set on an object that is not namespaced");
            metadata.Remove("namespace");
            return;
        }
        if (own is not null && own != ns) throw Refuse.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        metadata["namespace"] = ns;
    }

    static bool GenerateName(JsonObject obj)
    {
        var metadata = obj.Metadata();
        if (metadata.Text("name") is not null || metadata.Text("generateName") is not { } prefix) return false;
        if (prefix.Length > MaxGeneratedPrefix) prefix = prefix[..MaxGeneratedPrefix];
        metadata["name"] = prefix + RandomNumberGenerator.GetString("bcdfghjklmnpqrstvwxz2456789", 5);
        return true;
    }
}
