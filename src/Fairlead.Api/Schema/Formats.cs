using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Fairlead.Api.Resources;
using Fairlead.Cel;

namespace Fairlead.Api.Schema;

/// <summary>The formats of strings that a custom kind's schema may ask for (apiextensions-apiserver, validation/formats.go).</summary>
static class Formats
{
    static readonly Dictionary<string, Func<string, bool>> Known = new(StringComparer.Ordinal)
    {
        ["bsonobjectid"] = Match("^[0-9a-fA-F]{24}$"),
        ["uri"] = IsUri,
        ["email"] = Match(@"^[^@\s<>]+@[^@\s<>]+$"),
        ["hostname"] = t => NameSyntax.Subdomain(t.ToLowerInvariant()) is null,
        ["ipv4"] = t => IPAddress.TryParse(t, out var a) && a.GetAddressBytes().Length == 4 && t.Count(c => c == '.') == 3,
        ["ipv6"] = t => IPAddress.TryParse(t, out var a) && a.GetAddressBytes().Length == 16,
        ["cidr"] = IsCidr,
        ["mac"] = Match("^([0-9A-Fa-f]{2}([:-]))[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){4,}$|^([0-9A-Fa-f]{4}[.]){2}[0-9A-Fa-f]{4}$"),
        ["uuid"] = Match("^(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$"),
        ["uuid3"] = Match("^(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$"),
        ["uuid4"] = Match("^(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$"),
        ["uuid5"] = Match("^(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$"),
        ["isbn"] = t => IsIsbn10(t) || IsIsbn13(t),
        ["isbn10"] = IsIsbn10,
        ["isbn13"] = IsIsbn13,
        ["creditcard"] = IsCreditCard,
        ["ssn"] = Match(@"^\d{3}[- ]?\d{2}[- ]?\d{4}$"),
        ["hexcolor"] = Match("^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$"),
        ["rgbcolor"] = Match(@"^rgb\(\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*,\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*,\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*\)$"),
        ["byte"] = t => t.Length % 4 == 0 && Convert.TryFromBase64String(t, new byte[t.Length], out _),
        ["password"] = _ => true,
        ["date"] = t => DateOnly.TryParseExact(t, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        ["duration"] = t => DurationText.Parse(t) is not null || IsWords(t),
        ["datetime"] = IsDateTime,
        ["date-time"] = IsDateTime,
        ["k8s-short-name"] = t => NameSyntax.Label(t) is null,
        ["k8s-long-name"] = t => NameSyntax.Subdomain(t) is null,
    };

    public static bool IsKnown(string format) => Known.ContainsKey(format);

    /// <summary>Whether the text has the format; true for one that is not known.</summary>
    public static bool Fits(string format, string text) => !Known.TryGetValue(format, out var check) || check(text);

    static Func<string, bool> Match(string pattern)
    {
        Regex? compiled = null;
        return text => (compiled ??= Re2.Compile(pattern)).IsMatch(text);
    }

    static bool IsUri(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out _) || (text.StartsWith('/') && Uri.TryCreate(text, UriKind.Relative, out _));

    static bool IsCidr(string text) =>
        text.IndexOf('/', StringComparison.Ordinal) is var slash and > 0 && IPAddress.TryParse(text.AsSpan(0, slash), out var address)
        && int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
        && length <= address.GetAddressBytes().Length * 8;

    /// <summary>RFC 3339, of which the strict form asks for seconds and a zone.</summary>
    static bool IsDateTime(string text) =>
        text.Length >= 20 && text[10] is 'T' or 't' && (text[^1] is 'Z' or 'z' || (text.Length > 25 && text[^3] == ':' && text[^6] is '+' or '-') || (text.Length == 25 && text[^3] == ':'))
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);

    /// <summary>The long form, such as 3 days.</summary>
    static bool IsWords(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var number, var unit] && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _)
        && unit.TrimEnd('s') is "nanosecond" or "microsecond" or "millisecond" or "second" or "minute" or "hour" or "day" or "week";

    static bool IsIsbn10(string text)
    {
        var digits = Digits(text, "xX");
        if (digits.Length != 10 || digits[..9].Any(c => c is 'x' or 'X')) return false;
        return digits.Select((c, i) => (10 - i) * (c is 'x' or 'X' ? 10 : c - '0')).Sum() % 11 == 0;
    }

    static bool IsIsbn13(string text)
    {
        var digits = Digits(text, "");
        return digits.Length == 13 && digits.Select((c, i) => (c - '0') * (i % 2 == 0 ? 1 : 3)).Sum() % 10 == 0;
    }

    static bool IsCreditCard(string text)
    {
        var digits = Digits(text, "");
        if (digits.Length is < 12 or > 19) return false;
        return digits.Reverse().Select((c, i) => i % 2 == 0 ? c - '0' : (c - '0') * 2 is var n && n > 9 ? n - 9 : n).Sum() % 10 == 0;
    }

    /// <summary>The digits without spaces and hyphens; empty if anything else is in the text.</summary>
    static string Digits(string text, string others)
    {
        var digits = text.Replace("-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);
        return digits.All(c => char.IsAsciiDigit(c) || others.Contains(c)) ? digits : "";
    }
}
