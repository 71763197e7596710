using System.Globalization;
using System.Text.Json.Serialization;
using Fairlead.Api.Json;

namespace Fairlead.Api.Meta.V1;

/// <summary>A field that holds an integer or a string: a port by number or by name, an amount or a percentage.</summary>
[JsonConverter(typeof(IntOrStringConverter))]
public readonly record struct IntOrString
{
    readonly int number;

    IntOrString(int number, string? text) => (this.number, Text) = (number, text);

    /// <summary>The string, or null if the value is an integer.</summary>
    public string? Text { get; }

    public bool IsString => Text is not null;

    /// <summary>The integer; for a string the number that it spells, else 0.</summary>
    public int Int => Text is null ? number : int.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) ? n : 0;

    public static implicit operator IntOrString(int value) => new(value, null);
    public static implicit operator IntOrString(string value) => new(0, value);

    /// <summary>The amount meant, a percentage being taken of <paramref name="total"/>; null if the string is no percentage.</summary>
    /// <param name="total">What 100% is.</param>
    /// <param name="roundUp">Whether a fraction rounds up or down.</param>
    public int? ScaledValue(int total, bool roundUp)
    {
        if (Text is null) return number;
        if (!Text.EndsWith('%') || !int.TryParse(Text.AsSpan(0, Text.Length - 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var percent))
            return null;
        var product = (long)percent * total;
        return (int)(roundUp ? (long)Math.Ceiling(product / 100m) : (long)Math.Floor(product / 100m));
    }

    public override string ToString() => Text ?? number.ToString(CultureInfo.InvariantCulture);
}
