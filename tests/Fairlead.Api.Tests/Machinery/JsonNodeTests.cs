using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Fairlead.Json;
using Peer = System.Text.Json.Nodes;

namespace Fairlead.Api.Tests.Machinery;

/// <summary>Trees against those of the library whose names they bear.</summary>
public class JsonNodeTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(40)]
    public void Objects_keep_their_order_whatever_is_done_to_them(int most)
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var (ours, theirs) = (new JsonObject(), new Peer.JsonObject());
            for (var step = 0; step < 200; step++)
            {
                var name = "f" + random.Next(most).ToString(CultureInfo.InvariantCulture);
                switch (random.Next(6))
                {
                    case 0: Assert.Equal(theirs.Remove(name), ours.Remove(name)); break;
                    case 1: Assert.Equal(theirs.TryAdd(name, step), ours.TryAdd(name, step)); break;
                    case 2 when !theirs.ContainsKey(name):
                        var at = random.Next(theirs.Count + 1);
                        theirs.Insert(at, name, step);
                        ours.Insert(at, name, step);
                        break;
                    case 3 when random.Next(40) == 0:
                        theirs.Clear();
                        ours.Clear();
                        break;
                    default:
                        theirs[name] = step;
                        ours[name] = step;
                        break;
                }
                Assert.Equal(theirs.Count, ours.Count);
                Assert.Equal(theirs.ContainsKey(name), ours.ContainsKey(name));
                Assert.Equal((int?)theirs[name], (int?)ours[name]);
                Assert.Equal((int?)theirs[name], (int?)ours.Find(name.AsSpan()));
            }
            Assert.Equal(theirs.ToJsonString(), ours.ToJsonString());
            Assert.Equal(theirs.Select(f => f.Key), ours.Select(f => f.Key));
        }
    }

    [Theory]
    [InlineData("1", "1.0", true)]
    [InlineData("1", "1e0", true)]
    [InlineData("100", "1E2", true)]
    [InlineData("0", "-0", true)]
    [InlineData("1", "1.0000000000000000000000001", false)]
    [InlineData("12345678901234567890123", "12345678901234567890124", false)]
    [InlineData("1", "\"1\"", false)]
    [InlineData("{\"a\":1,\"b\":[true,null]}", "{\"b\":[true,null],\"a\":1}", true)]
    [InlineData("{\"a\":null}", "{\"b\":null}", false)]
    [InlineData("{\"a\":null}", "{}", false)]
    [InlineData("[1,2]", "[2,1]", false)]
    [InlineData("true", "false", false)]
    [InlineData("null", "0", false)]
    public void Equal_is_what_the_library_calls_equal(string a, string b, bool same)
    {
        Assert.Equal(same, JsonNode.DeepEquals(JsonNode.Parse(a), JsonNode.Parse(b)));
        Assert.Equal(same, JsonNode.DeepEquals(JsonNode.Parse(b), JsonNode.Parse(a)));
        Assert.Equal(Peer.JsonNode.DeepEquals(Peer.JsonNode.Parse(a), Peer.JsonNode.Parse(b)), same);
    }

    [Theory]
    [InlineData("{\"a\":{\"b\":[1,-2.50,\"x\\u00e9\\\"<\",true,null,{}]},\"c\":\"\"}")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("-0.10e5")]
    public void Texts_are_those_of_the_library(string text)
    {
        var (ours, theirs) = (JsonNode.Parse(text)!, Peer.JsonNode.Parse(text)!);
        Assert.Equal(theirs.ToJsonString(), ours.ToJsonString());
        Assert.Equal(theirs.ToString(), ours.ToString());
        Assert.Equal(theirs.GetValueKind(), ours.GetValueKind());
    }

    [Fact]
    public void A_copy_shares_nothing_that_can_change()
    {
        var tree = JsonTree.ParseObject("{\"a\":{\"b\":[{\"c\":1}]},\"d\":\"x\"}"u8);
        var copy = (JsonObject)tree.DeepClone();
        copy["a"]!["b"]![0]!["c"] = 2;
        copy["a"]!["b"]!.AsArray().Add("more");
        copy["a"]!["e"] = true;
        copy.Remove("d");
        Assert.Equal("{\"a\":{\"b\":[{\"c\":1}]},\"d\":\"x\"}", tree.ToJsonString());
        Assert.Equal("{\"a\":{\"b\":[{\"c\":2},\"more\"],\"e\":true}}", copy.ToJsonString());
    }

    [Fact]
    public void An_object_that_changes_is_not_gone_through()
    {
        var obj = JsonTree.ParseObject("{\"a\":1,\"b\":2}"u8);
        Assert.Throws<InvalidOperationException>(() =>
        {
            foreach (var (name, _) in obj) obj.Remove(name);
        });
        Assert.Single(obj);
    }

    [Theory]
    [InlineData("2147483648", false, true, true)]
    [InlineData("-9223372036854775808", false, true, true)]
    [InlineData("9223372036854775808", false, false, true)]
    [InlineData("7", true, true, true)]
    [InlineData("1.5", false, false, true)]
    [InlineData("\"7\"", false, false, false)]
    public void Numbers_are_given_in_types_that_hold_them(string text, bool asInt, bool asLong, bool asDouble)
    {
        var value = JsonNode.Parse(text)!.AsValue();
        Assert.Equal((asInt, asLong, asDouble), (value.TryGetValue(out int _), value.TryGetValue(out long _), value.TryGetValue(out double _)));
        if (!asInt) Assert.Throws<InvalidOperationException>(() => value.GetValue<int>());
    }

    [Fact]
    public void What_is_no_object_has_no_fields()
    {
        Assert.Throws<InvalidOperationException>(() => JsonNode.Parse("[1]")!["a"]);
        Assert.Throws<InvalidOperationException>(() => JsonNode.Parse("\"a\"")!["a"]);
        Assert.Throws<InvalidOperationException>(() => JsonNode.Parse("{}")![0]);
        Assert.Throws<ArgumentException>(() => new JsonObject { ["a"] = 1 }.AsObject().Add("a", 2));
        Assert.Throws<ArgumentException>(() => JsonValue.Create(double.NaN));
        Assert.Throws<JsonException>(() => JsonNode.Parse("{"));
    }

    [Fact]
    public void Records_hold_any_json()
    {
        var read = JsonSerializer.Deserialize<Holder>("{\"Any\":[1,{\"a\":null}],\"Object\":{\"b\":2.0},\"None\":null}")!;
        Assert.Equal(("[1,{\"a\":null}]", "{\"b\":2.0}"), (read.Any!.ToJsonString(), read.Object!.ToJsonString()));
        Assert.Null(read.None);
        Assert.Equal("{\"Any\":[1,{\"a\":null}],\"Object\":{\"b\":2.0},\"None\":null}", JsonSerializer.Serialize(read));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Holder>("{\"Object\":[]}"));
    }

    sealed record Holder(JsonNode? Any, JsonObject? Object, JsonArray? None);

    [Fact]
    public void Many_repeated_names_are_read_in_time()
    {
        var text = new StringBuilder("{");
        for (var i = 0; i < 200_000; i++) text.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : ",")}\"k{i}\":{i}");
        text.Append(",\"k7\":\"last\"}");
        var found = new List<string>();
        var tree = JsonTree.ParseObject(Encoding.UTF8.GetBytes(text.ToString()), found);
        Assert.Equal((200_000, "last", "duplicate field \"k7\""), (tree.Count, (string?)tree["k7"], Assert.Single(found)));
    }

    [Fact]
    public void One_writes_while_another_does()
    {
        using var outer = JsonScratch.Take();
        outer.Writer.WriteStartArray();
        outer.Writer.WriteStringValue(Encoding.UTF8.GetString(JsonTree.Write(JsonNode.Parse("{\"a\":1}")).Span));
        try
        {
            using var broken = JsonScratch.Take();
            broken.Writer.WriteStartObject();
            throw new FormatException();
        }
        catch (FormatException) { } // and the next one starts afresh
        Assert.Equal("{}", Encoding.UTF8.GetString(JsonTree.Write(new JsonObject()).Span));
        outer.Writer.WriteEndArray();
        Assert.Equal("[\"{\\\"a\\\":1}\"]", Encoding.UTF8.GetString(outer.ToArray()));
    }

    [Fact]
    public void As_many_fields_are_removed_as_were_added_in_time()
    {
        const int many = 200_000;
        var obj = new JsonObject();
        for (var i = 0; i < many; i++) obj["k" + i.ToString(CultureInfo.InvariantCulture)] = i;
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < many; i += 2) Assert.True(obj.Remove("k" + i.ToString(CultureInfo.InvariantCulture)));
        var copy = (JsonObject)obj.DeepClone();
        Assert.Equal((many / 2, "k1", true), (obj.Count, obj.First().Key, JsonNode.DeepEquals(obj, copy)));
        for (var i = 1; i < many; i += 2) obj.Remove("k" + i.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(("{}", "k1", "k199999"), (obj.ToJsonString(), copy.First().Key, copy.Last().Key));
        // One by one it would be hours.
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 20);
    }

    [Fact]
    public void What_is_not_as_expected_is_shown()
    {
        var error = Assert.Throws<InvalidOperationException>(() => JsonNode.Parse("{\"a\":2147483648}")!["a"]!.GetValue<int>());
        Assert.Equal("Int32 is expected where there is a number: 2147483648", error.Message);
        Assert.Equal("an object is expected where there is an array: [1]", Assert.Throws<InvalidOperationException>(() => JsonNode.Parse("[1]")!["a"]).Message);
    }

    [Fact]
    public void Texts_that_share_a_place_are_told_apart()
    {
        var known = new RecentValues<string>(4, 8);
        for (var i = 0; i < 1000; i++)
        {
            var text = Encoding.UTF8.GetBytes(i.ToString(CultureInfo.InvariantCulture));
            known.Keep(text, i.ToString(CultureInfo.InvariantCulture));
            Assert.True(known.TryGet(text, out var value));
            Assert.Equal(i.ToString(CultureInfo.InvariantCulture), value);
        }
        known.Keep("longer than it takes"u8, "x");
        Assert.False(known.TryGet("longer than it takes"u8, out _));
    }
}
