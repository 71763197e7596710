using System.Globalization;
using System.Numerics;
using System.Text.Json.Serialization;
using Fairlead.Api.Json;

namespace Fairlead.Api.Meta.V1;

/// <summary>The three ways in which a quantity is written; it keeps the one it was given in.</summary>
public enum QuantityFormat
{
    /// <summary>Powers of 1000 as n, u, m, k, M, G, T, P, E.</summary>
    DecimalSI,

    /// <summary>Powers of 1024 as Ki, Mi, Gi, Ti, Pi, Ei.</summary>
    BinarySI,

    /// <summary>Powers of 1000 as an exponent: 12e6.</summary>
    DecimalExponent,
}

/// <summary>
/// An exact amount of a resource (apimachinery resource.Quantity): a decimal number with a suffix, kept in
/// billionths. Written in one canonical form, so that 1000m reads back as 1. Equal when the amounts are, whatever the format.
/// </summary>
[JsonConverter(typeof(QuantityConverter))]
public readonly record struct Quantity : IComparable<Quantity>
{
    const long PerOne = 1_000_000_000;
    readonly Int128 nano;

    Quantity(Int128 nano, QuantityFormat format) => (this.nano, Format) = (nano, format);

    public static readonly Quantity Zero;

    /// <summary>How the amount is written.</summary>
    public QuantityFormat Format { get; }

    public bool IsZero => nano == 0;
    public int Sign => Int128.Sign(nano);

    /// <summary>The amount in whole units, rounded up (away from zero), and held within a long.</summary>
    public long Value => RoundUp(PerOne);

    /// <summary>The amount in thousandths, rounded up (away from zero), and held within a long.</summary>
    public long MilliValue => RoundUp(PerOne / 1000);

    public static Quantity FromValue(long value, QuantityFormat format = QuantityFormat.DecimalSI) => new((Int128)value * PerOne, format);

    public static Quantity FromMilli(long value, QuantityFormat format = QuantityFormat.DecimalSI) =>
        new((Int128)value * (PerOne / 1000), format);

    /// <exception cref="FormatException">The text is not a quantity.</exception>
    public static Quantity Parse(string text) => TryParse(text, out var quantity)
        ? quantity
        : throw new FormatException("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");

    /// <summary>Reads a signed decimal number and its suffix. Digits beyond a billionth round up; a too large amount is held at 2^63-1.</summary>
    public static bool TryParse(string? text, out Quantity quantity)
    {
        quantity = default;
        if (string.IsNullOrEmpty(text) || text.Length > 128) return false;
        var at = text[0] is '+' or '-' ? 1 : 0;
        var start = at;
        var digits = BigInteger.Zero;
        var (count, fraction, point) = (0, 0, false);
        for (; at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'); at++)
        {
            if (text[at] == '.')
            {
                if (point) return false;
                point = true;
                continue;
            }
            digits = digits * 10 + (text[at] - '0');
            count++;
            if (point) fraction++;
        }
        if (count == 0 || at == start || !QuantitySuffix.TryRead(text.AsSpan(at), out var numberBase, out var exponent, out var format)) return false;
        if (Math.Abs(exponent) > 400) return false;
        var scale = (numberBase == 10 ? exponent : 0) - fraction + 9;
        if (numberBase == 2) digits <<= exponent;
        digits = scale >= 0 ? digits * BigInteger.Pow(10, scale) : DivideUp(digits, BigInteger.Pow(10, -scale));
        if (digits > (BigInteger)Int128.MaxValue) digits = (BigInteger)long.MaxValue * PerOne;
        quantity = new(text[0] == '-' ? -(Int128)digits : (Int128)digits, format);
        return true;
    }

    public static Quantity operator +(Quantity a, Quantity b) => new(a.nano + b.nano, a.IsZero ? b.Format : a.Format);
    public static Quantity operator -(Quantity a, Quantity b) => new(a.nano - b.nano, a.IsZero ? b.Format : a.Format);
    public static Quantity operator -(Quantity a) => new(-a.nano, a.Format);
    public static Quantity operator *(Quantity a, long times) => new(a.nano * times, a.Format);
    public static bool operator <(Quantity a, Quantity b) => a.nano < b.nano;
    public static bool operator >(Quantity a, Quantity b) => a.nano > b.nano;
    public static bool operator <=(Quantity a, Quantity b) => a.nano <= b.nano;
    public static bool operator >=(Quantity a, Quantity b) => a.nano >= b.nano;
    public static Quantity Max(Quantity a, Quantity b) => a >= b ? a : b;
    public static Quantity Min(Quantity a, Quantity b) => a <= b ? a : b;

    public int CompareTo(Quantity other) => nano.CompareTo(other.nano);
    public bool Equals(Quantity other) => nano == other.nano;
    public override int GetHashCode() => nano.GetHashCode();

    /// <summary>
    /// The canonical text: no fraction, the largest suffix that leaves an integer. A binary amount under 1024, or one
    /// with a fraction, is written in decimal so that nothing is lost.
    /// </summary>
    public override string ToString()
    {
        if (nano == 0) return "0";
        var format = Format;
        if (format == QuantityFormat.BinarySI && (Int128.Abs(nano) < (Int128)1024 * PerOne || nano % PerOne != 0)) format = QuantityFormat.DecimalSI;
        var (number, steps) = format == QuantityFormat.BinarySI ? Reduce(nano / PerOne, 1024, 0, 6) : Reduce(nano, 1000, -3, 6);
        return number.ToString(CultureInfo.InvariantCulture) + QuantitySuffix.Write(format, steps);
    }

    static (Int128 Number, int Steps) Reduce(Int128 number, int step, int steps, int most)
    {
        for (; steps < most && number % step == 0; steps++) number /= step;
        return (number, steps);
    }

    long RoundUp(long unit)
    {
        var (whole, rest) = Int128.DivRem(nano, unit);
        return (long)Int128.Clamp(whole + Int128.Sign(rest), long.MinValue, long.MaxValue);
    }

    static BigInteger DivideUp(BigInteger value, BigInteger by)
    {
        var whole = BigInteger.DivRem(value, by, out var rest);
        return rest.IsZero ? whole : whole + 1;
    }
}
