using System.Globalization;
using System.Text;
using Fairlead.Cel.Values;

namespace Fairlead.Cel.Functions;

/// <summary>From type to type (cel-spec, Standard Definitions).</summary>
static class Conversions
{
    public static object Int(object? value) => value switch
    {
        long => value,
        ulong n => n <= long.MaxValue ? (long)n : throw new CelException("integer overflow"),
        double d => d is > -9223372036854775808.0 and < 9223372036854775808.0 ? (long)d : throw new CelException("integer overflow"),
        string text => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) ? n : throw new CelException($"strconv.ParseInt: parsing \"{text}\": invalid syntax"),
        DateTimeOffset time => time.ToUnixTimeSeconds(),
        CelDuration span => span.Nanos,
        _ => Library.NotMine,
    };

    public static object UInt(object? value) => value switch
    {
        ulong => value,
        long n => n >= 0 ? (ulong)n : throw new CelException("unsigned integer overflow"),
        double d => d is >= 0 and < 18446744073709551616.0 ? (ulong)d : throw new CelException("unsigned integer overflow"),
        string text => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : throw new CelException($"strconv.ParseUint: parsing \"{text}\": invalid syntax"),
        _ => Library.NotMine,
    };

    public static object Double(object? value) => value switch
    {
        double => value,
        long n => (double)n,
        ulong n => (double)n,
        string text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var d) ? d : throw new CelException($"strconv.ParseFloat: parsing \"{text}\": invalid syntax"),
        _ => Library.NotMine,
    };

    public static object Text(object? value) => value switch
    {
        string => value,
        bool truth => truth ? "true" : "false",
        long n => n.ToString(CultureInfo.InvariantCulture),
        ulong n => n.ToString(CultureInfo.InvariantCulture),
        double d => Operations.Show(d),
        byte[] bytes => Utf8(bytes),
        DateTimeOffset time => Time(time),
        CelDuration span => Seconds(span.Nanos),
        _ => Library.NotMine,
    };

    /// <summary>A value as messages show it.</summary>
    public static string Show(object? value) => value switch
    {
        null => "null",
        IReadOnlyList<object?> list => $"[{string.Join(", ", list.Select(Show))}]",
        ICelMap map => $"{{{string.Join(", ", map.Keys.Select(k => $"{Show(k)}: {(map.TryGet(k, out var v) ? Show(v) : "")}"))}}}",
        CelType type => type.Name,
        _ => Text(value) as string ?? Operations.TypeName(value),
    };

    static string Utf8(byte[] bytes)
    {
        try { return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes); }
        catch (DecoderFallbackException) { throw new CelException("invalid UTF-8 in bytes, cannot convert to string"); }
    }

    static string Time(DateTimeOffset time) => time.UtcDateTime.ToString(time.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    static string Seconds(long nanos) => (nanos / 1_000_000_000m).ToString("0.#########", CultureInfo.InvariantCulture) + "s";
}
