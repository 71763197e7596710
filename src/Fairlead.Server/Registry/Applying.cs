using Fairlead.Api.Errors;
using Fairlead.Api.ManagedFields;
using Fairlead.Json;
using Fairlead.Server.Authorization;
using Fairlead.Server.Decoding;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Registry;

/// <summary>Admits what an apply makes of an object, in a form of its own (Scale).</summary>
/// <param name="live">The object as it is, in the stored version.</param>
/// <param name="merged">As the apply makes it; consumed.</param>
/// <param name="before">The owners that are stored.</param>
/// <param name="after">The owners that the apply makes.</param>
/// <returns>The object, with what admission made of it.</returns>
public delegate ValueTask<JsonObject> AppliedAdmission(JsonObject live, JsonObject merged, FieldManagers before, FieldManagers after);

/// <summary>Server-side apply of any kind: makes the object, for those who may create it, or merges into it (KEP-555).</summary>
public sealed class Applying(RegistryServices services, Creation creation, Updating updating)
{
    const int MaxTries = 4;

    /// <summary>Applies the configuration; Created says whether there was no object before.</summary>
    /// <exception cref="ApiException">Conflict, and what creating or updating throws.</exception>
    public async ValueTask<(ReadOnlyMemory<byte> Json, bool Created)> ApplyAsync(
        WriteContext served, ChangeScope scope, JsonObject config, CancellationToken cancellation, AppliedAdmission? admit = null)
    {
        var context = served.Stored();
        if (admit is not null) context = context with { IsAdmitted = true };
        // Without the defaults of its version: what the configuration does not name is not its owner's.
        if (served.Kind is { Storage: { } storage, Conversion: { } convert }) config = (await convert([config], storage.ApiVersion, cancellation).ConfigureAwait(false))[0];
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return (await updating.UpdateAsync(context, scope, async stored =>
                {
                    var live = await stored.CopyAsync(context.Kind, cancellation).ConfigureAwait(false);
                    var (obj, owners) = Merged(context, live, stored.Managers, config);
                    return (admit is null ? obj : await admit(live, obj, stored.Managers, owners).ConfigureAwait(false), owners);
                }, cancellation).ConfigureAwait(false), false);
            }
            catch (ApiException e) when (e.IsNotFound && context.Target.Subresource.Length == 0 && e.Status.Details?.Name == context.Target.Name && attempt < MaxTries) { }
            try
            {
                return (await CreateAsync(context, config, cancellation).ConfigureAwait(false), true);
            }
            catch (ApiException e) when (e.Status.Reason == Api.Meta.V1.StatusReason.AlreadyExists && attempt < MaxTries) { } // made in between
        }
    }

    async ValueTask<ReadOnlyMemory<byte>> CreateAsync(WriteContext context, JsonObject config, CancellationToken cancellation)
    {
        var (kind, name, metadata) = (context.Kind, context.Target.Name!, config.Object("metadata"));
        var request = new AccessRequest(context.User, "create") { Group = kind.Group, Version = kind.Version, Resource = kind.Plural, Namespace = context.Namespace ?? "", Name = name };
        var decision = await services.Authorizer.AuthorizeAsync(request, cancellation).ConfigureAwait(false);
        if (!decision.IsAllowed) throw Refuse.Forbidden(request, decision.Reason);
        if (metadata.Text("uid") is { } uid)
            throw Refuse.Conflict(kind, name, $"uid mismatch: the provided object specified uid {uid}, and no existing object was found");
        if (metadata.Text("resourceVersion") is not null) throw Refuse.Modified(kind, name);
        if (metadata.Text("name") is { } own && own != name) throw Refuse.BadRequest($"the name of the object ({own}) does not match the name on the URL ({name})");
        var (obj, owners) = Merged(context, [], FieldManagers.None, config);
        obj.Metadata()["name"] = name;
        return await creation.CreateAsync(context, obj, owners, cancellation).ConfigureAwait(false);
    }

    (JsonObject Object, FieldManagers Owners) Merged(WriteContext context, JsonObject live, FieldManagers managers, JsonObject config)
    {
        var (obj, owners) = FieldOwners.Applied(context, live, managers, config, services.Now);
        ObjectDecoder.Structure(context with { Validation = FieldValidation.Ignore }, obj, []); // drops nulls
        return (obj, owners);
    }
}
