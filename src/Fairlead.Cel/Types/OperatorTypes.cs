namespace Fairlead.Cel.Types;

/// <summary>Which operands an operator takes and what it makes of them (cel-spec, Standard Definitions; comparisons across numbers are on, as in Kubernetes).</summary>
static class OperatorTypes
{
    static readonly CelShape[] Numbers = [CelShape.Int, CelShape.UInt, CelShape.Double];
    static readonly CelShape[] Ordered = [CelShape.Bool, CelShape.Text, CelShape.Bytes, CelShape.Timestamp, CelShape.Duration];

    /// <summary>The operator's name in messages.</summary>
    public static string Name(string sign, bool two) => sign == "in" ? "@in" : two ? $"_{sign}_" : sign + "_"; // one operand: !_ and -_

    /// <returns>The shape of the value; null if the operator does not take such an operand.</returns>
    public static CelShape? Of(string sign, CelShape operand) => sign == "!"
        ? Fit(operand, CelShape.Bool) ? CelShape.Bool : null
        : operand.IsDyn || operand == CelShape.Int || operand == CelShape.Double ? operand : null;

    /// <returns>The shape of the value; null if the operator does not take such operands.</returns>
    public static CelShape? Of(string sign, CelShape left, CelShape right) => sign switch
    {
        "&&" or "||" => Fit(left, CelShape.Bool) && Fit(right, CelShape.Bool) ? CelShape.Bool : null,
        "==" or "!=" => Fit(left, right) ? CelShape.Bool : null,
        "<" or "<=" or ">" or ">=" => AreOrdered(left, right) ? CelShape.Bool : null,
        "in" => IsIn(left, right) ? CelShape.Bool : null,
        _ => Arithmetic(sign, left, right),
    };

    /// <summary>Whether one may stand where the other is wanted.</summary>
    public static bool Fit(CelShape a, CelShape b)
    {
        if (a.IsDyn || b.IsDyn) return true;
        if (a == CelShape.Null || b == CelShape.Null) return (a == CelShape.Null || MayBeNull(a)) && (b == CelShape.Null || MayBeNull(b));
        if ((a.IsList && b.IsList) || (a.IsMap && b.IsMap)) return Fit(a.Element!, b.Element!);
        return a.Name == b.Name;
    }

    // As cel-go: a plain value, a list and a map are never null, whatever is found in them while the expression runs.
    static bool MayBeNull(CelShape shape) => shape.Fields is not null || shape == CelShape.Timestamp || shape == CelShape.Duration;

    static bool AreOrdered(CelShape left, CelShape right)
    {
        if (Numbers.Contains(left) && Numbers.Contains(right)) return true;
        return (left.IsDyn || Numbers.Contains(left) || Ordered.Contains(left)) && (right.IsDyn || Numbers.Contains(right) || Ordered.Contains(right)) && Fit(left, right);
    }

    static bool IsIn(CelShape left, CelShape right) => right.IsDyn || (right.IsList && Fit(left, right.Element!)) || (right.IsMap && Fit(left, CelShape.Text));

    static CelShape? Arithmetic(string sign, CelShape left, CelShape right)
    {
        if (left.IsDyn || right.IsDyn) return CelShape.Dyn;
        if (Numbers.Contains(left)) return left == right && (sign != "%" || left != CelShape.Double) ? left : null;
        if (sign is not ("+" or "-")) return null;
        var adds = sign == "+";
        if (left == CelShape.Timestamp) return right == CelShape.Duration ? left : right == CelShape.Timestamp && !adds ? CelShape.Duration : null;
        if (left == CelShape.Duration) return right == CelShape.Duration || (right == CelShape.Timestamp && adds) ? right : null;
        return adds && (left == CelShape.Text || left == CelShape.Bytes || left.IsList) && Fit(left, right) ? left : null;
    }
}
