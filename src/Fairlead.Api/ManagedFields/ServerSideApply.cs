using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.ManagedFields;

/// <summary>
/// Server-side apply (KEP-555): a manager states all that it wants of an object. What it states is merged in and owned;
/// what it stated before and no longer does goes, unless someone else owns it; what another owns with another value is
/// a conflict, unless it is forced.
/// </summary>
public static class ServerSideApply
{
    /// <summary>The manager that owns what was there before the first apply to an object without owners.</summary>
    public const string BeforeFirstApply = "before-first-apply";

    const string Kubectl = "kubectl";
    const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>Applies a configuration that <see cref="ConfigurationCheck"/> finds no fault with. Inputs stay as they are.</summary>
    /// <param name="live">The object as it is, without managedFields; empty for one that is to be created.</param>
    /// <param name="writer">The manager, operation Apply, and the time.</param>
    /// <param name="ignored">Paths that this part of the resource does not set.</param>
    public static ApplyOutcome Apply(
        JsonObject live, JsonObject config, FieldManagers managers, SchemaNode schema, ManagerEntry writer, FieldSet ignored, bool force)
    {
        if (managers.IsEmpty && live.Count > 0)
            managers = FieldTracking.Created(live, schema, new(BeforeFirstApply, false, writer.ApiVersion, "", writer.Time, FieldSet.Empty), FieldSet.Empty);
        var outcome = Try(live, config, managers, schema, writer, ignored, force);
        if (outcome.Conflicts.Count > 0 && writer.Manager == Kubectl && Allowed(live, schema, writer.ApiVersion) is { } allowed)
        {
            var left = outcome.Conflicts.Where(c => !allowed.Contains(c.Path)).ToList();
            outcome = left.Count > 0 ? outcome with { Conflicts = left } : Try(live, config, managers, schema, writer, ignored, force: true);
        }
        if (outcome.Conflicts.Count == 0 && writer.Manager == Kubectl) RefreshLastApplied(outcome.Object, config);
        return outcome;
    }

    static ApplyOutcome Try(
        JsonObject live, JsonObject config, FieldManagers managers, SchemaNode schema, ManagerEntry writer, FieldSet ignored, bool force)
    {
        var merged = ApplyMerge.Merge(live, config, schema);
        var own = writer with { Fields = FieldExtraction.Of(config, schema).ExceptBelow(ignored) };
        var last = managers.Entries.FirstOrDefault(e => e.IsSameManager(writer));
        var others = managers.Entries.Where(e => !e.IsSameManager(writer)).ToList();
        if (last is not null)
        {
            var owned = others.Aggregate(own.Fields, (set, entry) => set.Union(entry.Fields));
            FieldRemoval.Remove(merged, FieldRemoval.WithStructs(last.Fields, schema).Except(FieldRemoval.WithStructs(owned, schema)), schema);
        }
        var comparison = ObjectComparison.Of(live, merged, schema).Without(ignored);
        var taken = comparison.Modified.Union(comparison.Added);
        var conflicts = new List<ApplyConflict>();
        if (!force)
            foreach (var entry in others)
                conflicts.AddRange(entry.Fields.Intersect(taken).Paths().Select(path => new ApplyConflict(entry, path)));
        var lost = taken.Union(comparison.Removed);
        var after = others.Select(e => e with { Fields = e.Fields.Except(lost) }).Append(own with { Fields = own.Fields.Except(OwnedPaths.Never) });
        return new(merged, FieldManagers.Of(after), conflicts);
    }

    /// <summary>
    /// Conflicts that are none: fields that kubectl's client-side apply set, which stand as it set them. Null if the
    /// object does not tell.
    /// </summary>
    static HashSet<string>? Allowed(JsonObject live, SchemaNode schema, string apiVersion)
    {
        if (Annotations(live)?[LastApplied] is not JsonValue value || !value.TryGetValue(out string? text)) return null;
        try
        {
            var applied = JsonTree.ParseObject(System.Text.Encoding.UTF8.GetBytes(text));
            if (applied["apiVersion"] is not JsonValue version || !version.TryGetValue(out string? own) || own != apiVersion) return null;
            if (StructuralValidation.TypeError(applied, schema) is not null) return null;
            var changed = ObjectComparison.Of(applied, live, schema);
            return FieldExtraction.Of(applied, schema).Except(changed.Modified).Except(changed.Added).Except(changed.Removed).Paths().ToHashSet();
        }
        catch (MalformedInputException)
        {
            return null;
        }
    }

    /// <summary>An object that kubectl's client-side apply knows stays known to it.</summary>
    static void RefreshLastApplied(JsonObject obj, JsonObject config)
    {
        if (Annotations(obj) is not { } annotations || annotations[LastApplied] is null) return;
        var applied = (JsonObject)config.DeepClone();
        Annotations(applied)?.Remove(LastApplied);
        annotations[LastApplied] = System.Text.Encoding.UTF8.GetString(JsonTree.Write(applied).Span) + "\n";
    }

    static JsonObject? Annotations(JsonObject obj) => (obj["metadata"] as JsonObject)?["annotations"] as JsonObject;
}
