using System.Text.Json;
using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.Patch;

/// <summary>
/// Strategic merge patch: like a merge patch, but lists whose fields say so (patchStrategy merge) merge element by
/// element, and directives in the patch say what a merge cannot: $patch, $retainKeys, $deleteFromPrimitiveList/FIELD and
/// $setElementOrder/FIELD. The rules are those of apimachinery's strategicpatch; the schema holds the fields' strategies.
/// </summary>
public static class StrategicMergePatch
{
    internal const string Directive = "$patch";
    internal const string RetainKeys = "$retainKeys";
    internal const string DeletePrefix = "$deleteFromPrimitiveList/";
    internal const string OrderPrefix = "$setElementOrder/";

    static readonly SchemaNode Unknown = new();

    /// <summary>Applies the patch. The target is changed in place and is of no use after an error.</summary>
    /// <exception cref="PatchException">A directive is malformed, or an element lacks its merge key.</exception>
    public static JsonObject Apply(JsonObject target, JsonObject patch, SchemaNode schema)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(patch);
        ArgumentNullException.ThrowIfNull(schema);
        return MergeObject(target, patch, schema);
    }

    internal static JsonObject MergeObject(JsonObject target, JsonObject patch, SchemaNode schema)
    {
        switch (DirectiveOf(patch))
        {
            case null or "merge": break;
            case "replace": return WithoutDirectives(patch);
            case "delete": return new JsonObject();
            case var other: throw PatchException.Malformed($"unknown patch type '{other}' in map");
        }
        if (patch.TryGetPropertyValue(RetainKeys, out var keep)) Retain(target, patch, keep);
        foreach (var (name, change) in patch)
        {
            if (name is Directive or RetainKeys || name.StartsWith(OrderPrefix, StringComparison.Ordinal)) continue;
            if (name.StartsWith(DeletePrefix, StringComparison.Ordinal))
                DeleteFromList(target, name[DeletePrefix.Length..], change);
            else if (change is null)
                target.Remove(name);
            else
                MergeField(target, patch, name, change, FieldOf(schema, name));
        }
        OrderUntouchedLists(target, patch, schema);
        return target;
    }

    static void MergeField(JsonObject target, JsonObject patch, string name, JsonNode change, SchemaNode field)
    {
        var current = target[name];
        if (change is JsonObject changes)
        {
            if (current is not JsonObject existing)
                target[name] = MergeObject(new JsonObject(), changes, field);
            else if (MergeObject(existing, changes, field) is var merged && merged != existing)
                target[name] = merged;
        }
        else if (change is JsonArray elements && field.PatchStrategy.HasFlag(PatchStrategy.Merge))
        {
            var before = current as JsonArray ?? [];
            var order = patch[OrderPrefix + name] as JsonArray;
            if (order is null)
            {
                target[name] = StrategicListMerge.Merge(before, elements, field, name);
                return;
            }
            ElementOrder.Check(elements, order, field.PatchMergeKey);
            var live = ElementOrder.Ranks(before, field.PatchMergeKey);
            target[name] = ElementOrder.Arrange(StrategicListMerge.Merge(before, elements, field, name), live, order, field.PatchMergeKey);
        }
        else target[name] = change.DeepClone();
    }

    /// <summary>An order may be given for a list that the patch does not otherwise name.</summary>
    static void OrderUntouchedLists(JsonObject target, JsonObject patch, SchemaNode schema)
    {
        foreach (var (key, value) in patch)
        {
            if (!key.StartsWith(OrderPrefix, StringComparison.Ordinal)) continue;
            if (value is not JsonArray order) throw PatchException.Malformed($"{key} is not a list");
            var name = key[OrderPrefix.Length..];
            if (patch.ContainsKey(name) || target[name] is not JsonArray current) continue;
            target[name] = ElementOrder.Arrange(current, ElementOrder.Ranks(current, FieldOf(schema, name).PatchMergeKey), order, FieldOf(schema, name).PatchMergeKey);
        }
    }

    static void Retain(JsonObject target, JsonObject patch, JsonNode? keep)
    {
        if (keep is not JsonArray list) throw PatchException.Malformed("invalid patch format of retainKeys");
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var key in list)
            keys.Add(key is JsonValue && key.GetValueKind() == JsonValueKind.String
                ? key.GetValue<string>()
                : throw PatchException.Malformed("invalid patch format of retainKeys"));
        foreach (var (name, change) in patch)
            if (change is not null && name[0..Math.Min(1, name.Length)] != "$" && !keys.Contains(name))
                throw PatchException.Malformed($"retainKeys must name every field of the patch, and lacks {name}");
        foreach (var name in target.Select(field => field.Key).Where(name => !keys.Contains(name)).ToList()) target.Remove(name);
    }

    static void DeleteFromList(JsonObject target, string name, JsonNode? remove)
    {
        if (remove is not JsonArray values) throw PatchException.Malformed($"{DeletePrefix}{name} is not a list");
        if (target[name] is not JsonArray current) return;
        var gone = values.Select(StrategicListMerge.Identity).ToHashSet();
        for (var i = current.Count - 1; i >= 0; i--)
            if (gone.Contains(StrategicListMerge.Identity(current[i])))
                current.RemoveAt(i);
    }

    internal static string? DirectiveOf(JsonObject patch)
    {
        if (!patch.TryGetPropertyValue(Directive, out var value)) return null;
        return value is JsonValue && value.GetValueKind() == JsonValueKind.String
            ? value.GetValue<string>()
            : throw PatchException.Malformed("the value of $patch is not a string");
    }

    internal static JsonObject WithoutDirectives(JsonObject patch)
    {
        var copy = (JsonObject)patch.DeepClone();
        copy.Remove(Directive);
        copy.Remove(RetainKeys);
        return copy;
    }

    static SchemaNode FieldOf(SchemaNode schema, string name) =>
        schema.Glance.Field(name) ?? schema.AdditionalProperties ?? Unknown;
}
