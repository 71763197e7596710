using System.Buffers;
using System.Globalization;

namespace Fairlead.Cel;

/// <summary>Go's text form of durations: 1h2m3.5s, -1.5h, 300ms.</summary>
public static class DurationText
{
    static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    /// <summary>Nanoseconds; null if the text is no duration or beyond 64 bits.</summary>
    public static long? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var rest = text.AsSpan();
        var negative = rest.StartsWith("-");
        if (negative || rest.StartsWith("+")) rest = rest[1..];
        if (rest.SequenceEqual("0")) return 0;
        if (rest.IsEmpty) return null;
        decimal total = 0;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(Digits);
            if (digits <= 0 || digits > 28 || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return null;
            rest = rest[digits..];
            var letters = rest.IndexOfAny(Digits);
            var unit = letters < 0 ? rest : rest[..letters];
            decimal? size = unit switch { "ns" => 1, "us" or "µs" or "μs" => 1_000, "ms" => 1_000_000, "s" => 1_000_000_000, "m" => 60_000_000_000, "h" => 3_600_000_000_000, _ => null };
            if (size is null || number > long.MaxValue / size) return null;
            total += number * size.Value;
            if (total > long.MaxValue) return null;
            rest = rest[unit.Length..];
        }
        return (long)(negative ? -total : total);
    }

    /// <summary>The shortest form, as Go writes it.</summary>
    public static string Write(long nanos)
    {
        if (nanos == 0) return "0s";
        var sign = nanos < 0 ? "-" : "";
        var n = nanos < 0 ? -(decimal)nanos : nanos;
        if (n < 1_000) return $"{sign}{n}ns";
        if (n < 1_000_000) return $"{sign}{Show(n / 1_000)}µs";
        if (n < 1_000_000_000) return $"{sign}{Show(n / 1_000_000)}ms";
        var seconds = n / 1_000_000_000 % 60;
        var minutes = decimal.Truncate(n / 60_000_000_000);
        if (minutes == 0) return $"{sign}{Show(seconds)}s";
        var hours = decimal.Truncate(minutes / 60);
        return hours == 0 ? $"{sign}{minutes}m{Show(seconds)}s" : $"{sign}{hours}h{minutes % 60}m{Show(seconds)}s";
    }

    static string Show(decimal number) => number.ToString("0.#########", CultureInfo.InvariantCulture);
}
