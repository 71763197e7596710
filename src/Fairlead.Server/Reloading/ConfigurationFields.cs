using System.Diagnostics.CodeAnalysis;
using Fairlead.Cel;
using Fairlead.Json;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Reloading;

/// <summary>Reads the fields of a configuration file; messages name the path at which something is wrong.</summary>
static class ConfigurationFields
{
    /// <exception cref="FormatException">The holder is missing, or has a field that there is not.</exception>
    public static void Known([NotNull] JsonObject? holder, string at, params string[] known)
    {
        if (holder is null) throw new FormatException($"{at}: Required value");
        foreach (var (field, _) in holder)
        {
            if (!known.Contains(field)) throw new FormatException($"{(at.Length == 0 ? "" : at + ".")}{field}: there is no such field; there are {string.Join(", ", known)}");
        }
    }

    /// <exception cref="FormatException">It is missing, or none of these.</exception>
    public static string OneOf(JsonObject holder, string field, string at, IReadOnlyList<string> known)
    {
        var value = holder.Text(field) ?? throw new FormatException($"{at}.{field}: Required value");
        return known.Contains(value) ? value : throw new FormatException($"{at}.{field}: Unsupported value: \"{value}\": supported values: {string.Join(", ", known.Select(k => $"\"{k}\""))}");
    }

    /// <summary>A duration such as 1m30s; null if the field is absent.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static TimeSpan? Duration(JsonObject holder, string field, string at)
    {
        if (holder[field] is not { } value) return null;
        return holder.Text(field) is { } text && DurationText.Parse(text) is { } nanos ? TimeSpan.FromTicks(nanos / TimeSpan.NanosecondsPerTick)
            : throw new FormatException($"{at}.{field}: Invalid value: {value.ToJsonString()}: a duration such as 30s or 5m is expected");
    }
}
