using System.Globalization;

namespace Fairlead.Cel.Syntax;

/// <summary>Text to words (cel-spec, Syntax). Owned by one parse.</summary>
sealed class Lexer(string text)
{
    static readonly string[] Signs =
        ["==", "!=", "<=", ">=", "&&", "||", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",", "(", ")", "[", "]", "{", "}"];

    int at;

    /// <exception cref="CelException">No word begins here.</exception>
    public Token Next()
    {
        SkipSpace();
        if (at >= text.Length) return new(TokenType.End, at, "");
        var c = text[at];
        if (StringPrefix() is { } prefix) return new(TokenType.Constant, at, "", new StringReading(text).Read(ref at, prefix));
        if (char.IsAsciiLetter(c) || c == '_') return Name();
        if (char.IsAsciiDigit(c) || (c == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]))) return Number();
        foreach (var sign in Signs)
        {
            if (string.CompareOrdinal(text, at, sign, 0, sign.Length) != 0) continue;
            at += sign.Length;
            return new(TokenType.Sign, at - sign.Length, sign);
        }
        throw Wrong($"token recognition error at: '{c}'", at);
    }

    public static CelException Wrong(string what, int at) => new($"Syntax error: {what} (at {at})");

    void SkipSpace()
    {
        while (at < text.Length)
        {
            if (text[at] is ' ' or '\t' or '\n' or '\r' or '\f') at++;
            else if (text[at] == '/' && at + 1 < text.Length && text[at + 1] == '/')
                while (at < text.Length && text[at] != '\n') at++;
            else return;
        }
    }

    Token Name()
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_')) at++;
        var name = text[start..at];
        return name switch
        {
            "true" => new(TokenType.Constant, start, name, true),
            "false" => new(TokenType.Constant, start, name, false),
            "null" => new(TokenType.Constant, start, name),
            "in" => new(TokenType.Sign, start, name),
            _ => new(TokenType.Identifier, start, name),
        };
    }

    Token Number()
    {
        var start = at;
        if (text[at] == '0' && at + 1 < text.Length && text[at + 1] is 'x' or 'X')
        {
            at += 2;
            while (at < text.Length && char.IsAsciiHexDigit(text[at])) at++;
            if (!ulong.TryParse(text.AsSpan(start + 2, at - start - 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex)) throw Wrong("invalid int literal", start);
            return Whole(hex, start);
        }
        Digits();
        var real = false;
        if (at + 1 < text.Length && text[at] == '.' && char.IsAsciiDigit(text[at + 1]))
        {
            real = true;
            at++;
            Digits();
        }
        if (at < text.Length && text[at] is 'e' or 'E')
        {
            var mark = at++;
            if (at < text.Length && text[at] is '+' or '-') at++;
            if (at < text.Length && char.IsAsciiDigit(text[at])) real = true;
            else at = mark;
            Digits();
        }
        var digits = text.AsSpan(start, at - start);
        if (real) return new(TokenType.Constant, start, "", double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture));
        return ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var whole) ? Whole(whole, start) : throw Wrong("invalid int literal", start);
    }

    Token Whole(ulong value, int start)
    {
        if (at < text.Length && text[at] is 'u' or 'U')
        {
            at++;
            return new(TokenType.Constant, start, "", value);
        }
        // One more than the greatest may stand behind a minus; the parser sees to it.
        return value <= long.MaxValue ? new(TokenType.Constant, start, "", (long)value)
            : value == 1UL << 63 ? new(TokenType.Constant, start, "min", value)
            : throw Wrong("invalid int literal", start);
    }

    void Digits()
    {
        while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
    }

    /// <summary>What stands before an opening quote here: nothing, r, b or both; null if no string begins.</summary>
    string? StringPrefix()
    {
        var i = at;
        while (i < text.Length && i - at < 2 && text[i] is 'r' or 'R' or 'b' or 'B') i++;
        return i < text.Length && text[i] is '"' or '\'' ? text[at..i].ToLowerInvariant() : null;
    }
}
