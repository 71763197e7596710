using System.Text;
using Fairlead.Json;

namespace Fairlead.Server.Tests.Fuzz;

/// <summary>Changes trees and texts at random.</summary>
sealed class Mutation(Random random)
{
    static readonly string[] Words =
    [
        "", "x", "X y", "a/b", "a/b/c", "-", "..", "../..", "%", "%zz", "50%", "-1", "1e9999", "0x10", "1Gi", "1.5e3Ki", "99999999999999999999Ei", "nan", "true", "null",
        "2025-01-01T00:00:00Z", "2025-13-01T99:00:00Z", "0000-00-00", "9999-12-31T23:59:59.999999999Z", "10.0.0.1", "10.0.0.0/33", "::1", "fe80::1%eth0", "::ffff:1.2.3.4/0", "256.1.1.1", "kube-system",
        "default", "system:masters", "All", "None", "*", "$patch", "delete", "{{", "}}", "$(A)", "$(", "self.x", "a\u0000b", "\ud83d\ude00", "\u202e", "AAEC", "!!!", "*/0 * * * *", "@every 1s", "TZ=UTC * * * * *",
    ];

    static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u0000", "\\ud800", "null", "true", "1e999", "-0", "00", "0.1", "18446744073709551616", "\"a\":", "//", "#", "\n", "\t", "&a ", "*a", "!!binary ", "!!float ", "|\n ", ">-\n ",
        "<<: *a\n", "---\n", "...\n", "? ", "- ", ": ", "'", "%YAML 9.9\n", "\ufeff", "\u2028", "=", "~", ".inf", "0o17", "0b1", "1_000", "{{", "@", "`",
    ];

    static readonly string[] Fields =
    [
        "apiVersion", "kind", "metadata", "name", "namespace", "generateName", "uid", "resourceVersion", "finalizers", "ownerReferences", "managedFields", "deletionTimestamp", "labels", "annotations", "spec", "status", "selector",
        "$patch", "$retainKeys", "$setElementOrder/containers", "$deleteFromPrimitiveList/finalizers", "items", "template", "unknown", "", "a.b/c", "conditions", "ports", "creationTimestamp", "generation",
    ];

    public T Pick<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];

    public bool Chance(int of) => random.Next(of) == 0;

    public string Word() => Chance(20) ? new string(Pick("aA1-./%\u00e9".ToCharArray()), random.Next(1, 5000)) : Pick(Words);

    /// <summary>Any value.</summary>
    public JsonNode? Value(int depth = 0) => random.Next(depth > 3 ? 7 : 10) switch
    {
        0 => null,
        1 => Chance(2),
        2 => random.Next(-2, 70000),
        3 => JsonNode.Parse(Pick(["9223372036854775807", "-9223372036854775808", "1e300", "0.5", "-1", "2147483648", "18446744073709551616"])),
        4 or 5 or 6 => Word(),
        7 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Value(depth + 1))]),
        8 => Object(depth),
        _ => Deep(),
    };

    JsonObject Object(int depth)
    {
        var made = new JsonObject();
        for (var n = random.Next(4); n > 0; n--) made[Pick(Fields)] = Value(depth + 1);
        return made;
    }

    JsonNode? Deep()
    {
        JsonNode? made = null;
        for (var n = random.Next(60); n > 0; n--) made = Chance(2) ? new JsonArray(made) : new JsonObject { [Pick(Fields)] = made };
        return made;
    }

    /// <summary>The tree with a few changes, in most cases one.</summary>
    public JsonNode? Tree(JsonNode? tree)
    {
        for (var n = Chance(3) ? random.Next(6) : 1; n > 0; n--)
        {
            var nodes = All(tree).ToList();
            if (nodes.Count == 0 || Chance(60)) return Value();
            Change(Pick(nodes));
        }
        return tree;
    }

    void Change(JsonNode node)
    {
        switch (node)
        {
            case JsonObject obj when obj.Count > 0 && !Chance(4):
                var key = Pick(obj.Select(p => p.Key).ToList());
                if (Chance(4)) obj.Remove(key);
                else obj[key] = Chance(6) ? obj[key]?.DeepClone() is { } same ? new JsonArray(same) : null : Value();
                break;
            case JsonObject obj: obj[Chance(3) ? Word() : Pick(Fields)] = Value(); break;
            case JsonArray array when array.Count > 0:
                var at = random.Next(array.Count);
                if (Chance(3)) array.RemoveAt(at);
                else if (Chance(2)) array.Add(array[at]?.DeepClone());
                else array[at] = Value();
                break;
            case JsonArray array: array.Add(Value()); break;
        }
    }

    static IEnumerable<JsonNode> All(JsonNode? node) => node switch
    {
        JsonObject obj => obj.SelectMany(p => All(p.Value)).Prepend(obj),
        JsonArray array => array.SelectMany(All).Prepend(array),
        _ => [],
    };

    /// <summary>The text with pieces taken out, put in and doubled, and now and then a byte that is no text.</summary>
    public byte[] Text(string seed)
    {
        var text = new StringBuilder(seed);
        for (var n = random.Next(5); n > 0; n--)
        {
            var at = random.Next(text.Length + 1);
            var length = Math.Min(random.Next(16), text.Length - at);
            switch (random.Next(4))
            {
                case 0: text.Remove(at, length); break;
                case 1: text.Insert(at, Pick(Pieces)); break;
                case 2: text.Insert(at, text.ToString(at, length)); break;
                default: text.Insert(at, string.Concat(Enumerable.Repeat(Pick(Pieces), random.Next(1, 60)))); break;
            }
        }
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        if (Chance(4) && bytes.Length > 0) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return bytes;
    }

    /// <summary>The tree as YAML of blocks.</summary>
    public string Yaml(JsonNode? node, int indent = 0) => node switch
    {
        JsonObject { Count: > 0 } obj => string.Concat(obj.Select(p => $"\n{new string(' ', indent)}{p.Key}: {(Chance(40) ? Pick(Pieces) : "")}{Yaml(p.Value, indent + 2)}")),
        JsonArray { Count: > 0 } array => string.Concat(array.Select(v => $"\n{new string(' ', indent)}- {Yaml(v, indent + 2)}")),
        JsonValue value when Chance(3) && value.TryGetValue(out string? text) => text,
        null => Chance(2) ? "~" : "",
        _ => node.ToJsonString(),
    };

    /// <summary>A message of Kubernetes' protobuf envelope, of fields at random that nest.</summary>
    public byte[] Protobuf(string apiVersion, string kind)
    {
        byte[] type = [.. Bytes(1, Encoding.UTF8.GetBytes(apiVersion)), .. Bytes(2, Encoding.UTF8.GetBytes(kind))];
        byte[] body = [.. Bytes(1, [.. Bytes(1, "p"u8.ToArray()), .. Chance(2) ? Message(2) : []]), .. Message(0)];
        List<byte> all = [.. "k8s\0"u8, .. Bytes(1, type), .. Bytes(2, body)];
        if (Chance(4)) all[random.Next(all.Count)] = (byte)random.Next(256);
        if (Chance(8)) all.RemoveRange(random.Next(all.Count), 1);
        return [.. all];
    }

    byte[] Message(int depth)
    {
        var all = new List<byte>();
        for (var n = random.Next(depth == 0 ? 8 : 5); n > 0; n--)
        {
            var field = random.Next(1, Chance(3) ? 45 : 12);
            switch (random.Next(depth > 5 ? 5 : 8))
            {
                case 0: all.AddRange(Varint((ulong)field << 3)); all.AddRange(Varint(Chance(2) ? (ulong)random.Next(100) : (ulong)random.NextInt64(long.MinValue, long.MaxValue))); break;
                case 1: all.AddRange(Bytes(field, Encoding.UTF8.GetBytes(Word()))); break;
                case 2: all.AddRange(Varint(((ulong)field << 3) | (uint)random.Next(8))); break;
                case 3: all.AddRange(Varint(((ulong)field << 3) | 2)); all.AddRange(Varint((ulong)random.NextInt64(0, 1L << random.Next(1, 62)))); break;
                case 4: all.AddRange(Bytes(field, [.. Enumerable.Range(0, random.Next(8)).Select(_ => (byte)random.Next(256))])); break;
                default: all.AddRange(Bytes(field, Message(depth + 1))); break;
            }
        }
        return [.. all];
    }

    static byte[] Bytes(int field, byte[] value) => [.. Varint(((ulong)field << 3) | 2), .. Varint((ulong)value.Length), .. value];

    static IEnumerable<byte> Varint(ulong value)
    {
        for (; value > 127; value >>= 7) yield return (byte)(value | 128);
        yield return (byte)value;
    }
}
