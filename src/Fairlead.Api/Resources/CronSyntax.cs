using System.Globalization;

namespace Fairlead.Api.Resources;

/// <summary>The form of a cron schedule: five fields of numbers, ranges and steps, or a word that begins with @.</summary>
public static class CronSyntax
{
    static readonly (int Least, int Most, string[] Names)[] Fields =
    [
        (0, 59, []), (0, 23, []), (1, 31, []),
        (1, 12, ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
        (0, 7, ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
    ];

    /// <summary>What is wrong with a schedule; null if nothing is.</summary>
    public static string? Wrong(string schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        if (schedule.Contains("TZ", StringComparison.Ordinal)) return "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
        if (schedule.StartsWith('@')) return Word(schedule);
        var fields = schedule.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != Fields.Length) return $"expected exactly 5 fields, found {fields.Length}: [{string.Join(' ', fields)}]";
        for (var i = 0; i < fields.Length; i++)
            foreach (var part in fields[i].Split(','))
                if (Part(part, Fields[i].Least, Fields[i].Most, Fields[i].Names) is { } wrong) return wrong;
        return null;
    }

    static string? Word(string schedule)
    {
        if (schedule is "@yearly" or "@annually" or "@monthly" or "@weekly" or "@daily" or "@midnight" or "@hourly") return null;
        const string every = "@every ";
        return schedule.StartsWith(every, StringComparison.Ordinal) && IsDuration(schedule[every.Length..]) ? null
            : schedule.StartsWith(every, StringComparison.Ordinal) ? $"failed to parse duration {schedule}: time: invalid duration \"{schedule[every.Length..]}\""
            : $"unrecognized descriptor: {schedule}";
    }

    /// <summary>A Go duration such as 1h30m.</summary>
    static bool IsDuration(string text)
    {
        var digits = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsAsciiDigit(text[i]) || text[i] == '.') digits = true;
            else if (!digits || text[i] is not ('h' or 'm' or 's')) return false;
            else digits = false;
        }
        return text.Length > 0 && !digits;
    }

    static string? Part(string part, int least, int most, string[] names)
    {
        var step = part.Split('/');
        if (step.Length > 2) return $"too many slashes: {part}";
        if (step.Length == 2 && (!int.TryParse(step[1], NumberStyles.None, CultureInfo.InvariantCulture, out var by) || by == 0))
            return step[1] == "0" ? $"step of range should be a positive number: {part}" : $"failed to parse int from {step[1]}: strconv.Atoi: parsing \"{step[1]}\": invalid syntax";
        if (step[0] is "*" or "?") return null;
        var ends = step[0].Split('-');
        if (ends.Length > 2) return $"too many hyphens: {part}";
        if (Number(ends[0], least, names) is not { } first) return $"failed to parse int from {ends[0]}: strconv.Atoi: parsing \"{ends[0]}\": invalid syntax";
        if (Number(ends[^1], least, names) is not { } last) return $"failed to parse int from {ends[^1]}: strconv.Atoi: parsing \"{ends[^1]}\": invalid syntax";
        if (first < least) return $"beginning of range ({first}) below minimum ({least}): {part}";
        if (last > most) return $"end of range ({last}) above maximum ({most}): {part}";
        return first > last ? $"beginning of range ({first}) beyond end of range ({last}): {part}" : null;
    }

    static int? Number(string text, int least, string[] names)
    {
        var index = Array.IndexOf(names, text.ToLowerInvariant());
        if (index >= 0) return index + least;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
