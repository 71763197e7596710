using Fairlead.Cel.Values;

namespace Fairlead.Cel.Functions;

/// <summary>Optional values.</summary>
static class OptionalFunctions
{
    public static IEnumerable<(string, CelFunction)> All =>
    [
        ("optional.none", (a, _) => a is [] ? CelOptional.None : Library.NotMine),
        ("optional.of", (a, _) => a is [var value] ? CelOptional.Of(value) : Library.NotMine),
        ("optional.ofNonZeroValue", (a, _) => a is [var value] ? IsZero(value) ? CelOptional.None : CelOptional.Of(value) : Library.NotMine),
        ("hasValue", (a, _) => a is [CelOptional maybe] ? maybe.HasValue : Library.NotMine),
        ("value", (a, _) => a is [CelOptional maybe] ? maybe.HasValue ? maybe.Value : throw new CelException("optional.none() dereference") : Library.NotMine),
        ("or", (a, _) => a is [CelOptional maybe, CelOptional other] ? maybe.HasValue ? maybe : other : Library.NotMine),
        ("orValue", (a, _) => a is [CelOptional maybe, var other] ? maybe.HasValue ? maybe.Value : other : Library.NotMine),
    ];

    static bool IsZero(object? value) => value is null or false or 0L or 0UL or 0.0 or "" or byte[] { Length: 0 } or ICelMap { Count: 0 } or IReadOnlyList<object?> { Count: 0 };
}
