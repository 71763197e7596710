using System.Text;
using Fairlead.Api.Json;
using Fairlead.Json;

namespace Fairlead.Api.Tests.Machinery;

public class JsonTreeTests
{
    static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    [Theory]
    [InlineData("{\"a\":{\"b\":[1,-2,3.50,1e3,\"x\",true,false,null]}}")]
    [InlineData("{\"big\":12345678901234567890123,\"s\":\"<é>'\"}")]
    [InlineData("[]")]
    [InlineData("null")]
    public void Round_trips(string text) => Assert.Equal(text, Encoding.UTF8.GetString(JsonTree.Write(JsonTree.Parse(Utf8(text))).Span));

    [Fact]
    public void Numbers_can_be_asked_for_as_any_type()
    {
        var value = JsonTree.ParseObject(Utf8("{\"n\":7,\"m\":70000}"));
        Assert.Equal((7, 7L, 7.0, 70000), (value["n"]!.GetValue<int>(), value["n"]!.GetValue<long>(), value["n"]!.GetValue<double>(), value["m"]!.GetValue<int>()));
    }

    [Fact]
    public void Duplicates_are_reported_and_the_last_wins()
    {
        var found = new List<string>();
        var tree = JsonTree.ParseObject(Utf8("{\"spec\":{\"x\":1,\"l\":[{\"y\":1,\"y\":2}],\"x\":2}}"), found);
        Assert.Equal(["duplicate field \"spec.l[0].y\"", "duplicate field \"spec.x\""], found);
        Assert.Equal("{\"spec\":{\"x\":2,\"l\":[{\"y\":2}]}}", tree.ToJsonString());
    }

    [Theory]
    [InlineData("", "unexpected end")]
    [InlineData("{\"a\":{\"b\":tru}}", "(in field a.b)")]
    [InlineData("{\"a\":1}}", "at byte 7")]
    [InlineData("{\"a\":1", "invalid JSON")]
    [InlineData("{\"a\":\"\\ud800\"}", "not valid UTF")]
    public void Faults_say_where(string text, string words) =>
        Assert.Contains(words, Assert.Throws<MalformedInputException>(() => JsonTree.Parse(Utf8(text))).Message);

    [Fact]
    public void Depth_is_bounded()
    {
        Assert.NotNull(JsonTree.Parse(Utf8(new string('[', 500) + new string(']', 500))));
        Assert.Throws<MalformedInputException>(() => JsonTree.Parse(Utf8(new string('[', 501) + new string(']', 501))));
        Assert.Throws<MalformedInputException>(() => JsonTree.Parse(Utf8(new string('[', 1_000_000))));
    }

    [Theory]
    [InlineData("{\"metadata\":{\"name\":\"a\",\"resourceVersion\":\"77\",\"uid\":\"u\"},\"x\":1}", "{\"metadata\":{\"name\":\"a\",\"resourceVersion\":\"\",\"uid\":\"u\"},\"x\":1}")]
    [InlineData("{\"metadata\":{\"name\":\"é\"}}", "{\"metadata\":{\"name\":\"é\",\"resourceVersion\":\"\"}}")]
    [InlineData("{\"x\":[{\"resourceVersion\":\"1\"}]}", "{\"x\":[{\"resourceVersion\":\"1\"}],\"metadata\":{\"resourceVersion\":\"\"}}")]
    public void The_slot_takes_the_revision(string text, string expected)
    {
        var slot = ResourceVersionSlot.Write(JsonTree.ParseObject(Utf8(text)));
        Assert.Equal(expected, Encoding.UTF8.GetString(slot.Json.Span));
        var filled = Encoding.UTF8.GetString(slot.Json.Span[..slot.Offset]) + "42" + Encoding.UTF8.GetString(slot.Json.Span[slot.Offset..]);
        Assert.Equal("42", (string?)JsonNode.Parse(filled)!["metadata"]!["resourceVersion"]);
    }
}
