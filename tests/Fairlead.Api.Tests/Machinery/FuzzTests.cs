using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Fairlead.Api.Json;
using Fairlead.Api.Patch;
using Fairlead.Api.Schema;
using Fairlead.Api.Selectors;
using Fairlead.Api.Yaml;

namespace Fairlead.Api.Tests.Machinery;

/// <summary>Random and mutated input: every decoder gives a value or its one stated exception, and stays within memory.</summary>
[Trait("lane", "fuzz")]
public class FuzzTests
{
    static readonly SchemaNode Spec = SchemaReader.Read(typeof(GadgetSpec));

    static readonly string[] Seeds =
    [
        "{\"parts\":[{\"name\":\"a\",\"image\":\"x\",\"ports\":[{\"port\":1}]}],\"tags\":[\"a\",\"b\"],\"strategy\":{\"type\":\"R\"},\"replicas\":-1.5e3,\"s\":\"\\u00e9\\ud83d\\ude00\"}",
        "{\"$setElementOrder/parts\":[{\"name\":\"b\"},{\"name\":\"a\"}],\"parts\":[{\"$patch\":\"delete\",\"name\":\"a\"},{\"name\":\"b\",\"$retainKeys\":[\"name\"]}],\"$deleteFromPrimitiveList/tags\":[\"a\"],\"strategy\":{\"$patch\":\"replace\"}}",
        "[{\"op\":\"add\",\"path\":\"/parts/0\",\"value\":{\"name\":\"z\"}},{\"op\":\"copy\",\"from\":\"/parts\",\"path\":\"/parts/-\"},{\"op\":\"move\",\"from\":\"/tags/0\",\"path\":\"/x\"},{\"op\":\"test\",\"path\":\"/replicas\",\"value\":1},{\"op\":\"remove\",\"path\":\"/a~1b\"}]",
        "a: &x\n  - b: yes\n    <<: {c: 0x1f}\n  - *x\nd: |\n  text\ne: !!int '3'\n? k\n: \"q\\u0041\"\n--- # next\n[1, 2.5, {f: ~}]\n",
        "app=web,tier in (a,b,),!x, y notin (c),n>3", "metadata.name=a\\,b,spec.x!=c==d",
    ];

    static readonly string[] Pieces = ["{", "}", "[", "]", ",", ":", "\"", "\\", "null", "$patch", "/", "~", "*x", "&x", "<<: ", "- ", "\n", "\t", "in", "(", ")", "!", "=", "\u00e9", "\ud83d\ude00", "1e999", "%", "#", "|", ">", "? "];

    [Fact]
    public void Json_trees() => Run(1, text =>
    {
        var tree = JsonTree.Parse(text, new List<string>());
        var again = JsonTree.Write(tree);
        Assert.True(JsonNode.DeepEquals(tree, JsonTree.Parse(again.Span)));
        if (tree is JsonObject { } obj && obj["metadata"] is null or JsonObject)
            Assert.Equal((byte)'"', ResourceVersionSlot.Write((JsonObject)tree!).Json.Span[ResourceVersionSlot.Write((JsonObject)tree!).Offset]);
    });

    [Fact]
    public void Yaml() => Run(2, text =>
    {
        foreach (var document in YamlInput.ParseAll(text)) JsonTree.Write(document);
    });

    [Fact]
    public void Schemas() => Run(3, text =>
    {
        if (JsonTree.Parse(text) is not JsonObject obj) return;
        var typed = StructuralValidation.TypeError(obj, Spec) is null;
        Pruning.Prune(obj, Spec);
        Defaulting.Default(obj, Spec);
        StructuralValidation.Validate(obj, Spec, new());
        if (typed) Assert.Null(StructuralValidation.TypeError(obj, Spec));
        Assert.Empty(Pruning.Prune(obj, Spec));
    });

    [Fact]
    public void Patches() => Run(4, text =>
    {
        var patch = JsonTree.Parse(text);
        JsonObject Target() => JsonTree.ParseObject(Encoding.UTF8.GetBytes(Seeds[0]));
        var merged = MergePatch.Apply(Target(), patch);
        Assert.True(JsonNode.DeepEquals(merged, MergePatch.Apply(merged?.DeepClone(), patch)), "a merge patch twice is once");
        if (patch is JsonObject changes) JsonTree.Write(StrategicMergePatch.Apply(Target(), changes, Spec));
        JsonTree.Write(JsonPatch.Apply(Target(), patch));
    });

    [Fact]
    public void Selectors() => Run(5, text =>
    {
        var words = Encoding.UTF8.GetString(text);
        try
        {
            var labels = LabelSelectorText.Parse(words);
            Assert.Equal(labels.ToString(), LabelSelectorText.Parse(labels.ToString()).ToString());
            labels.Matches(new Dictionary<string, string> { ["app"] = "web" });
        }
        catch (SelectorException) { }
        var fields = FieldSelectorText.Parse(words);
        Assert.Equal(fields.Terms, FieldSelectorText.Parse(fields.ToString()).Terms);
    });

    static void Run(int seed, Action<byte[]> check)
    {
        var seconds = double.TryParse(Environment.GetEnvironmentVariable("FUZZ_SECONDS"), out var s) ? s : 5;
        var random = new Random(seed);
        var clock = Stopwatch.StartNew();
        for (var round = 0; clock.Elapsed.TotalSeconds < seconds; round++)
        {
            var text = Mutate(random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                check(text);
            }
            catch (Exception e) when (e is MalformedInputException or PatchException or SelectorException) { }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, round {round}: {e.GetType().Name} {e.Message}\n{Convert.ToBase64String(text)}\n{Encoding.UTF8.GetString(text)}\n{e.StackTrace}");
            }
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 256L << 20, $"seed {seed}, round {round}: too much memory\n{Encoding.UTF8.GetString(text)}");
        }
    }

    static byte[] Mutate(Random random)
    {
        var text = new StringBuilder(Seeds[random.Next(Seeds.Length)]);
        for (var n = random.Next(6); n > 0; n--)
        {
            var at = random.Next(text.Length + 1);
            var length = Math.Min(random.Next(12), text.Length - at);
            switch (random.Next(4))
            {
                case 0: text.Remove(at, length); break;
                case 1: text.Insert(at, Pieces[random.Next(Pieces.Length)]); break;
                case 2: text.Insert(at, text.ToString(at, length)); break;
                default: text.Insert(at, string.Concat(Enumerable.Repeat(Pieces[random.Next(Pieces.Length)], random.Next(1, 40)))); break;
            }
        }
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        if (random.Next(4) == 0 && bytes.Length > 0) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return bytes;
    }
}
