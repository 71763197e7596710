using Fairlead.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Fairlead.Api.Yaml;

/// <summary>The parser's events as trees; used for one text.</summary>
sealed class YamlTreeBuilder(IParser parser, ICollection<string>? duplicates)
{
    /// <summary>Most that aliases may add, in characters and nodes: nested aliases double at every step.</summary>
    const int MaxAliased = 3 << 20;

    readonly Dictionary<string, JsonNode?> anchors = new(StringComparer.Ordinal);
    readonly HashSet<string> open = new(StringComparer.Ordinal);
    readonly FieldPath path = new();
    int budget = MaxAliased;

    public List<JsonNode> Documents()
    {
        var documents = new List<JsonNode>();
        parser.Consume<StreamStart>();
        while (parser.TryConsume<DocumentStart>(out _))
        {
            anchors.Clear();
            if (Value() is { } root) documents.Add(root);
            parser.Consume<DocumentEnd>();
        }
        return documents;
    }

    JsonNode? Value()
    {
        if (path.Depth > JsonTree.MaxDepth) throw Fault("nested too deeply");
        if (parser.TryConsume<AnchorAlias>(out var alias)) return Aliased(alias);
        if (parser.TryConsume<Scalar>(out var scalar)) return Kept(scalar, YamlScalars.Resolve(scalar));
        if (parser.Accept<SequenceStart>(out var sequence)) return Kept(sequence, Opened(sequence, Array));
        if (parser.Accept<MappingStart>(out var mapping)) return Kept(mapping, Opened(mapping, Object));
        throw Fault("expected a value");
    }

    JsonNode? Opened(NodeEvent start, Func<JsonNode> read)
    {
        parser.MoveNext();
        if (start.Anchor.IsEmpty) return read();
        open.Add(start.Anchor.Value);
        var node = read();
        open.Remove(start.Anchor.Value);
        return node;
    }

    JsonArray Array()
    {
        var array = new JsonArray();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            path.Push(array.Count);
            array.Add(Value());
            path.Pop();
        }
        return array;
    }

    JsonObject Object()
    {
        var obj = new JsonObject();
        List<JsonObject>? merged = null;
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var (key, merge) = Key();
            path.Push(key);
            var line = parser.Current?.Start.Line ?? 0;
            var value = Value();
            if (merge) Merged(merged ??= [], value);
            else if (!obj.TryAdd(key, value))
            {
                obj[key] = value;
                if (duplicates is not null && duplicates.Count < 100) duplicates.Add($"line {line}: key \"{key}\" already set in map");
            }
            path.Pop();
        }
        foreach (var source in merged ?? [])
            foreach (var (key, value) in source)
                if (!obj.ContainsKey(key))
                    obj[key] = Copy(value, path.Depth);
        return obj;
    }

    (string Key, bool Merge) Key()
    {
        if (parser.TryConsume<AnchorAlias>(out var alias))
            return (Aliased(alias) is JsonValue known ? YamlScalars.KeyText(known) : throw Fault("a key must be a scalar"), false);
        if (!parser.TryConsume<Scalar>(out var scalar)) throw Fault("a key must be a scalar");
        if (scalar is { Value: "<<", Style: ScalarStyle.Plain }) return ("<<", true);
        return (YamlScalars.KeyText(Kept(scalar, YamlScalars.Resolve(scalar))), false);
    }

    /// <summary>The value of a merge key: an object, or a list of which earlier ones win.</summary>
    void Merged(List<JsonObject> sources, JsonNode? value)
    {
        if (value is JsonObject obj) sources.Add(obj);
        else if (value is JsonArray array && array.All(e => e is JsonObject)) sources.AddRange(array.Cast<JsonObject>());
        else throw Fault("map merge requires map or sequence of maps as the value");
    }

    JsonNode? Kept(NodeEvent start, JsonNode? node)
    {
        // A copy, as the node itself gets a parent; taken only where there is an anchor, within the same bound.
        if (!start.Anchor.IsEmpty) anchors[start.Anchor.Value] = Copy(node, 0);
        return node;
    }

    JsonNode? Aliased(AnchorAlias alias)
    {
        if (open.Contains(alias.Value.Value)) throw Fault($"anchor '{alias.Value.Value}' value contains itself");
        return anchors.TryGetValue(alias.Value.Value, out var node) ? Copy(node, path.Depth) : throw Fault($"unknown anchor '{alias.Value.Value}' referenced");
    }

    JsonNode? Copy(JsonNode? node, int depth)
    {
        if (depth > JsonTree.MaxDepth) throw Fault("nested too deeply");
        budget -= 1 + (node is JsonValue ? node.ToJsonString().Length : 0);
        if (budget < 0) throw Fault("document contains excessive aliasing");
        switch (node)
        {
            case JsonArray array:
                var list = new JsonArray();
                foreach (var element in array) list.Add(Copy(element, depth + 1));
                return list;
            case JsonObject obj:
                var copy = new JsonObject();
                foreach (var (key, value) in obj)
                {
                    budget -= key.Length;
                    copy[key] = Copy(value, depth + 1);
                }
                return copy;
            default:
                return node?.DeepClone();
        }
    }

    MalformedInputException Fault(string words)
    {
        var line = parser.Current?.Start.Line ?? 0;
        return new($"yaml: line {line}: {words}", line);
    }
}
