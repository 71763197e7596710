using Fairlead.Api.ManagedFields;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Subresources;

/// <summary>Who owns the replicas of an object, in the terms of its Scale: spec.replicas of autoscaling/v1, wherever the object keeps them.</summary>
static class ScaleOwners
{
    static readonly FieldSet Replicas = FieldSet.OfFields("spec.replicas");

    /// <summary>Those of the object's owners who own its replicas.</summary>
    /// <param name="only">The object with its replicas alone.</param>
    public static FieldManagers Of(FieldManagers owners, JsonObject only, ResourceDefinition kind)
    {
        var replicas = FieldExtraction.Of(only, kind.Schema.Value).Except(OwnedPaths.Never);
        return FieldManagers.Of(owners.Entries.Where(e => !e.Fields.Intersect(replicas).IsEmpty).Select(InScale));
    }

    /// <summary>The one who changed them; nobody if the write leaves owners alone.</summary>
    public static FieldManagers Changed(WriteContext context, string now) =>
        context.FieldManager is null ? FieldManagers.None : FieldManagers.Of([InScale(FieldOwners.Writer(context, applied: false, now))]);

    static ManagerEntry InScale(ManagerEntry entry) => entry with { ApiVersion = "autoscaling/v1", Fields = Replicas };
}
