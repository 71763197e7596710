using Fairlead.Cel.Values;
using Fairlead.Json;

namespace Fairlead.Cel.Tests;

/// <summary>Expressions and what they are; each row is true or the error it says.</summary>
public sealed class ExpressionTests
{
    static readonly Dictionary<string, object?> Variables = new()
    {
        ["self"] = JsonValues.Of(JsonNode.Parse("""{"n":3,"s":"abc","l":[1,2,3],"m":{"a":1,"b":2},"x":null,"d":1.5,"list":[{"k":"a","v":1},{"k":"b","v":2}]}""")),
    };

    static object? Evaluate(string text) => CelProgram.Compile(text, "self").Evaluate(Variables, new CelCost());

    [Theory]
    [InlineData("1 + 2 * 3 == 7")]
    [InlineData("(1 + 2) * 3 == 9")]
    [InlineData("10 - 3 - 2 == 5")]
    [InlineData("-7 / 2 == -3 && -7 % 2 == -1")]
    [InlineData("0x10 == 16 && 1e3 == 1000.0 && 5u == 5")]
    [InlineData("1 == 1.0 && 1u < 2.5 && 9223372036854775807 < 9223372036854775808.0")]
    [InlineData("-9223372036854775808 < 0")]
    [InlineData("'a' + \"b\" == 'ab' && r'\\n' == '\\\\n' && '\\u00e9' == 'é'")]
    [InlineData("'''a\nb''' == 'a\\nb'")]
    [InlineData("b'abc' == bytes('abc')")]
    [InlineData("true ? 1 == 1 : 1 / 0 == 0")]
    [InlineData("true || 1 / 0 == 0")]
    [InlineData("1 / 0 == 0 || true")]
    [InlineData("!(1 / 0 == 0 && false)")]
    [InlineData("self.n == 3 && self['s'] == 'abc' && self.l[1] == 2")]
    [InlineData("has(self.n) && !has(self.y) && has(self.m.a)")]
    [InlineData("2 in self.l && 'a' in self.m && !('z' in self.m)")]
    [InlineData("self.l.all(x, x > 0) && self.l.exists(x, x == 2) && self.l.exists_one(x, x > 2)")]
    [InlineData("self.l.map(x, x * 2) == [2, 4, 6] && self.l.map(x, x > 1, x) == [2, 3] && self.l.filter(x, x < 3) == [1, 2]")]
    [InlineData("self.m.all(k, self.m[k] > 0) && self.m.map(k, k).size() == 2")]
    [InlineData("self.l.all(i, v, v == i + 1) && self.m.exists(k, v, k == 'b' && v == 2)")]
    [InlineData("self.list.exists(e, e.k == 'b' && e.v == 2)")]
    [InlineData("self.x == null && type(self.n) == int && type(self.s) == string")]
    [InlineData("{'a': 1, 'b': [1]} == {'b': [1], 'a': 1} && {1: 2}[1u] == 2")]
    [InlineData("size('äö') == 2 && size(self.l) == 3 && self.m.size() == 2")]
    [InlineData("'abc'.contains('b') && 'abc'.startsWith('a') && 'abc'.endsWith('c') && 'abc'.matches('^[a-c]+$')")]
    [InlineData("!'abc\\n'.matches('^[a-c]+$')")]
    [InlineData("int('12') + int(1.9) == 13 && string(1.5) == '1.5' && double('2') == 2.0 && uint(3) == 3u")]
    [InlineData("timestamp('2020-01-01T00:00:00Z') + duration('1h30m') == timestamp('2020-01-01T01:30:00Z')")]
    [InlineData("timestamp('2020-03-05T01:02:03Z').getMonth() == 2 && timestamp('2020-03-05T01:02:03Z').getHours('+02:00') == 3")]
    [InlineData("duration('90m').getHours() == 1 && string(duration('1500ms')) == '1.5s'")]
    [InlineData("'a,b,c'.split(',') == ['a', 'b', 'c'] && ['a', 'b'].join('-') == 'a-b' && 'abcd'.substring(1, 3) == 'bc'")]
    [InlineData("'hello'.replace('l', 'L', 1) == 'heLlo' && 'tacocat'.indexOf('c') == 2 && 'tacocat'.lastIndexOf('c') == 4 && ' x '.trim() == 'x'")]
    [InlineData("'ABC'.lowerAscii() == 'abc' && 'abc'.charAt(1) == 'b' && 'ab1c22'.findAll('[0-9]+') == ['1', '22']")]
    [InlineData("[1, 2, 2].isSorted() && [1, 2, 3].sum() == 6 && [3, 1].min() == 1 && ['b', 'a'].max() == 'b' && [1, 2, 1].lastIndexOf(1) == 2")]
    [InlineData("sets.contains([1, 2, 3], [2]) && sets.equivalent([1, 2], [2, 1, 1]) && sets.intersects([1], [1, 2])")]
    [InlineData("self.?y.orValue('none') == 'none' && self.?n.value() == 3 && !optional.none().hasValue() && self.?m.?z == optional.none()")]
    [InlineData("[1, ?self.?y, 2] == [1, 2] && {?'a': optional.of(1)} == {'a': 1} && self.?n.optMap(v, v + 1).value() == 4")]
    [InlineData("cel.bind(x, 5, x * x) == 25")]
    [InlineData("quantity('1Gi').isGreaterThan(quantity('1G')) && quantity('500m').add(quantity('0.5')) == quantity('1') && quantity('2').asInteger() == 2 && !isQuantity('x')")]
    [InlineData("self.l.exists(x, 1 / (x - 1) > 5 || x == 3)")]
    public void Holds(string text) => Assert.Equal(true, Evaluate(text));

    [Theory]
    [InlineData("1 / 0", "division by zero")]
    [InlineData("9223372036854775807 + 1", "integer overflow")]
    [InlineData("self.y", "no such key: y")]
    [InlineData("self.l[3]", "index out of bounds: 3")]
    [InlineData("1 + 'a'", "no such overload")]
    [InlineData("1 / 0 == 1 && true", "division by zero")]
    [InlineData("other", "undeclared reference to 'other'")]
    [InlineData("nothing(1)", "undeclared reference to 'nothing'")]
    [InlineData("self.l.map(x, x).exists(y, x == y)", "undeclared reference to 'x'")]
    [InlineData("1 +", "Syntax error")]
    [InlineData("'abc", "Syntax error")]
    [InlineData("1 1", "Syntax error")]
    [InlineData("has(self)", "invalid argument to has() macro")]
    [InlineData("'a'.matches('(')", "error parsing regexp")]
    public void Fails(string text, string message) =>
        Assert.Contains(message, Assert.Throws<CelException>(() => Evaluate(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("[0,1,2,3,4,5,6,7,8,9].all(a, [0,1,2,3,4,5,6,7,8,9].all(b, [0,1,2,3,4,5,6,7,8,9].all(c, [0,1,2,3,4,5,6,7,8,9].all(d, [0,1,2,3,4,5,6,7,8,9].all(e, [0,1,2,3,4,5,6,7,8,9].all(f, true))))))")]
    public void What_costs_too_much_ends(string text)
    {
        var error = Assert.Throws<CelException>(() => Evaluate(text));
        Assert.True(error.IsCost);
    }

    [Fact]
    public void What_is_nested_without_end_is_refused()
    {
        foreach (var text in (string[])[new string('(', 50_000), new string('[', 50_000), new string('!', 50_000), "1" + string.Concat(Enumerable.Repeat("+1", 40_000)), "self" + string.Concat(Enumerable.Repeat(".a", 40_000)), string.Concat(Enumerable.Repeat("1?", 30_000))])
            Assert.Throws<CelException>(() => Evaluate(text));
    }
}
