using Fairlead.Cel.Values;

namespace Fairlead.Cel.Functions;

/// <summary>cel-go's extension of numbers.</summary>
static class MathFunctions
{
    public static IEnumerable<(string, CelFunction)> All =>
    [
        ("math.greatest", (a, _) => Extreme("math.greatest", a, 1)),
        ("math.least", (a, _) => Extreme("math.least", a, -1)),
        Of("math.ceil", Math.Ceiling), Of("math.floor", Math.Floor), Of("math.trunc", Math.Truncate),
        Of("math.round", d => Math.Round(d, MidpointRounding.AwayFromZero)),
        ("math.sqrt", (a, _) => a is [long or ulong or double] ? Math.Sqrt((double)Conversions.Double(a[0])) : Library.NotMine),
        ("math.abs", (a, _) => a switch
        {
            [long.MinValue] => throw new CelException("integer overflow"),
            [long n] => Math.Abs(n),
            [ulong n] => n,
            [double d] => Math.Abs(d),
            _ => Library.NotMine,
        }),
        ("math.sign", (a, _) => a switch
        {
            [long n] => (long)Math.Sign(n),
            [ulong n] => n == 0 ? 0UL : 1UL,
            [double d] => double.IsNaN(d) ? d : (double)Math.Sign(d),
            _ => Library.NotMine,
        }),
        ("math.isNaN", (a, _) => a is [double d] ? double.IsNaN(d) : Library.NotMine),
        ("math.isInf", (a, _) => a is [double d] ? double.IsInfinity(d) : Library.NotMine),
        ("math.isFinite", (a, _) => a is [double d] ? double.IsFinite(d) : Library.NotMine),
        Bits("math.bitAnd", (x, y) => x & y), Bits("math.bitOr", (x, y) => x | y), Bits("math.bitXor", (x, y) => x ^ y),
        ("math.bitNot", (a, _) => a switch { [long n] => ~n, [ulong n] => ~n, _ => Library.NotMine }),
        ("math.bitShiftLeft", (a, _) => Shift("math.bitShiftLeft", a, (n, by) => n << by)),
        ("math.bitShiftRight", (a, _) => Shift("math.bitShiftRight", a, (n, by) => n >> by)),
    ];

    static object Extreme(string name, object?[] args, int sign)
    {
        var numbers = args is [IReadOnlyList<object?> list] ? list : args;
        if (numbers.Count == 0) throw new CelException($"{name}() requires at least one argument");
        if (numbers.FirstOrDefault(n => n is not (long or ulong or double)) is { } other) throw Operations.NoOverload(name, other);
        if (numbers.Any(n => n is null)) throw Operations.NoOverload(name, (object?)null);
        return numbers.Aggregate((best, next) => Math.Sign(Operations.Compare(next, best) ?? 0) == sign ? next : best)!;
    }

    static (string, CelFunction) Of(string name, Func<double, double> function) => (name, (a, _) => a is [double d] ? function(d) : Library.NotMine);

    static (string, CelFunction) Bits(string name, Func<ulong, ulong, ulong> function) => (name, (a, _) => a switch
    {
        [long x, long y] => (long)function((ulong)x, (ulong)y),
        [ulong x, ulong y] => function(x, y),
        _ => Library.NotMine,
    });

    // Bits that come in are zero in both directions, for signed numbers too.
    static object Shift(string name, object?[] args, Func<ulong, int, ulong> function)
    {
        if (args is not [long or ulong, long by]) return Library.NotMine;
        if (by < 0) throw new CelException($"{name}() negative offset: {by}");
        return args[0] switch
        {
            long n => by > 63 ? 0L : (long)function((ulong)n, (int)by),
            ulong n => by > 63 ? 0UL : function(n, (int)by),
            _ => Library.NotMine,
        };
    }
}
