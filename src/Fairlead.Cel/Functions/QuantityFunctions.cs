using System.Numerics;
using Fairlead.Cel.Values;

namespace Fairlead.Cel.Functions;

/// <summary>Kubernetes' amounts.</summary>
static class QuantityFunctions
{
    public static IEnumerable<(string, CelFunction)> All =>
    [
        ("quantity", (a, _) => a is [string text] ? CelQuantity.Parse(text) ?? throw new CelException("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'") : Library.NotMine),
        ("isQuantity", (a, _) => a is [string text] ? CelQuantity.Parse(text) is not null : Library.NotMine),
        ("isInteger", (a, _) => a is [CelQuantity q] ? q.AsInteger() is not null : Library.NotMine),
        ("asInteger", (a, _) => a is [CelQuantity q] ? q.AsInteger() ?? throw new CelException("cannot convert value to integer") : Library.NotMine),
        ("asApproximateFloat", (a, _) => a is [CelQuantity q] ? q.AsDouble() : Library.NotMine),
        ("sign", (a, _) => a is [CelQuantity q] ? (long)q.Nanos.Sign : Library.NotMine),
        ("add", (a, _) => Sum(a, 1)),
        ("sub", (a, _) => Sum(a, -1)),
        ("compareTo", (a, _) => a is [CelQuantity x, CelQuantity y] ? (long)Math.Sign(x.CompareTo(y)) : Library.NotMine),
        ("isLessThan", (a, _) => a is [CelQuantity x, CelQuantity y] ? x.CompareTo(y) < 0 : Library.NotMine),
        ("isGreaterThan", (a, _) => a is [CelQuantity x, CelQuantity y] ? x.CompareTo(y) > 0 : Library.NotMine),
    ];

    static object Sum(object?[] args, int sign) => args switch
    {
        [CelQuantity x, CelQuantity y] => new CelQuantity(x.Nanos + sign * y.Nanos),
        [CelQuantity x, long y] => new CelQuantity(x.Nanos + sign * (BigInteger)y * 1_000_000_000),
        _ => Library.NotMine,
    };
}
