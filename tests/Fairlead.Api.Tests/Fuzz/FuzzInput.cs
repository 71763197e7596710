using System.Diagnostics;
using System.Text;
using Fairlead.Api.Patch;
using Fairlead.Api.Selectors;
using Fairlead.Json;
using Fairlead.Tests;

namespace Fairlead.Api.Tests.Fuzz;

/// <summary>Random and mutated input: every decoder gives a value or one of its stated exceptions, and stays within memory.</summary>
static class FuzzInput
{
    const long MaxAllocated = 256L << 20;

    public static readonly string[] Seeds =
    [
        "{\"parts\":[{\"name\":\"a\",\"image\":\"x\",\"ports\":[{\"port\":1}]}],\"tags\":[\"a\",\"b\"],\"strategy\":{\"type\":\"R\"},\"replicas\":-1.5e3,\"s\":\"\\u00e9\\ud83d\\ude00\"}",
        "{\"$setElementOrder/parts\":[{\"name\":\"b\"},{\"name\":\"a\"}],\"parts\":[{\"$patch\":\"delete\",\"name\":\"a\"},{\"name\":\"b\",\"$retainKeys\":[\"name\"]}],\"$deleteFromPrimitiveList/tags\":[\"a\"],\"strategy\":{\"$patch\":\"replace\"}}",
        "[{\"op\":\"add\",\"path\":\"/parts/0\",\"value\":{\"name\":\"z\"}},{\"op\":\"copy\",\"from\":\"/parts\",\"path\":\"/parts/-\"},{\"op\":\"move\",\"from\":\"/tags/0\",\"path\":\"/x\"},{\"op\":\"test\",\"path\":\"/replicas\",\"value\":1},{\"op\":\"remove\",\"path\":\"/a~1b\"}]",
        "a: &x\n  - b: yes\n    <<: {c: 0x1f}\n  - *x\nd: |\n  text\ne: !!int '3'\n? k\n: \"q\\u0041\"\n--- # next\n[1, 2.5, {f: ~}]\n",
        "app=web,tier in (a,b,),!x, y notin (c),n>3", "metadata.name=a\\,b,spec.x!=c==d",
        "[{\"manager\":\"m\",\"operation\":\"Apply\",\"apiVersion\":\"v1\",\"time\":\"2026-01-01T00:00:00Z\",\"fieldsType\":\"FieldsV1\",\"fieldsV1\":{\"f:spec\":{\".\":{},\"f:parts\":{\"k:{\\\"name\\\":\\\"a\\\"}\":{\".\":{},\"f:image\":{}}},\"f:tags\":{\"v:\\\"a\\\"\":{}},\"i:0\":{}}},\"subresource\":\"status\"}]",
    ];

    static readonly string[] Pieces = ["{", "}", "[", "]", ",", ":", "\"", "\\", "null", "$patch", "/", "~", "*x", "&x", "<<: ", "- ", "\n", "\t", "in", "(", ")", "!", "=", "\u00e9", "\ud83d\ude00", "1e999", "%", "#", "|", ">", "? "];

    /// <summary>Gives inputs to the check until the time is over.</summary>
    public static void Run(int seed, Action<byte[]> check)
    {
        seed += FuzzTime.Start;
        var random = new Random(seed);
        var clock = Stopwatch.StartNew();
        var round = 0;
        for (; clock.Elapsed < FuzzTime.Each; round++)
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
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MaxAllocated, $"seed {seed}, round {round}: too much memory\n{Encoding.UTF8.GetString(text)}");
        }
        Assert.True(round > 100, $"only {round} rounds in {clock.Elapsed}");
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
