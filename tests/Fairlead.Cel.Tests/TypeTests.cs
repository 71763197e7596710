using Fairlead.Cel.Types;

namespace Fairlead.Cel.Tests;

public sealed class TypeTests
{
    static readonly CelShape Thing = CelShape.Object("thing", new Dictionary<string, CelShape>
    {
        ["n"] = CelShape.Int, ["s"] = CelShape.Text, ["b"] = CelShape.Bool, ["d"] = CelShape.Double, ["at"] = CelShape.Timestamp, ["any"] = CelShape.Dyn,
        ["list"] = CelShape.List(CelShape.Text), ["map"] = CelShape.Map(CelShape.Int), ["inner"] = CelShape.Object("inner", new Dictionary<string, CelShape> { ["x"] = CelShape.Int }),
    });

    static CelTypeCheck Check(string text) => CelProgram.Compile(text, "o", "u").CheckTypes(new Dictionary<string, CelShape> { ["o"] = Thing });

    [Theory]
    [InlineData("o.n > 1 && o.d < 2", "bool")]
    [InlineData("o.s + 'a'", "string")]
    [InlineData("o.list.map(s, size(s))", "list(int)")]
    [InlineData("o.list.filter(s, s != '')", "list(string)")]
    [InlineData("o.map.all(k, k.startsWith('a') && o.map[k] > 1)", "bool")]
    [InlineData("o.map.key", "int")]
    [InlineData("'a' in o.list || 'b' in o.map", "bool")]
    [InlineData("has(o.inner) && o.inner != null", "bool")]
    [InlineData("o.at + duration('1s') < timestamp('2020-01-01T00:00:00Z')", "bool")]
    [InlineData("o.b ? o.n : 1", "int")]
    [InlineData("o.any.deep[3].deeper == 1 && u.what > 'x'", "bool")]
    [InlineData("o.?inner.x.orValue(1) == 1", "bool")]
    [InlineData("cel.bind(x, o.n, x + 1)", "int")]
    [InlineData("o.list.all(i, s, i > 0 && s == '')", "bool")]
    [InlineData("[1, 2][0]", "int")]
    [InlineData("{'a': 'b'}.a", "string")]
    public void Types_that_fit_are_found(string text, string type)
    {
        var check = Check(text);
        Assert.Equal(("", type), (check.Issues, check.Result.Name));
    }

    [Theory]
    [InlineData("o.no == 1", "1:2: undefined field 'no'")]
    [InlineData("has(o.no)", "1:4: undefined field 'no'")]
    [InlineData("o.inner.no > o.n", "1:8: undefined field 'no'")]
    [InlineData("o.s.x", "1:4: type 'string' does not support field selection")]
    [InlineData("o.n == 'a'", "1:5: found no matching overload for '_==_' applied to '(int, string)'")]
    [InlineData("o.n == null", "1:5: found no matching overload for '_==_' applied to '(int, null)'")]
    [InlineData("o.n + 1.0 > 2.0", "1:5: found no matching overload for '_+_' applied to '(int, double)'")]
    [InlineData("o.inner < o.inner", "1:9: found no matching overload for '_<_' applied to '(inner, inner)'")]
    [InlineData("!o.n", "1:1: found no matching overload for '!_' applied to '(int)'")]
    [InlineData("o.b && o.s", "1:5: found no matching overload for '_&&_' applied to '(bool, string)'")]
    [InlineData("1 in o.list", "1:3: found no matching overload for '@in' applied to '(int, list(string))'")]
    [InlineData("o.list['a'] == ''", "1:7: found no matching overload for '_[_]' applied to '(list(string), string)'")]
    [InlineData("o.n.startsWith('a')", "1:15: found no matching overload for 'startsWith' applied to 'int.(string)'")]
    [InlineData("size(o.n) > 1", "1:5: found no matching overload for 'size' applied to '(int)'")]
    [InlineData("o.s.all(x, true)", "1:2: expression of type 'string' cannot be range of a comprehension (must be list, map, or dynamic)")]
    [InlineData("o.list.all(x, x > 1)", "1:17: found no matching overload for '_>_' applied to '(string, int)'")]
    [InlineData("o.b ? 1 : 'a'", "1:5: found no matching overload for '_?_:_' applied to '(bool, int, string)'")]
    public void What_does_not_fit_is_told_with_its_place(string text, string issue) =>
        Assert.StartsWith($"ERROR: <input>:{issue}\n | {text}\n | ", Check(text).Issues, StringComparison.Ordinal);

    [Fact]
    public void Every_mistake_is_told_once_and_on_its_line() =>
        Assert.Equal("ERROR: <input>:1:2: undefined field 'a'\n | o.a > 1 &&\n | .^\nERROR: <input>:2:4: undefined field 'x'\n |   o.x.c > 1\n | ...^", Check("o.a > 1 &&\n  o.x.c > 1").Issues);
}
