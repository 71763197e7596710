using Fairlead.Cel.Values;

namespace Fairlead.Cel.Functions;

/// <summary>cel-go's extension of strings. Positions count characters.</summary>
static class StringFunctions
{
    /// <summary>No text that an expression makes is longer.</summary>
    const int MaxLength = 4 * 1024 * 1024;

    public static IEnumerable<(string, CelFunction)> All =>
    [
        ("lowerAscii", (a, _) => a is [string text] ? string.Concat(text.Select(c => char.IsAsciiLetterUpper(c) ? char.ToLowerInvariant(c) : c)) : Library.NotMine),
        ("upperAscii", (a, _) => a is [string text] ? string.Concat(text.Select(c => char.IsAsciiLetterLower(c) ? char.ToUpperInvariant(c) : c)) : Library.NotMine),
        ("trim", (a, _) => a is [string text] ? text.Trim() : Library.NotMine),
        ("reverse", (a, _) => a is [string text] ? string.Concat(text.EnumerateRunes().Reverse()) : Library.NotMine),
        ("charAt", (a, _) => a is [string text, long at] ? at == text.Length ? "" : Slice(text, at, at + 1) : Library.NotMine),
        ("substring", (a, _) => a switch
        {
            [string text, long from] => Slice(text, from, text.Length),
            [string text, long from, long to] => Slice(text, from, to),
            _ => Library.NotMine,
        }),
        ("indexOf", (a, _) => a switch
        {
            [string text, string part] => (long)text.IndexOf(part, StringComparison.Ordinal),
            [string text, string part, long from] => (long)text.IndexOf(part, Inside(text, from), StringComparison.Ordinal),
            _ => Library.NotMine,
        }),
        ("lastIndexOf", (a, _) => a switch
        {
            [string text, string part] => (long)text.LastIndexOf(part, StringComparison.Ordinal),
            [string text, string part, long to] => (long)text[..Math.Min(text.Length, Inside(text, to) + part.Length)].LastIndexOf(part, StringComparison.Ordinal),
            _ => Library.NotMine,
        }),
        ("replace", (a, cost) => a switch
        {
            [string text, string from, string to] => Replace(text, from, to, -1, cost),
            [string text, string from, string to, long most] => Replace(text, from, to, most, cost),
            _ => Library.NotMine,
        }),
        ("split", (a, _) => a switch
        {
            [string text, string by] => Split(text, by, -1),
            [string text, string by, long most] => Split(text, by, most),
            _ => Library.NotMine,
        }),
        ("join", (a, cost) => a switch
        {
            [IReadOnlyList<object?> list] => Join(list, "", cost),
            [IReadOnlyList<object?> list, string by] => Join(list, by, cost),
            _ => Library.NotMine,
        }),
        ("quote", (a, _) => a is [string text] ? $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"" : Library.NotMine),
        ("strings.quote", (a, cost) => Library.Call("quote", a, cost)),
    ];

    static int Inside(string text, long at) => at >= 0 && at <= text.Length ? (int)at : throw new CelException($"index out of range: {at}");

    static string Slice(string text, long from, long to) =>
        from <= to ? text[Inside(text, from)..Inside(text, to)] : throw new CelException($"invalid substring range. start: {from}, end: {to}");

    static string Replace(string text, string from, string to, long most, CelCost cost)
    {
        if (most == 0) return text;
        var parts = Split(text, from, most < 0 ? -1 : most + 1);
        return Join(parts, to, cost);
    }

    static object?[] Split(string text, string by, long most)
    {
        if (most == 0) return [];
        var count = most < 0 ? int.MaxValue : (int)Math.Min(most, int.MaxValue);
        if (by.Length > 0) return text.Split(by, count);
        var letters = text.EnumerateRunes().Select(r => r.ToString()).ToList();
        return letters.Count <= count ? [.. letters] : [.. letters.Take(count - 1), string.Concat(letters.Skip(count - 1))];
    }

    static string Join(IReadOnlyList<object?> list, string by, CelCost cost)
    {
        long length = 0;
        foreach (var element in list) length += (element as string ?? throw Operations.NoOverload("join", element)).Length + by.Length;
        cost.Spend(length / 10);
        if (length > MaxLength) throw new CelException("the string is too long");
        return string.Join(by, list.Cast<string>());
    }
}
