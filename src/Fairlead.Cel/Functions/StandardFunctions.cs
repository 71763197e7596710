using System.Text;
using System.Text.RegularExpressions;
using Fairlead.Cel.Values;

namespace Fairlead.Cel.Functions;

/// <summary>The functions of the specification itself.</summary>
static class StandardFunctions
{
    public static IEnumerable<(string, CelFunction)> All =>
    [
        ("size", (a, _) => a switch
        {
            [string text] => (long)Runes(text),
            [byte[] bytes] => (long)bytes.Length,
            [ICelMap map] => (long)map.Count,
            [IReadOnlyList<object?> list] => (long)list.Count,
            _ => Library.NotMine,
        }),
        ("contains", (a, _) => a is [string text, string part] ? text.Contains(part, StringComparison.Ordinal) : Library.NotMine),
        ("startsWith", (a, _) => a is [string text, string part] ? text.StartsWith(part, StringComparison.Ordinal) : Library.NotMine),
        ("endsWith", (a, _) => a is [string text, string part] ? text.EndsWith(part, StringComparison.Ordinal) : Library.NotMine),
        ("matches", (a, cost) => a is [string text, string pattern] ? Pattern(pattern, text, cost).IsMatch(text) : Library.NotMine),
        ("find", (a, cost) => a is [string text, string pattern] ? Pattern(pattern, text, cost).Match(text).Value : Library.NotMine),
        ("findAll", (a, cost) => a is [string text, string pattern, ..] && a.Length < 4
            ? Pattern(pattern, text, cost).Matches(text).Select(m => (object?)m.Value).Take(a is [_, _, long most] && most >= 0 ? (int)Math.Min(most, int.MaxValue) : int.MaxValue).ToArray() : Library.NotMine),
        ("int", (a, _) => a is [var value] ? Conversions.Int(value) : Library.NotMine),
        ("uint", (a, _) => a is [var value] ? Conversions.UInt(value) : Library.NotMine),
        ("double", (a, _) => a is [var value] ? Conversions.Double(value) : Library.NotMine),
        ("string", (a, _) => a is [var value] ? Conversions.Text(value) : Library.NotMine),
        ("bytes", (a, _) => a switch { [string text] => Encoding.UTF8.GetBytes(text), [byte[] bytes] => bytes, _ => Library.NotMine }),
        ("bool", (a, _) => a switch
        {
            [bool truth] => truth,
            ["1" or "t" or "T" or "true" or "TRUE" or "True"] => true,
            ["0" or "f" or "F" or "false" or "FALSE" or "False"] => false,
            [string text] => throw new CelException($"type conversion error from '{text}' to 'bool'"),
            _ => Library.NotMine,
        }),
        ("dyn", (a, _) => a is [var value] ? value : Library.NotMine),
        ("type", (a, _) => a is [var value] ? new CelType(value is CelType ? "type" : Operations.TypeName(value)) : Library.NotMine),
    ];

    public static int Runes(string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes()) count++;
        return count;
    }

    static Regex Pattern(string pattern, string text, CelCost cost)
    {
        cost.Spend((text.Length / 10 + 1) * (pattern.Length / 4 + 1L));
        try { return Re2.Compile(pattern); }
        catch (FormatException e) { throw new CelException(e.Message); }
    }
}
