using Fairlead.Api.ManagedFields;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Registry;

/// <summary>Who owns the fields of an object after a write, and what a write through each part of a resource can own.</summary>
public static class FieldOwners
{
    /// <summary>The owner of a new object. Called before admission: what that adds belongs to nobody, as upstream.</summary>
    public static FieldManagers OfNew(WriteContext context, JsonObject obj, string now)
    {
        obj.Metadata().Remove("managedFields");
        if (context.FieldManager is null) return FieldManagers.None;
        var ignored = context.Kind.HasStatus ? OwnedPaths.Status : FieldSet.Empty;
        return FieldTracking.Created(obj, context.Kind.Schema.Value, Writer(context, applied: false, now), ignored);
    }

    /// <summary>The owners after an update. Called before admission.</summary>
    /// <param name="managers">Those that are stored.</param>
    /// <param name="given">managedFields as the client sent them: they may be changed by hand, or cleared with [] or [{}].</param>
    public static FieldManagers OfChanged(WriteContext context, FieldManagers managers, JsonNode? given, JsonObject old, JsonObject obj, string now)
    {
        if (given is not null && context.Target.Subresource.Length == 0) managers = Given(given, managers);
        if (context.FieldManager is null || managers.IsEmpty) return managers;
        return FieldTracking.Updated(managers, ObjectComparison.Of(old, obj, context.Kind.Schema.Value), Writer(context, applied: false, now));
    }

    static FieldManagers Given(JsonNode given, FieldManagers stored)
    {
        if (given is JsonArray { Count: 0 } or JsonArray { Count: 1 } and [JsonObject { Count: 0 }]) return FieldManagers.None;
        try
        {
            return FieldManagers.Read(given) is { IsEmpty: false } read ? read : stored;
        }
        catch (FormatException)
        {
            return stored; // from a client that does not understand them
        }
    }

    /// <summary>Applies a configuration.</summary>
    /// <param name="live">Without managedFields; empty for an object that is to be made.</param>
    /// <exception cref="Api.Errors.ApiException">Conflict.</exception>
    public static (JsonObject Object, FieldManagers Managers) Applied(WriteContext context, JsonObject live, FieldManagers managers, JsonObject config, string now)
    {
        var outcome = ServerSideApply.Apply(
            live, config, managers, context.Kind.Schema.Value, Writer(context, applied: true, now), Ignored(context), context.Force);
        return outcome.Conflicts.Count == 0 ? (outcome.Object, outcome.Managers) : throw Refuse.ApplyConflict(outcome.Conflicts);
    }

    /// <summary>The entry of who writes, which owns nothing yet.</summary>
    public static ManagerEntry Writer(WriteContext context, bool applied, string now) =>
        new(context.FieldManager!.Length == 0 ? "unknown" : context.FieldManager, applied, context.Kind.ApiVersion, context.Target.Subresource, now, FieldSet.Empty);

    /// <summary>What an apply does not set: status, or through the status subresource everything else.</summary>
    static FieldSet Ignored(WriteContext context)
    {
        var kind = context.Kind;
        if (context.Target.Subresource != "status") return kind.HasStatus ? OwnedPaths.Status : FieldSet.Empty;
        var others = (kind.Schema.Value.Properties?.Keys ?? []).Where(name => name != "status" && !(name == "metadata" && CarriesMetadata(kind)));
        return FieldSet.OfFields([.. others]);
    }

    /// <summary>True if a write to status may set labels and annotations too.</summary>
    public static bool CarriesMetadata(ResourceDefinition kind) =>
        kind is { Group: "", Plural: "nodes" or "pods" } or { Group: "certificates.k8s.io", Plural: "certificatesigningrequests" };
}
