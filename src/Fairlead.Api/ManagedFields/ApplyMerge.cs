using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.ManagedFields;

/// <summary>An applied configuration laid over an object: what the configuration says wins, all else stays.</summary>
static class ApplyMerge
{
    /// <summary>The merged object; both inputs stay as they are.</summary>
    public static JsonObject Merge(JsonObject live, JsonObject config, SchemaNode schema)
    {
        var merged = new JsonObject();
        foreach (var (name, value) in live)
            merged[name] = config.TryGetPropertyValue(name, out var wanted)
                ? Value(value, wanted, Ownership.FieldOf(schema, name, out _))
                : value?.DeepClone();
        foreach (var (name, value) in config)
            if (!live.ContainsKey(name)) merged[name] = value?.DeepClone();
        return merged;
    }

    static JsonNode? Value(JsonNode? live, JsonNode? config, SchemaNode schema)
    {
        var grain = Ownership.GrainOf(config, schema);
        if (grain == Grain.Whole || grain != Ownership.GrainOf(live, schema)) return config?.DeepClone();
        return grain == Grain.Fields ? Merge((JsonObject)live!, (JsonObject)config!, schema) : List((JsonArray)live!, (JsonArray)config!, schema);
    }

    /// <summary>
    /// Elements in the order of the configuration; those that only the object has keep their place before the element
    /// that follows them. A repeated element of the object gives way to the configuration's.
    /// </summary>
    static JsonArray List(JsonArray live, JsonArray config, SchemaNode schema)
    {
        var wanted = config.Select(e => (Step: Ownership.ElementOf(e, schema, out _), Node: e)).ToList();
        var present = live.Select(e => (Step: Ownership.ElementOf(e, schema, out _), Node: e)).ToList();
        var inConfig = wanted.Where(e => e.Step is not null).Select(e => e.Step!.Value).ToHashSet();
        var inLive = present.Where(e => e.Step is not null).GroupBy(e => e.Step!.Value).ToDictionary(g => g.Key, g => g.Count() == 1 ? g.First().Node : null);
        var shared = wanted.Where(e => e.Step is { } s && inLive.ContainsKey(s)).Select(e => e.Step!.Value).ToList();
        var items = Ownership.ItemsOf(schema);
        var merged = new JsonArray();
        var (next, place) = (0, 0);
        foreach (var (step, node) in wanted)
        {
            place = OwnElements(present, place, inConfig, next < shared.Count ? shared[next] : null, merged);
            if (step is { } known && inLive.TryGetValue(known, out var old))
            {
                merged.Add(old is null ? node?.DeepClone() : Value(old, node, items));
                next++;
                if (place < present.Count && present[place].Step == step) place++;
            }
            else merged.Add(node?.DeepClone());
        }
        OwnElements(present, place, inConfig, null, merged);
        return merged;
    }

    /// <summary>Moves what only the object has, up to the next shared element; shared ones out of turn are passed over.</summary>
    static int OwnElements(
        List<(PathElement? Step, JsonNode? Node)> present, int place, HashSet<PathElement> inConfig, PathElement? next, JsonArray merged)
    {
        for (; place < present.Count; place++)
        {
            var (step, node) = present[place];
            if (step is null || !inConfig.Contains(step.Value)) merged.Add(node?.DeepClone());
            else if (step == next) break;
        }
        return place;
    }
}
