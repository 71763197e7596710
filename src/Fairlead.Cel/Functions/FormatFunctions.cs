using System.Globalization;
using System.Text.RegularExpressions;
using Fairlead.Cel.Formats;
using Fairlead.Cel.Values;

namespace Fairlead.Cel.Functions;

/// <summary>Kubernetes' named forms of text (library format): format.dns1123Label().validate(text) and format.named(name).</summary>
static partial class FormatFunctions
{
    static readonly CelFormat[] Formats =
    [
        new("dns1123Label", NameForms.Label),
        new("dns1123Subdomain", NameForms.Subdomain),
        new("dns1035Label", NameForms.Rfc1035Label),
        new("qualifiedName", NameForms.QualifiedName),
        new("dns1123LabelPrefix", text => NameForms.Label(Completed(text))),
        new("dns1123SubdomainPrefix", text => NameForms.Subdomain(Completed(text))),
        new("dns1035LabelPrefix", text => NameForms.Rfc1035Label(Completed(text))),
        new("labelValue", NameForms.LabelValue),
        new("uri", text => CelUrl.TryParse(text, out CelUrl _) is { } wrong ? $"parse \"{text}\": {wrong}" : null),
        new("uuid", text => Uuid.IsMatch(text) ? null : "does not match the UUID format"),
        new("byte", text => Convert.TryFromBase64String(text, new byte[text.Length], out var _) && !text.Any(char.IsWhiteSpace) ? null : "invalid base64"),
        new("date", text => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var _) ? null : "invalid date"),
        new("datetime", text => Moment.IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var _) ? null : "invalid datetime"),
    ];

    public static IEnumerable<(string, CelFunction)> All =>
    [
        .. Formats.Select(f => ($"format.{f.Name}", (CelFunction)((a, _) => a is [] ? f : Library.NotMine))),
        ("format.named", (a, _) => a is [string name] ? Formats.FirstOrDefault(f => f.Name == name) is { } format ? CelOptional.Of(format) : CelOptional.None : Library.NotMine),
        ("validate", (a, cost) => a is [CelFormat format, string text] ? Validate(format, text, cost) : Library.NotMine),
    ];

    static CelOptional Validate(CelFormat format, string text, CelCost cost)
    {
        cost.Spend(text.Length);
        return format.Wrong(text) is { } wrong ? CelOptional.Of((object?[])[wrong]) : CelOptional.None;
    }

    // To a prefix something is added, so that a dash at its end is no fault.
    static string Completed(string prefix) => prefix.Length > 1 && prefix.EndsWith('-') ? prefix[..^1] + "a" : prefix;

    [GeneratedRegex(@"^[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Uuid { get; }

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})\z", RegexOptions.NonBacktracking)]
    private static partial Regex Moment { get; }
}

/// <summary>A named form of text.</summary>
/// <param name="Name">As format.named knows it.</param>
/// <param name="Wrong">What is wrong with a text; null if nothing is.</param>
sealed record CelFormat(string Name, Func<string, string?> Wrong) : ICelTyped
{
    public string TypeName => "kubernetes.NamedFormat";

    public override string ToString() => Name;
}
