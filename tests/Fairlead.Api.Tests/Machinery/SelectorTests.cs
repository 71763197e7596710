using Fairlead.Api.Meta.V1;
using Fairlead.Api.Selectors;
using Fairlead.Json;

namespace Fairlead.Api.Tests.Machinery;

public class SelectorTests
{
    static readonly Dictionary<string, string> Labels = new() { ["app"] = "web", ["tier"] = "front", ["n"] = "5", ["empty"] = "" };

    [Theory]
    [InlineData("", true)]
    [InlineData("app=web", true)]
    [InlineData(" app == web , tier", true)]
    [InlineData("app!=web", false)]
    [InlineData("other!=web", true)]
    [InlineData("app in (web,db)", true)]
    [InlineData("app notin (web,db)", false)]
    [InlineData("other notin (web)", true)]
    [InlineData("!app", false)]
    [InlineData("! other", true)]
    [InlineData("other", false)]
    [InlineData("empty=", true)]
    [InlineData("empty in (,x)", true)]
    [InlineData("in in (in)", false)]
    [InlineData("n>4,n<6", true)]
    [InlineData("example.com/app!=x,tier in (front)", true)]
    public void Labels_match(string text, bool expected)
    {
        var selector = LabelSelectorText.Parse(text);
        var tree = new JsonObject(Labels.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value)));
        Assert.Equal((expected, expected), (selector.Matches(Labels), selector.Matches(tree)));
        Assert.Equal(selector.ToString(), LabelSelectorText.Parse(selector.ToString()).ToString());
    }

    [Theory]
    [InlineData("x=a,,", "found ',', expected: identifier after ','")]
    [InlineData("x=a=b", "found '=', expected: ',' or 'end of string'")]
    [InlineData("=a", "found '=', expected: !, identifier, or 'end of string'")]
    [InlineData("x a", "unable to parse requirement: found 'a', expected: in, notin, =, ==, !=, gt, lt")]
    [InlineData("x in a", "unable to parse requirement: found 'a' expected: '('")]
    [InlineData("x in (a", "unable to parse requirement: found '', expected: ',' or ')'")]
    [InlineData("x in ()", "unable to parse requirement: values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty")]
    [InlineData("!", "unable to parse requirement: found '', expected: identifier")]
    [InlineData("x==(", "unable to parse requirement: found '(', expected: identifier")]
    public void Label_selectors_are_refused(string text, string message) =>
        Assert.Equal(message, Assert.Throws<SelectorException>(() => LabelSelectorText.Parse(text)).Message);

    [Theory]
    [InlineData("a/b/c=d", "a qualified name must consist of")]
    [InlineData("-a=d", "name part must consist of")]
    [InlineData("a=-d", "a valid label must be an empty string")]
    [InlineData("A.B/c", "prefix part a lowercase RFC 1123 subdomain")]
    public void Keys_and_values_are_checked(string text, string words) =>
        Assert.Contains(words, Assert.Throws<SelectorException>(() => LabelSelectorText.Parse(text)).Message);

    [Fact]
    public void Records_are_selectors_too()
    {
        Assert.False(LabelSelectorText.From(null).Matches(Labels));
        Assert.True(LabelSelectorText.From(new LabelSelector()).Matches(Labels));
        var selector = LabelSelectorText.From(new LabelSelector
        {
            MatchLabels = new Dictionary<string, string> { ["tier"] = "front" },
            MatchExpressions = [new() { Key = "app", Operator = "In", Values = ["web", "db"] }, new() { Key = "x", Operator = "DoesNotExist" }],
        });
        Assert.True(selector.Matches(Labels));
        Assert.Equal("app in (db,web),tier=front,!x", selector.ToString());
        Assert.Throws<SelectorException>(() => LabelSelectorText.From(new LabelSelector { MatchExpressions = [new() { Key = "a", Operator = "Frob" }] }));
    }

    [Theory]
    [InlineData("metadata.name=a", true)]
    [InlineData("metadata.name==a,status.phase!=Running", true)]
    [InlineData("metadata.name!=a", false)]
    [InlineData("absent=", true)]
    [InlineData("comma=x\\,y", true)]
    public void Fields_match(string text, bool expected)
    {
        var selector = FieldSelectorText.Parse(text);
        Assert.Equal(expected, selector.Matches(f => f switch { "metadata.name" => "a", "status.phase" => "Failed", "comma" => "x,y", _ => null }));
        Assert.Equal(selector.ToString(), FieldSelectorText.Parse(selector.ToString()).ToString());
    }

    [Theory]
    [InlineData("metadata.name", "invalid selector: 'metadata.name'; can't understand 'metadata.name'")]
    [InlineData("a=b=c", "invalid field selector: unescaped character in value: =")]
    [InlineData("a=b\\c", "invalid field selector: invalid escape sequence: \\c")]
    public void Field_selectors_are_refused(string text, string message) =>
        Assert.Equal(message, Assert.Throws<SelectorException>(() => FieldSelectorText.Parse(text)).Message);

    [Fact]
    public void Unknown_fields_are_refused() =>
        Assert.Equal("field label not supported: spec.x",
            Assert.Throws<SelectorException>(() => FieldSelectorText.Parse("metadata.name=a,spec.x=1").RequireKnown(["spec.nodeName"])).Message);
}
