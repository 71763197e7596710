using System.Globalization;
using Fairlead.Cel.Values;

namespace Fairlead.Cel.Functions;

/// <summary>Moments and spans of time.</summary>
static class TimeFunctions
{
    public static IEnumerable<(string, CelFunction)> All =>
    [
        ("timestamp", (a, _) => a switch
        {
            [DateTimeOffset time] => time,
            [long seconds] => At(seconds),
            [string text] => text.Length >= 20 && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : throw new CelException($"parsing time \"{text}\": cannot parse"),
            _ => Library.NotMine,
        }),
        ("duration", (a, _) => a switch
        {
            [CelDuration span] => span,
            [long nanos] => new CelDuration(nanos),
            [string text] => DurationText.Parse(text) is { } nanos ? new CelDuration(nanos) : throw new CelException($"time: invalid duration \"{text}\""),
            _ => Library.NotMine,
        }),
        Part("getFullYear", t => t.Year), Part("getMonth", t => t.Month - 1), Part("getDate", t => t.Day), Part("getDayOfMonth", t => t.Day - 1),
        Part("getDayOfWeek", t => (int)t.DayOfWeek), Part("getDayOfYear", t => t.DayOfYear - 1),
        Part("getHours", t => t.Hour), Part("getMinutes", t => t.Minute), Part("getSeconds", t => t.Second), Part("getMilliseconds", t => t.Millisecond),
        Whole("getHours", 3_600_000_000_000), Whole("getMinutes", 60_000_000_000), Whole("getSeconds", 1_000_000_000), Whole("getMilliseconds", 1_000_000),
    ];

    static DateTimeOffset At(long seconds)
    {
        try { return DateTimeOffset.FromUnixTimeSeconds(seconds); }
        catch (ArgumentOutOfRangeException) { throw new CelException("timestamp overflow"); }
    }

    static (string, CelFunction) Part(string name, Func<DateTimeOffset, int> part) => (name, (a, _) => a switch
    {
        [DateTimeOffset time] => (long)part(time.ToUniversalTime()),
        [DateTimeOffset time, string zone] => (long)part(time.ToOffset(Offset(time, zone))),
        _ => Library.NotMine,
    });

    static (string, CelFunction) Whole(string name, long unit) => (name, (a, _) => a is [CelDuration span] ? span.Nanos / unit : Library.NotMine);

    static TimeSpan Offset(DateTimeOffset time, string zone)
    {
        var sign = zone.StartsWith('-') ? -1 : 1;
        if (TimeSpan.TryParseExact(zone.TrimStart('+', '-'), @"hh\:mm", CultureInfo.InvariantCulture, out var offset) && offset < TimeSpan.FromHours(14)) return sign * offset;
        return TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var known) ? known.GetUtcOffset(time) : throw new CelException($"unknown time zone {zone}");
    }
}
