using System.Globalization;
using System.Numerics;

namespace Fairlead.Cel.Values;

/// <summary>An amount as the API writes it (500m, 1Gi), exact to a billionth.</summary>
/// <param name="Nanos">In billionths.</param>
public readonly record struct CelQuantity(BigInteger Nanos)
{
    const int MaxLength = 100;
    static readonly (string Suffix, int Tens, int Twos)[] Suffixes =
        [("n", -9, 0), ("u", -6, 0), ("m", -3, 0), ("", 0, 0), ("k", 3, 0), ("M", 6, 0), ("G", 9, 0), ("T", 12, 0), ("P", 15, 0), ("E", 18, 0),
         ("Ki", 0, 10), ("Mi", 0, 20), ("Gi", 0, 30), ("Ti", 0, 40), ("Pi", 0, 50), ("Ei", 0, 60)];

    /// <summary>As IComparable has it.</summary>
    public int CompareTo(CelQuantity other) => Nanos.CompareTo(other.Nanos);

    /// <summary>Null if the text is no quantity.</summary>
    public static CelQuantity? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length is 0 or > MaxLength) return null;
        var end = text.Length;
        for (var i = 0; i < text.Length; i++)
            if (!(char.IsAsciiDigit(text[i]) || text[i] == '.' || (i == 0 && text[i] is '+' or '-')))
            {
                end = i;
                break;
            }
        var (digits, suffix) = (text[..end], text[end..]);
        var (tens, twos) = (0, 0);
        if (suffix.Length > 1 && suffix[0] is 'e' or 'E' && int.TryParse(suffix.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var power))
        {
            if (Math.Abs(power) > 30) return null;
            tens = power;
        }
        else
        {
            var at = Array.FindIndex(Suffixes, s => s.Suffix == suffix);
            if (at < 0) return null;
            (_, tens, twos) = Suffixes[at];
        }
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        var fraction = point < 0 ? 0 : digits.Length - point - 1;
        if (!digits.Any(char.IsAsciiDigit) || !BigInteger.TryParse(digits.Replace(".", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return null;
        if (point != digits.LastIndexOf('.')) return null;
        var scale = 9 + tens - fraction;
        number *= BigInteger.Pow(2, twos);
        if (scale >= 0) return new(number * BigInteger.Pow(10, scale));
        // Rounded away from zero, as upstream rounds what is finer than a billionth.
        var (whole, rest) = BigInteger.DivRem(number, BigInteger.Pow(10, -scale));
        return new(rest.IsZero ? whole : whole + rest.Sign);
    }

    static readonly BigInteger Billion = 1_000_000_000;

    /// <summary>The amount as a 64-bit integer; null if it is none.</summary>
    public long? AsInteger() => (Nanos % Billion).IsZero && Nanos / Billion is var n && n >= long.MinValue && n <= long.MaxValue ? (long)n : null;

    public double AsDouble() => (double)Nanos / 1e9;
}
