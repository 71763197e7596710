using System.Diagnostics;
using Fairlead.Cel.Values;
using Fairlead.Json;
using Fairlead.Tests;

namespace Fairlead.Cel.Tests;

/// <summary>Expressions made of pieces at random: each has a value or one kind of error, soon.</summary>
public sealed class FuzzTests
{
    static readonly string[] Pieces =
    [
        "self", ".a", ".l", ".?b", "[0]", "[?1]", "1", "-1", "2u", "1.5", "'x'", "b'y'", "true", "null", "+", "-", "*", "/", "%", "==", "!=", "<", ">=", "&&", "||", "!", "in", "?", ":", "(", ")", "[", "]",
        "{", "}", ",", ".all(x, ", ".exists(x, ", ".map(x, ", ".filter(x, ", "x", "size(", "has(", ".matches(", "'[a-z]+'", "string(", "int(", "timestamp(", "duration('1h')", ".split(", ".join(", "quantity('1Gi')",
        "optional.of(", ".orValue(", "cel.bind(x, ", ".substring(", ".sum()", "type(", "\"\\u00e9\"", "'", " ", "9223372036854775807", "\u0000", "é",
        "url('https://a:1/b?c=%41')", ".getQuery()", ".getPort()", "ip('::1')", "ip(", ".family()", "cidr('10.0.0.0/8')", ".containsIP(", ".masked()", "semver('1.2.3-a.1')", ".compareTo(", "isSemver(", "format.uuid()", ".validate(",
        "'%s %d %.2f'", ".format([", "math.greatest(", "math.bitShiftLeft(", ".transformMapEntry(x, y, ", "y", "isURL(", "isCIDR(",
    ];

    [Fact]
    public void Nothing_else_is_thrown_and_nothing_takes_long()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var self = JsonValues.Of(JsonNode.Parse("""{"a":1,"l":[1,"x",{"b":true}]}"""));
        var whole = Stopwatch.StartNew();
        while (whole.Elapsed < FuzzTime.Each)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            var one = Stopwatch.StartNew();
            try
            {
                CelProgram.Compile(text, "self").Evaluate(new Dictionary<string, object?> { ["self"] = self }, new CelCost());
            }
            catch (CelException) { }
            catch (Exception e) { Assert.Fail($"seed {seed}: {text}: {e}"); }
            Assert.True(one.Elapsed < TimeSpan.FromSeconds(10), $"seed {seed}: {text} took {one.Elapsed}");
        }
    }
}
