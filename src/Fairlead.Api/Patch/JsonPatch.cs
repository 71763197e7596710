using System.Text.Json;
using Fairlead.Json;

namespace Fairlead.Api.Patch;

/// <summary>JSON patch (RFC 6902): a list of operations, applied in order, all or none.</summary>
public static class JsonPatch
{
    /// <summary>Most operations in one patch, as upstream.</summary>
    public const int MaxOperations = 10_000;

    /// <summary>Most that copies and moves may carry, in characters and nodes: a chain of copies doubles at every step.</summary>
    const int MaxCopied = 3 << 20;

    /// <summary>Applies the patch. The target is changed in place and is of no use after an error.</summary>
    /// <exception cref="PatchException">The patch is malformed, too large, or does not fit the target.</exception>
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonArray operations) throw PatchException.Malformed("a JSON patch is a list of operations");
        if (operations.Count > MaxOperations)
            throw PatchException.TooLarge($"The allowed maximum operations in a JSON patch is {MaxOperations}, got {operations.Count}");
        var budget = MaxCopied;
        foreach (var operation in operations)
            target = Step(target, operation as JsonObject ?? throw PatchException.Malformed("an operation of a JSON patch is an object"), ref budget);
        return target;
    }

    static JsonNode? Step(JsonNode? root, JsonObject operation, ref int budget)
    {
        var path = JsonPointer.Parse(Text(operation, "path"));
        switch (Text(operation, "op"))
        {
            case "add": return Add(root, path, Value(operation));
            case "replace": return Replace(root, path, Value(operation));
            case "remove": return Remove(root, path);
            case "move":
                var from = JsonPointer.Parse(Text(operation, "from"));
                Spend(from.Get(root), ref budget);
                return Move(root, from, path);
            case "copy":
                var source = JsonPointer.Parse(Text(operation, "from")).Get(root);
                Spend(source, ref budget);
                return Add(root, path, source?.DeepClone());
            case "test":
                if (!JsonNode.DeepEquals(path.Get(root), Value(operation)))
                    throw PatchException.DoesNotFit($"testing value {path} failed: test failed");
                return root;
            case var other: throw PatchException.Malformed($"unknown operation \"{other}\" in a JSON patch");
        }
    }

    static JsonNode? Add(JsonNode? root, JsonPointer path, JsonNode? value)
    {
        if (path.IsRoot) return value;
        CheckDepth(path, value);
        path.Add(Present(root, path), value);
        return root;
    }

    static JsonNode? Replace(JsonNode? root, JsonPointer path, JsonNode? value)
    {
        if (path.IsRoot) return value;
        CheckDepth(path, value);
        path.Replace(Present(root, path), value);
        return root;
    }

    static JsonNode? Remove(JsonNode? root, JsonPointer path)
    {
        if (path.IsRoot) throw PatchException.DoesNotFit("the whole object can't be removed");
        path.Remove(Present(root, path));
        return root;
    }

    static JsonNode? Move(JsonNode? root, JsonPointer from, JsonPointer path)
    {
        if (from.Contains(path)) throw PatchException.DoesNotFit($"\"{from}\" can't be moved into itself");
        if (from.ToString() == path.ToString()) return root;
        if (from.IsRoot) throw PatchException.DoesNotFit("the whole object can't be moved");
        return Add(root, path, from.Remove(Present(root, from)));
    }

    static JsonNode Present(JsonNode? root, JsonPointer path) =>
        root ?? throw PatchException.DoesNotFit($"the object has nothing at path \"{path}\"");

    /// <summary>The member value, which must be there but may be null.</summary>
    static JsonNode? Value(JsonObject operation) =>
        operation.TryGetPropertyValue("value", out var value)
            ? value?.DeepClone()
            : throw PatchException.Malformed("an operation of the JSON patch lacks \"value\"");

    static string Text(JsonObject operation, string name) =>
        operation.TryGetPropertyValue(name, out var value) && value?.GetValueKind() == JsonValueKind.String
            ? value.GetValue<string>()
            : throw PatchException.Malformed($"an operation of the JSON patch lacks \"{name}\", or it is not a string");

    static void Spend(JsonNode? node, ref int budget)
    {
        budget -= 1 + (node is JsonValue ? node.ToJsonString().Length : 0);
        if (budget < 0) throw PatchException.TooLarge("the copies and moves of a JSON patch are too large");
        if (node is JsonArray array)
            foreach (var element in array)
                Spend(element, ref budget);
        else if (node is JsonObject obj)
            foreach (var (name, value) in obj)
            {
                budget -= name.Length;
                Spend(value, ref budget);
            }
    }

    /// <summary>Values put into values could otherwise grow deeper than any walk can follow.</summary>
    static void CheckDepth(JsonPointer path, JsonNode? value)
    {
        if (path.Depth + DepthOf(value) > JsonTree.MaxDepth) throw PatchException.TooLarge("the JSON patch nests too deeply");
    }

    static int DepthOf(JsonNode? node) => node switch
    {
        JsonArray array => 1 + (array.Count == 0 ? 0 : array.Max(DepthOf)),
        JsonObject obj => 1 + (obj.Count == 0 ? 0 : obj.Max(field => DepthOf(field.Value))),
        _ => 0,
    };
}
