using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Fairlead.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Fairlead.Api.Yaml;

/// <summary>What a scalar means, by the tables of YAML 1.1 as sigs.k8s.io/yaml reads them.</summary>
static partial class YamlScalars
{
    const string Tag = "tag:yaml.org,2002:";

    public static JsonNode? Resolve(Scalar scalar)
    {
        var tag = scalar.Tag.IsEmpty ? "" : scalar.Tag.Value;
        if (tag is Tag + "str" or Tag + "binary" or "!" || (tag.Length == 0 && scalar.Style != ScalarStyle.Plain)) return Text(scalar.Value);
        if (tag.StartsWith(Tag, StringComparison.Ordinal) && scalar.Style != ScalarStyle.Plain && tag is not (Tag + "int" or Tag + "float" or Tag + "bool" or Tag + "null"))
            return Text(scalar.Value);
        return Plain(scalar);
    }

    /// <summary>True if a plain scalar of this text is read as that string.</summary>
    public static bool IsText(string text) =>
        Plain(new Scalar(AnchorName.Empty, TagName.Empty, text, ScalarStyle.Plain, true, false))?.GetValueKind() == JsonValueKind.String;

    /// <summary>A key as JSON must have it: numbers and booleans by their canonical text.</summary>
    public static string KeyText(JsonNode? key) => key switch
    {
        null => "null",
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => key.ToJsonString(),
    };

    static JsonNode? Plain(Scalar scalar)
    {
        switch (scalar.Value)
        {
            case "" or "~" or "null" or "Null" or "NULL": return null;
            case "y" or "Y" or "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON": return JsonValue.Create(true);
            case "n" or "N" or "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF": return JsonValue.Create(false);
            case ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF" or "-.inf" or "-.Inf" or "-.INF" or ".nan" or ".NaN" or ".NAN":
                throw new MalformedInputException($"yaml: line {scalar.Start.Line}: JSON has no number {scalar.Value}", scalar.Start.Line);
        }
        return scalar.Value.Length <= 400 && (char.IsAsciiDigit(scalar.Value[0]) || scalar.Value[0] is '+' or '-' or '.')
            ? Number(scalar.Value.Replace("_", "", StringComparison.Ordinal)) ?? Text(scalar.Value)
            : Text(scalar.Value);
    }

    static JsonNode? Number(string text)
    {
        if (Integer(text) is { } whole) return JsonNode.Parse(whole.ToString(CultureInfo.InvariantCulture));
        if (!Float().IsMatch(text)) return null;
        var value = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(value) ? JsonNode.Parse(JsonValue.Create(value).ToJsonString()) : null;
    }

    /// <summary>Decimal, 0x, 0b, 0o and, as in C, a leading zero for octal; within 64 bits.</summary>
    static BigInteger? Integer(string text)
    {
        var negative = text[0] == '-';
        var digits = text[0] is '-' or '+' ? text[1..] : text;
        if (digits.Length == 0 || !char.IsAsciiDigit(digits[0])) return null;
        var (radix, body) = digits switch
        {
            ['0', 'x' or 'X', ..] => (16, digits[2..]),
            ['0', 'b' or 'B', ..] => (2, digits[2..]),
            ['0', 'o' or 'O', ..] => (8, digits[2..]),
            ['0', _, ..] => (8, digits[1..]),
            _ => (10, digits),
        };
        if (body.Length is 0 or > 64) return null;
        BigInteger value = 0;
        foreach (var c in body)
        {
            var digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : 99;
            if (digit >= radix) return null;
            value = value * radix + digit;
        }
        if (negative) value = -value;
        return value <= ulong.MaxValue && value >= long.MinValue ? value : null;
    }

    /// <summary>A string of UTF-16 that UTF-8 can carry: a lone surrogate escape would poison every later writer.</summary>
    static JsonValue Text(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1])) i++;
            else throw new MalformedInputException("yaml: a string is not valid UTF-16");
        }
        return JsonValue.Create(text);
    }

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Float();
}
