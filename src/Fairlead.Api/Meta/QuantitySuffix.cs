using System.Globalization;

namespace Fairlead.Api.Meta.V1;

/// <summary>The suffixes of <see cref="Quantity"/>, read and written.</summary>
static class QuantitySuffix
{
    static readonly string[] Decimal = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
    static readonly string[] Binary = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

    /// <summary>The suffix for 1000^steps, or for 1024^steps in the binary format.</summary>
    public static string Write(QuantityFormat format, int steps) => format switch
    {
        QuantityFormat.BinarySI => Binary[steps],
        QuantityFormat.DecimalSI => Decimal[steps + 3],
        _ => steps == 0 ? "" : "e" + (steps * 3).ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Reads a suffix as the power of 10 or of 2 that it stands for.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out int numberBase, out int exponent, out QuantityFormat format)
    {
        (numberBase, exponent, format) = (10, 0, QuantityFormat.DecimalSI);
        var at = IndexOf(Decimal, text);
        if (at >= 0)
        {
            exponent = (at - 3) * 3;
            return true;
        }
        at = IndexOf(Binary, text);
        if (at >= 0)
        {
            (numberBase, exponent, format) = (2, at * 10, QuantityFormat.BinarySI);
            return true;
        }
        format = QuantityFormat.DecimalExponent;
        return text[0] is 'e' or 'E'
            && int.TryParse(text[1..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent);
    }

    static int IndexOf(string[] suffixes, ReadOnlySpan<char> text)
    {
        for (var i = 0; i < suffixes.Length; i++)
            if (text.SequenceEqual(suffixes[i])) return i;
        return -1;
    }
}
