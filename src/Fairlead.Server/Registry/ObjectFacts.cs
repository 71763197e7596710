using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Store;

namespace Fairlead.Server.Registry;

/// <summary>What selectors ask of a stored object, read once from its JSON and kept beside it. Immutable.</summary>
public sealed class ObjectFacts
{
    static readonly Dictionary<string, string> None = [];

    ObjectFacts(IReadOnlyDictionary<string, string> labels, IReadOnlyDictionary<string, string> fields)
    {
        Labels = labels;
        Fields = fields;
    }

    public IReadOnlyDictionary<string, string> Labels { get; }

    /// <summary>metadata.name, metadata.namespace and the kind's selectable fields.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; }

    /// <summary>The facts of an entry, derived at the first call.</summary>
    public static ObjectFacts Of(ResourceDefinition kind, StoreEntry entry)
    {
        if (entry.Facts is ObjectFacts known) return known;
        var facts = Of(kind, StoredObject.Parse(entry));
        entry.Facts = facts;
        return facts;
    }

    public static ObjectFacts Of(ResourceDefinition kind, JsonObject obj)
    {
        var fields = new Dictionary<string, string>(kind.SelectableFields.Count + 2)
        {
            ["metadata.name"] = obj.Name(),
            ["metadata.namespace"] = obj.Namespace() ?? "",
        };
        foreach (var (name, read) in kind.SelectableFields) fields[name] = read(obj);
        return new(ReadLabels(obj), fields);
    }

    static Dictionary<string, string> ReadLabels(JsonObject obj)
    {
        if (obj.Object("metadata").Object("labels") is not { Count: > 0 } labels) return None;
        var read = new Dictionary<string, string>(labels.Count);
        foreach (var (name, value) in labels) read[name] = value is JsonValue v && v.TryGetValue(out string? s) ? s : "";
        return read;
    }
}
