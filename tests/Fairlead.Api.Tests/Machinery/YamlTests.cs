using System.Text;
using Fairlead.Api.Yaml;
using Fairlead.Json;

namespace Fairlead.Api.Tests.Machinery;

public class YamlTests
{
    static string Read(string yaml) => YamlInput.Parse(Encoding.UTF8.GetBytes(yaml))?.ToJsonString() ?? "null";

    [Theory]
    [InlineData("a: 1\nb: [x, 'y', \"z\"]", "{\"a\":1,\"b\":[\"x\",\"y\",\"z\"]}")]
    [InlineData("a: yes\nb: 'yes'\nc: off\nd: \"true\"", "{\"a\":true,\"b\":\"yes\",\"c\":false,\"d\":\"true\"}")]
    [InlineData("a: ~\nb:\nc: null\nd: ''", "{\"a\":null,\"b\":null,\"c\":null,\"d\":\"\"}")]
    [InlineData("a: 0644\nb: 0x1F\nc: 1_000\nd: -7\ne: 1.50\nf: 08", "{\"a\":420,\"b\":31,\"c\":1000,\"d\":-7,\"e\":1.5,\"f\":8}")]
    [InlineData("a: 100m\nb: 1Gi\nc: 10.0.0.1\nd: 2024-01-02\ne: 12:30", "{\"a\":\"100m\",\"b\":\"1Gi\",\"c\":\"10.0.0.1\",\"d\":\"2024-01-02\",\"e\":\"12:30\"}")]
    [InlineData("a: !!str 1\nb: !!int '2'", "{\"a\":\"1\",\"b\":2}")]
    [InlineData("1: a\ntrue: b", "{\"1\":\"a\",\"true\":\"b\"}")]
    [InlineData("a: |\n  x\n  y\nb: >\n  x\n  y\n", "{\"a\":\"x\\ny\\n\",\"b\":\"x y\\n\"}")]
    [InlineData("a: &x {k: 1}\nb: *x\nc: {<<: *x, k: 2, l: 3}\nd: {<<: *x}", "{\"a\":{\"k\":1},\"b\":{\"k\":1},\"c\":{\"k\":2,\"l\":3},\"d\":{\"k\":1}}")]
    [InlineData("{\"json\": [1, true, null, \"s\"]}", "{\"json\":[1,true,null,\"s\"]}")]
    [InlineData("---\n# only a comment\n---\na: 1\n", "{\"a\":1}")]
    [InlineData("", "null")]
    public void Reads(string yaml, string json) => Assert.Equal(json, Read(yaml));

    [Theory]
    [InlineData("a: [1", "line")]
    [InlineData("a: *nope", "nope")]
    [InlineData("a: &x [*x]", "")]
    [InlineData("a: .inf", "JSON has no number")]
    [InlineData("a: 1\n---\nb: 2", "more than one YAML document")]
    [InlineData("[a]: b", "a key must be a scalar")]
    [InlineData("a:\n\t- b", "line")]
    public void Refuses(string yaml, string words) => Assert.Contains(words, Assert.Throws<MalformedInputException>(() => Read(yaml)).Message);

    [Fact]
    public void Duplicates_are_reported()
    {
        var found = new List<string>();
        YamlInput.Parse("spec:\n  a: 1\n  l:\n  - b: 1\n    b: 2\n  a: 2"u8, found);
        Assert.Equal(["line 5: key \"b\" already set in map", "line 6: key \"a\" already set in map"], found);
    }

    [Fact]
    public void Aliases_and_depth_are_bounded()
    {
        var laughs = new StringBuilder("a0: &a0 [lol,lol,lol,lol,lol,lol,lol,lol,lol]\n");
        for (var i = 1; i < 12; i++) laughs.Append($"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 9))}]\n");
        Assert.Contains("excessive aliasing", Assert.Throws<MalformedInputException>(() => Read(laughs.ToString())).Message);
        Assert.Contains("nested too deeply", Assert.Throws<MalformedInputException>(() => Read(new string('[', 5000))).Message);
    }
}
