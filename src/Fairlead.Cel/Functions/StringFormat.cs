using System.Globalization;
using System.Numerics;
using System.Text;
using Fairlead.Cel.Values;

namespace Fairlead.Cel.Functions;

/// <summary>"…".format([…]) of cel-go's extension of strings: %s %d %f %e %b %o %x %X and %%.</summary>
static class StringFormat
{
    /// <summary>No text that is made is longer, and no more digits are asked for.</summary>
    const int MaxLength = 4 * 1024 * 1024, MaxDigits = 100;

    public static IEnumerable<(string, CelFunction)> All =>
        [("format", (a, cost) => a is [string text, IReadOnlyList<object?> values] ? Format(text, values, cost) : Library.NotMine)];

    static string Format(string text, IReadOnlyList<object?> values, CelCost cost)
    {
        var made = new StringBuilder();
        var next = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                made.Append(text[i]);
                continue;
            }
            if (++i >= text.Length) throw new CelException("unexpected end of string");
            if (text[i] == '%')
            {
                made.Append('%');
                continue;
            }
            var digits = Digits(text, ref i);
            if (next >= values.Count) throw new CelException($"index {next} out of range");
            var part = One(text[i], digits, values[next++]);
            cost.Spend(part.Length / 10);
            made.Append(part);
            if (made.Length > MaxLength) throw new CelException("the string is too long");
        }
        return made.ToString();
    }

    static int? Digits(string text, ref int i)
    {
        if (text[i] != '.') return null;
        var start = ++i;
        while (i < text.Length && char.IsAsciiDigit(text[i])) i++;
        if (i >= text.Length) throw new CelException("could not find end of precision specifier");
        return int.TryParse(text.AsSpan(start, i - start), NumberStyles.None, CultureInfo.InvariantCulture, out var digits) && digits <= MaxDigits
            ? digits : throw new CelException("error while converting precision to integer");
    }

    static string One(char verb, int? digits, object? value) => (verb, value) switch
    {
        ('s', string text) => text,
        ('s', _) => Show(value),
        ('d', long or ulong) => Conversions.Show(value),
        ('d' or 'f' or 'e', double d) when !double.IsFinite(d) => double.IsNaN(d) ? "NaN" : d > 0 ? "Infinity" : "-Infinity",
        ('f', long or ulong or double) => ((double)Conversions.Double(value)).ToString("F" + (digits ?? 6).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
        ('e', long or ulong or double) => ((double)Conversions.Double(value)).ToString($"0.{new string('0', digits ?? 6)}e+00", CultureInfo.InvariantCulture),
        ('b', bool truth) => truth ? "1" : "0",
        ('b', long or ulong) => Based(value, 2),
        ('o', long or ulong) => Based(value, 8),
        ('x', long or ulong) => Based(value, 16),
        ('X', long or ulong) => Based(value, 16).ToUpperInvariant(),
        ('x' or 'X', string or byte[]) => Hex(value is string text ? Encoding.UTF8.GetBytes(text) : (byte[])value, verb == 'X'),
        ('d' or 'f' or 'e' or 'b' or 'o' or 'x' or 'X', _) => throw new CelException($"error during formatting: {Operations.TypeName(value)} does not fit the clause %{verb}"),
        _ => throw new CelException($"could not parse formatting clause: unrecognized formatting clause \"{verb}\""),
    };

    /// <summary>A value as %s shows it: texts within lists and maps in quotes, maps in the order of their keys.</summary>
    static string Show(object? value) => value switch
    {
        string text => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"",
        double d when !double.IsFinite(d) => double.IsNaN(d) ? "NaN" : d > 0 ? "Infinity" : "-Infinity",
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        IReadOnlyList<object?> list => $"[{string.Join(", ", list.Select(Show))}]",
        ICelMap map => $"{{{string.Join(", ", map.Keys.Select(k => $"{Show(k)}: {(map.TryGet(k, out var v) ? Show(v) : "")}").Order(StringComparer.Ordinal))}}}",
        ICelTyped typed => typed.ToString() ?? typed.TypeName,
        _ => Conversions.Show(value),
    };

    static string Based(object? value, int radix)
    {
        var number = value is long n ? n : (BigInteger)(ulong)value!;
        var (rest, digits) = (BigInteger.Abs(number), new StringBuilder());
        do
        {
            digits.Insert(0, "0123456789abcdef"[(int)(rest % radix)]);
            rest /= radix;
        }
        while (!rest.IsZero);
        return (number.Sign < 0 ? "-" : "") + digits;
    }

    static string Hex(byte[] bytes, bool upper) => upper ? Convert.ToHexString(bytes) : Convert.ToHexStringLower(bytes);
}
