using Fairlead.Cel.Values;

namespace Fairlead.Cel.Functions;

/// <summary>Kubernetes' functions of lists, and cel-go's of sets.</summary>
static class ListFunctions
{
    public static IEnumerable<(string, CelFunction)> All =>
    [
        ("isSorted", (a, _) => a is [IReadOnlyList<object?> list] ? list.Zip(list.Skip(1)).All(p => Operations.Compare(p.First, p.Second) <= 0) : Library.NotMine),
        ("sum", (a, _) => a is [IReadOnlyList<object?> list] ? list.Count == 0 ? 0L : list.Skip(1).Aggregate(list[0]!, (x, y) => Operations.Arithmetic("+", x, y)) : Library.NotMine),
        ("min", (a, _) => a is [IReadOnlyList<object?> list] ? Extreme(list, "min", -1) : Library.NotMine),
        ("max", (a, _) => a is [IReadOnlyList<object?> list] ? Extreme(list, "max", 1) : Library.NotMine),
        ("indexOf", (a, cost) => a is [IReadOnlyList<object?> list, var element] ? Place(list, element, cost, last: false) : Library.NotMine),
        ("lastIndexOf", (a, cost) => a is [IReadOnlyList<object?> list, var element] ? Place(list, element, cost, last: true) : Library.NotMine),
        ("slice", (a, _) => a is [IReadOnlyList<object?> list, long from, long to] ? from >= 0 && from <= to && to <= list.Count ? list.Skip((int)from).Take((int)(to - from)).ToArray() : throw new CelException("slice out of range") : Library.NotMine),
        ("sets.contains", (a, cost) => a is [IReadOnlyList<object?> all, IReadOnlyList<object?> some] ? Contains(all, some, cost) : Library.NotMine),
        ("sets.equivalent", (a, cost) => a is [IReadOnlyList<object?> x, IReadOnlyList<object?> y] ? Contains(x, y, cost) && Contains(y, x, cost) : Library.NotMine),
        ("sets.intersects", (a, cost) => a is [IReadOnlyList<object?> x, IReadOnlyList<object?> y] ? Spent(x, y, cost) && x.Any(e => y.Any(o => Operations.Same(e, o))) : Library.NotMine),
    ];

    static object? Extreme(IReadOnlyList<object?> list, string name, int sign)
    {
        if (list.Count == 0) throw new CelException($"{name} called on empty list");
        return list.Aggregate((best, next) => Math.Sign(Operations.Compare(next, best) ?? 0) == sign ? next : best);
    }

    static long Place(IReadOnlyList<object?> list, object? element, CelCost cost, bool last)
    {
        cost.Spend(list.Count);
        for (var i = 0; i < list.Count; i++)
        {
            var at = last ? list.Count - 1 - i : i;
            if (Operations.Same(list[at], element)) return at;
        }
        return -1;
    }

    static bool Contains(IReadOnlyList<object?> all, IReadOnlyList<object?> some, CelCost cost) => Spent(all, some, cost) && some.All(e => all.Any(o => Operations.Same(e, o)));

    static bool Spent(IReadOnlyList<object?> x, IReadOnlyList<object?> y, CelCost cost)
    {
        cost.Spend((long)x.Count * y.Count);
        return true;
    }
}
