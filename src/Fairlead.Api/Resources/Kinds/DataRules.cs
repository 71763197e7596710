using System.Text;
using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>What ConfigMap and Secret have in common: keys that can be file names, a bounded size, and data that can be locked.</summary>
static class DataRules
{
    /// <summary>All values of one object together.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Adds an error for each key that can be no file name.</summary>
    public static void ValidateKeys(JsonObject obj, string field, FieldErrors errors)
    {
        foreach (var (key, _) in obj.Pairs(field))
            if (NameSyntax.ConfigKey(key) is { } wrong) errors.Invalid($"{field}[{key}]", key, wrong);
    }

    /// <summary>Adds an error for each value that is not base64, and returns the size of the decoded values.</summary>
    public static long ValidateBytes(JsonObject obj, string field, FieldErrors errors)
    {
        var total = 0L;
        foreach (var (key, text) in obj.Pairs(field))
        {
            var buffer = new byte[text.Length];
            if (Convert.TryFromBase64String(text, buffer, out var size)) total += size;
            else errors.Invalid($"{field}[{key}]", "", "must be base64-encoded");
        }
        return total;
    }

    public static long TextBytes(JsonObject obj, string field) => obj.Pairs(field).Sum(p => (long)Encoding.UTF8.GetByteCount(p.Value));

    /// <summary>Adds an error for each field that changed although the old object is immutable.</summary>
    public static void ValidateImmutable(JsonObject obj, JsonObject old, FieldErrors errors, params ReadOnlySpan<string> fields)
    {
        if (!old.Flag("immutable")) return;
        const string why = "field is immutable when `immutable` is set";
        if (!obj.Flag("immutable")) errors.Forbidden("immutable", why);
        foreach (var field in fields)
            if (!SameMap(obj.Pairs(field), old.Pairs(field))) errors.Forbidden(field, why);
    }

    static bool SameMap(IReadOnlyList<KeyValuePair<string, string>> a, IReadOnlyList<KeyValuePair<string, string>> b) =>
        a.Count == b.Count && a.ToHashSet().SetEquals(b);
}
