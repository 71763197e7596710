using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.ManagedFields;

/// <summary>What differs between two states of an object.</summary>
/// <param name="Added">Fields that only the new state has.</param>
/// <param name="Modified">Fields that both have with different values.</param>
/// <param name="Removed">Fields that only the old state has, with all that contained nothing else.</param>
public sealed record ObjectComparison(FieldSet Added, FieldSet Modified, FieldSet Removed)
{
    public bool IsSame => Added.IsEmpty && Modified.IsEmpty && Removed.IsEmpty;

    public static ObjectComparison Of(JsonObject old, JsonObject obj, SchemaNode schema)
    {
        var walk = new Walk();
        var (added, modified, removed) = walk.Open();
        walk.Both(old, obj, schema);
        return walk.Close(added, modified, removed);
    }

    /// <summary>The comparison without some fields and what lies below them.</summary>
    public ObjectComparison Without(FieldSet fields) =>
        new(Added.ExceptBelow(fields), Modified.ExceptBelow(fields), Removed.ExceptBelow(fields));

    sealed class Walk
    {
        // Looking for the first difference before going in spares most of an object, and is done again at each step inwards.
        const int LooksAhead = 8;

        int depth;

        readonly FieldSetBuilder added = new(), modified = new(), removed = new();

        public (int, int, int) Open() => (added.Open(), modified.Open(), removed.Open());

        public ObjectComparison Close(int a, int m, int r) => new(added.Close(a), modified.Close(m), removed.Close(r));

        /// <summary>Both values are there and not owned as a whole; says what differs below them.</summary>
        public void Both(JsonNode? old, JsonNode? now, SchemaNode schema)
        {
            if (old is JsonObject before && now is JsonObject after) Objects(before, after, schema);
            else if (old is JsonArray from && now is JsonArray to) Arrays(from, to, schema);
        }

        void Objects(JsonObject old, JsonObject now, SchemaNode schema)
        {
            foreach (var (name, value) in now)
            {
                var field = Ownership.FieldOf(schema, name, out var named);
                if (old.TryGetPropertyValue(name, out var before)) Changed(PathElement.Field(name), before, value, field);
                else added.Add(PathElement.Field(name), FieldExtraction.IsMember(value, field, named), FieldExtraction.Below(value, field, added));
            }
            foreach (var (name, value) in old)
                if (!now.ContainsKey(name)) Gone(PathElement.Field(name), value, Ownership.FieldOf(schema, name, out _));
        }

        void Arrays(JsonArray old, JsonArray now, SchemaNode schema)
        {
            var items = Ownership.ItemsOf(schema);
            var (before, after) = (ByElement(old, schema), ByElement(now, schema));
            foreach (var (step, values) in after)
            {
                if (before.TryGetValue(step, out var previous)) Repeated(step, previous, values, items);
                else added.Add(step, true, values.Count > 1 ? FieldSet.Empty : FieldExtraction.Below(values[0], items, added));
            }
            foreach (var (step, values) in before)
                if (!after.ContainsKey(step)) Gone(step, values.Count > 1 ? null : values[0], items);
        }

        /// <summary>Elements that occur more than once are one field; where one of two becomes one, its parts come or go.</summary>
        void Repeated(PathElement step, List<JsonNode?> old, List<JsonNode?> now, SchemaNode items)
        {
            if (old.Count == 1 && now.Count == 1) Changed(step, old[0], now[0], items);
            else if (old.Count > 1 && now.Count > 1)
            {
                if (!old.SequenceEqual(now, NodeEquality.Instance)) modified.Add(step, true, FieldSet.Empty);
            }
            else if (old.Count > 1) added.Add(step, true, FieldExtraction.Below(now[0], items, added));
            else
            {
                Gone(step, old[0], items);
                added.Add(step, true, FieldSet.Empty);
            }
        }

        void Changed(PathElement step, JsonNode? old, JsonNode? now, SchemaNode schema)
        {
            if (depth < LooksAhead && JsonNode.DeepEquals(old, now)) return;
            var (before, after) = (Ownership.GrainOf(old, schema), Ownership.GrainOf(now, schema));
            if (before == after && before != Grain.Whole)
            {
                var (a, m, r) = Open();
                depth++;
                Both(old, now, schema);
                depth--;
                var inner = Close(a, m, r);
                added.Add(step, false, inner.Added);
                modified.Add(step, false, inner.Modified);
                removed.Add(step, false, inner.Removed);
            }
            else if (depth < LooksAhead || !JsonNode.DeepEquals(old, now))
            {
                modified.Add(step, true, FieldSet.Empty);
                if (before != Grain.Whole) removed.Add(step, false, Everything(old, schema));
                if (after != Grain.Whole) added.Add(step, false, FieldExtraction.Below(now, schema, added));
            }
        }

        void Gone(PathElement step, JsonNode? value, SchemaNode schema) => removed.Add(step, true, Everything(value, schema));

        /// <summary>All that lies below a value, structs and lists included: nobody is to own what is not there.</summary>
        FieldSet Everything(JsonNode? value, SchemaNode schema)
        {
            var mark = removed.Open();
            switch (Ownership.GrainOf(value, schema))
            {
                case Grain.Fields:
                    foreach (var (name, child) in (JsonObject)value!) Gone(PathElement.Field(name), child, Ownership.FieldOf(schema, name, out _));
                    break;
                case Grain.Elements:
                    foreach (var child in (JsonArray)value!)
                        if (Ownership.ElementOf(child, schema, out _) is { } step) Gone(step, child, Ownership.ItemsOf(schema));
                    break;
            }
            return removed.Close(mark);
        }

        static Dictionary<PathElement, List<JsonNode?>> ByElement(JsonArray array, SchemaNode schema)
        {
            var elements = new Dictionary<PathElement, List<JsonNode?>>(array.Count);
            foreach (var element in array)
            {
                if (Ownership.ElementOf(element, schema, out _) is not { } step) continue;
                if (elements.TryGetValue(step, out var same)) same.Add(element);
                else elements[step] = [element];
            }
            return elements;
        }
    }

    sealed class NodeEquality : IEqualityComparer<JsonNode?>
    {
        public static readonly NodeEquality Instance = new();
        public bool Equals(JsonNode? x, JsonNode? y) => JsonNode.DeepEquals(x, y);
        public int GetHashCode(JsonNode? obj) => 0;
    }
}
