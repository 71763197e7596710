using System.Globalization;

namespace Fairlead.Cel.Values;

/// <summary>Equality, order and arithmetic of values (cel-spec, Language Definition).</summary>
static class Operations
{
    public static string TypeName(object? value) => value switch
    {
        null => "null_type",
        bool => "bool",
        long => "int",
        ulong => "uint",
        double => "double",
        string => "string",
        byte[] => "bytes",
        DateTimeOffset => "google.protobuf.Timestamp",
        CelDuration => "google.protobuf.Duration",
        CelOptional => "optional_type",
        CelType => "type",
        CelQuantity => "kubernetes.Quantity",
        ICelTyped typed => typed.TypeName,
        ICelMap => "map",
        _ => "list",
    };

    public static CelException NoOverload(string name, params IEnumerable<object?> args) => new($"no such overload: {name}({string.Join(", ", args.Select(TypeName))})");

    public static bool Same(object? a, object? b)
    {
        if (a is long or ulong or double && b is long or ulong or double) return CompareNumbers(a, b) == 0;
        return (a, b) switch
        {
            (null, null) => true,
            (byte[] x, byte[] y) => x.AsSpan().SequenceEqual(y),
            (CelOptional x, CelOptional y) => x.HasValue == y.HasValue && Same(x.Value, y.Value),
            (ICelMap x, ICelMap y) => x.Count == y.Count && x.Keys.All(k => y.TryGet(k, out var right) && x.TryGet(k, out var left) && Same(left, right)),
            (IReadOnlyList<object?> x, IReadOnlyList<object?> y) => x.Count == y.Count && x.Zip(y).All(p => Same(p.First, p.Second)),
            _ => Equals(a, b),
        };
    }

    /// <summary>Which comes first; null if they have no order, as NaN has none.</summary>
    public static int? Compare(object? a, object? b) => (a, b) switch
    {
        (long or ulong or double, long or ulong or double) => CompareNumbers(a, b),
        (string x, string y) => string.CompareOrdinal(x, y),
        (bool x, bool y) => x.CompareTo(y),
        (byte[] x, byte[] y) => x.AsSpan().SequenceCompareTo(y),
        (DateTimeOffset x, DateTimeOffset y) => x.CompareTo(y),
        (CelDuration x, CelDuration y) => x.Nanos.CompareTo(y.Nanos),
        _ => throw NoOverload("_<_", a, b),
    };

    static int? CompareNumbers(object a, object b)
    {
        if (a is double.NaN || b is double.NaN) return null;
        if (a is not double && b is not double) return Whole(a).CompareTo(Whole(b));
        return (a, b) switch
        {
            (double x, double y) => x.CompareTo(y),
            (double x, _) => CompareDouble(x, Whole(b)),
            _ => -CompareDouble((double)b, Whole(a)),
        };
    }

    static int CompareDouble(double x, Int128 whole) => x >= 1e19 ? 1 : x <= -1e19 ? -1 : (Int128)Math.Truncate(x) is var cut && cut != whole ? cut.CompareTo(whole) : (x - Math.Truncate(x)).CompareTo(0);

    static Int128 Whole(object value) => value is long n ? n : (ulong)value;

    public static object Arithmetic(string sign, object? a, object? b)
    {
        try
        {
            checked
            {
                return (sign, a, b) switch
                {
                    ("+", long x, long y) => x + y,
                    ("-", long x, long y) => x - y,
                    ("*", long x, long y) => x * y,
                    ("/", long x, long y) => y == 0 ? throw new CelException("division by zero") : x / y,
                    ("%", long x, long y) => y == 0 ? throw new CelException("modulus by zero") : y == -1 ? 0L : x % y,
                    ("+", ulong x, ulong y) => x + y,
                    ("-", ulong x, ulong y) => x - y,
                    ("*", ulong x, ulong y) => x * y,
                    ("/", ulong x, ulong y) => y == 0 ? throw new CelException("division by zero") : x / y,
                    ("%", ulong x, ulong y) => y == 0 ? throw new CelException("modulus by zero") : x % y,
                    ("+", double x, double y) => x + y,
                    ("-", double x, double y) => x - y,
                    ("*", double x, double y) => x * y,
                    ("/", double x, double y) => x / y,
                    ("+", string x, string y) => x + y,
                    ("+", byte[] x, byte[] y) => (byte[])[.. x, .. y],
                    ("+", IReadOnlyList<object?> x, IReadOnlyList<object?> y) => x.Concat(y).ToArray(),
                    ("+", CelDuration x, CelDuration y) => new CelDuration(x.Nanos + y.Nanos),
                    ("-", CelDuration x, CelDuration y) => new CelDuration(x.Nanos - y.Nanos),
                    ("+", DateTimeOffset x, CelDuration y) => x.AddTicks(y.Nanos / 100),
                    ("+", CelDuration x, DateTimeOffset y) => y.AddTicks(x.Nanos / 100),
                    ("-", DateTimeOffset x, CelDuration y) => x.AddTicks(-(y.Nanos / 100)),
                    ("-", DateTimeOffset x, DateTimeOffset y) => new CelDuration((x - y).Ticks * 100),
                    _ => throw NoOverload($"_{sign}_", a, b),
                };
            }
        }
        catch (Exception e) when (e is OverflowException or ArgumentOutOfRangeException) { throw new CelException($"{(a is ulong ? "unsigned integer" : a is long ? "integer" : "duration")} overflow"); }
    }

    public static object Negate(object? value) => value switch
    {
        long.MinValue => throw new CelException("integer overflow"),
        long n => -n,
        double d => -d,
        _ => throw NoOverload("-_", value),
    };

    public static string Show(double number) => double.IsFinite(number)
        ? number.ToString("R", CultureInfo.InvariantCulture).Replace("E", "e", StringComparison.Ordinal)
        : double.IsNaN(number) ? "NaN" : number > 0 ? "+Inf" : "-Inf";
}
