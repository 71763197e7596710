using System.Text;
using System.Text.RegularExpressions;

namespace Fairlead.Cel;

/// <summary>
/// Regular expressions in RE2's syntax (github.com/google/re2, Syntax), matched in time linear in the text: .NET's
/// engine without backtracking, which has no look-around and no back-references either. Where the two read the same
/// signs differently (classes of ASCII, the end of the text, names of groups) the pattern is rewritten.
/// </summary>
public static class Re2
{
    const int MaxLength = 64 * 1024;

    /// <summary>The expression; it may match anywhere in a text.</summary>
    /// <exception cref="FormatException">The pattern is none, or too large.</exception>
    public static Regex Compile(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        if (pattern.Length > MaxLength) throw new FormatException("error parsing regexp: expression too large");
        try
        {
            return new(Rewrite(pattern), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new FormatException($"error parsing regexp: {e.Message}", e);
        }
    }

    static string Rewrite(string pattern)
    {
        var text = new StringBuilder(pattern.Length + 16);
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c == '\\' && i + 1 < pattern.Length) i = Escape(pattern, i + 1, inClass, text);
            else if (inClass) i = InClass(pattern, i, text, ref inClass);
            else if (c == '[')
            {
                inClass = true;
                text.Append(c);
                // A bracket that comes first in a class is one of its characters.
                if (i + 1 < pattern.Length && pattern[i + 1] == '^') text.Append(pattern[++i]);
                if (i + 1 < pattern.Length && pattern[i + 1] == ']') text.Append('\\').Append(pattern[++i]);
            }
            else if (c == '$') text.Append(Multiline(pattern) ? "$" : @"\z");
            else if (c == '(' && string.CompareOrdinal(pattern, i, "(?P<", 0, 4) == 0)
            {
                text.Append("(?<");
                i += 3;
            }
            else text.Append(c);
        }
        return text.ToString();
    }

    static bool Multiline(string pattern)
    {
        var at = pattern.IndexOf("(?", StringComparison.Ordinal);
        for (; at >= 0; at = pattern.IndexOf("(?", at + 2, StringComparison.Ordinal))
        {
            for (var i = at + 2; i < pattern.Length && char.IsAsciiLetter(pattern[i]); i++)
                if (pattern[i] == 'm') return true;
        }
        return false;
    }

    static int InClass(string pattern, int i, StringBuilder text, ref bool inClass)
    {
        if (pattern[i] == ']') inClass = false;
        if (pattern[i] != '[')
        {
            text.Append(pattern[i]);
            return i;
        }
        if (i + 1 < pattern.Length && pattern[i + 1] == ':' && pattern.IndexOf(":]", i, StringComparison.Ordinal) is var end and > 0
            && Named(pattern[(i + 2)..end]) is { } members)
        {
            text.Append(members);
            return end + 1;
        }
        text.Append(@"\[");
        return i;
    }

    /// <summary>Writes the escape whose letter is at i, and returns where it ends.</summary>
    static int Escape(string pattern, int i, bool inClass, StringBuilder text)
    {
        var members = pattern[i] switch { 'd' => "0-9", 'w' => "0-9A-Za-z_", 's' => @"\t\n\f\r ", _ => null };
        var others = pattern[i] switch { 'D' => "0-9", 'W' => "0-9A-Za-z_", 'S' => @"\t\n\f\r ", _ => null };
        if (members is not null) text.Append(inClass ? members : $"[{members}]");
        else if (others is not null && !inClass) text.Append($"[^{others}]");
        else if (pattern[i] == 'p' || pattern[i] == 'P')
        {
            text.Append('\\').Append(pattern[i]);
            // \pL is short for \p{L}.
            if (i + 1 < pattern.Length && pattern[i + 1] != '{') text.Append('{').Append(pattern[++i]).Append('}');
        }
        else if (pattern[i] == 'Q')
        {
            var end = pattern.IndexOf(@"\E", i, StringComparison.Ordinal);
            var literal = pattern[(i + 1)..(end < 0 ? pattern.Length : end)];
            text.Append(Regex.Escape(literal));
            return end < 0 ? pattern.Length : end + 1;
        }
        else if (pattern[i] is >= '1' and <= '9') throw new NotSupportedException($"invalid escape sequence: `\\{pattern[i]}`");
        else text.Append('\\').Append(pattern[i]);
        return i;
    }

    static string? Named(string name) => name switch
    {
        "alnum" => "0-9A-Za-z",
        "alpha" => "A-Za-z",
        "ascii" => @"\x00-\x7F",
        "blank" => @"\t ",
        "cntrl" => @"\x00-\x1F\x7F",
        "digit" => "0-9",
        "graph" => "!-~",
        "lower" => "a-z",
        "print" => " -~",
        "punct" => @"!-/:-@\[-`{-~",
        "space" => @"\t\n\v\f\r ",
        "upper" => "A-Z",
        "word" => "0-9A-Za-z_",
        "xdigit" => "0-9A-Fa-f",
        _ => null,
    };
}
