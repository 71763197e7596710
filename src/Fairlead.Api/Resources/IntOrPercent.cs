using System.Globalization;
using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources;

/// <summary>A field that is a number of things or a percentage of them.</summary>
static class IntOrPercent
{
    const string Form = "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

    /// <summary>The number, be it of things or of percent; null if it is absent or neither. What is wrong is added to the errors.</summary>
    public static long? Check(JsonObject obj, string path, FieldErrors errors)
    {
        if (obj.Number(path) is { } number)
        {
            if (number < 0) errors.Invalid(path, number, "must be greater than or equal to 0");
            return number;
        }
        var text = obj.Text(path);
        if (text.EndsWith('%') && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var percent))
        {
            if (percent > 100) errors.Invalid(path, text, "must not be greater than 100%");
            return percent;
        }
        if (obj.At(path) is not null) errors.Invalid(path, text, Form);
        return null;
    }
}
