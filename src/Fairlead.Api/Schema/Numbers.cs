using System.Globalization;
using Fairlead.Json;

namespace Fairlead.Api.Schema;

/// <summary>Numbers of JSON, compared as they are written.</summary>
static class Numbers
{
    /// <summary>The number's value; one that is beyond decimal's range is its end.</summary>
    public static decimal Of(JsonNode number)
    {
        var text = number.ToJsonString();
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) return value;
        return text.StartsWith('-') ? decimal.MinValue : decimal.MaxValue;
    }

    /// <summary>True for a number without a fraction, as 1, 1.0 and 1e3 are.</summary>
    public static bool IsWhole(JsonNode number) => Of(number) is var value && decimal.Truncate(value) == value;

    /// <summary>The number as messages show it.</summary>
    public static string Show(decimal number) => number.ToString("G29", CultureInfo.InvariantCulture);
}
