using System.Globalization;
using System.Text;

namespace Fairlead.Cel.Syntax;

/// <summary>The strings of an expression: quoted once or three times, raw or with escapes, of characters or of bytes.</summary>
readonly struct StringReading(string text)
{
    /// <summary>The string that begins at <paramref name="at"/> with its prefix; moves behind it.</summary>
    public object Read(ref int at, string prefix)
    {
        var start = at;
        at += prefix.Length;
        var quote = text[at];
        var end = new string(quote, string.CompareOrdinal(text, at, new string(quote, 3), 0, 3) == 0 ? 3 : 1);
        at += end.Length;
        var (raw, bytes) = (prefix.Contains('r'), prefix.Contains('b'));
        var characters = new StringBuilder();
        var octets = new List<byte>();
        while (true)
        {
            if (at >= text.Length || (end.Length == 1 && text[at] == '\n')) throw Lexer.Wrong("a string does not end", start);
            if (string.CompareOrdinal(text, at, end, 0, end.Length) == 0) break;
            if (text[at] == '\\' && !raw) Escape(ref at, bytes, characters, octets);
            else
            {
                var width = char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
                Put(text.Substring(at, width), bytes, characters, octets);
                at += width;
            }
        }
        at += end.Length;
        return bytes ? octets.ToArray() : characters.ToString();
    }

    static void Put(string piece, bool bytes, StringBuilder characters, List<byte> octets)
    {
        if (bytes) octets.AddRange(Encoding.UTF8.GetBytes(piece));
        else characters.Append(piece);
    }

    void Escape(ref int at, bool bytes, StringBuilder characters, List<byte> octets)
    {
        var start = at++;
        if (at >= text.Length) throw Lexer.Wrong("a string does not end", start);
        var c = text[at++];
        var plain = c switch { 'n' => "\n", 't' => "\t", 'r' => "\r", 'a' => "\a", 'b' => "\b", 'f' => "\f", 'v' => "\v", '\\' or '\'' or '"' or '`' or '?' => c.ToString(), _ => null };
        if (plain is not null)
        {
            Put(plain, bytes, characters, octets);
            return;
        }
        var (count, radix) = c switch { 'x' or 'X' => (2, 16), 'u' when !bytes => (4, 16), 'U' when !bytes => (8, 16), >= '0' and <= '3' => (3, 8), _ => throw Lexer.Wrong("invalid escape", start) };
        if (radix == 8) at--;
        if (at + count > text.Length) throw Lexer.Wrong("invalid escape", start);
        long code = 0;
        foreach (var digit in text.AsSpan(at, count))
        {
            if (!byte.TryParse([digit], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) || value >= radix) throw Lexer.Wrong("invalid escape", start);
            code = code * radix + value;
        }
        at += count;
        if (bytes) octets.Add((byte)code);
        else if (Rune.IsValid((int)Math.Min(code, int.MaxValue))) characters.Append(new Rune((int)code).ToString());
        else throw Lexer.Wrong("invalid unicode code point", start);
    }
}
