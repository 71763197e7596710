using Fairlead.Cel.Values;

namespace Fairlead.Cel.Functions;

/// <summary>One function: its arguments, the target first, to its value. Spends what it costs beyond its call.</summary>
delegate object? CelFunction(object?[] args, CelCost cost);

/// <summary>Every function by its name. A new library is one line.</summary>
static class Library
{
    static readonly Dictionary<string, CelFunction> Functions = new IEnumerable<(string, CelFunction)>[]
    {
        StandardFunctions.All, TimeFunctions.All, StringFunctions.All, ListFunctions.All, OptionalFunctions.All, QuantityFunctions.All,
        MathFunctions.All, StringFormat.All, UrlFunctions.All, NetworkFunctions.All, SemverFunctions.All, FormatFunctions.All, AuthorizerFunctions.All,
    }.SelectMany(f => f).GroupBy(f => f.Item1).ToDictionary(g => g.Key, g => g.Aggregate((CelFunction?)null, (first, next) => first is null ? next.Item2 : Or(first, next.Item2))!, StringComparer.Ordinal);

    public static bool Has(string name) => Functions.ContainsKey(name);

    /// <exception cref="CelException">No function of the name takes such arguments, or it has no value for them.</exception>
    public static object? Call(string name, object?[] args, CelCost cost)
    {
        var value = Functions.TryGetValue(name, out var function) ? function(args, cost) : NotMine;
        return value == NotMine ? throw Operations.NoOverload(name, args) : value;
    }

    /// <summary>What a function returns for arguments of types that it does not take.</summary>
    public static readonly object NotMine = new();

    static CelFunction Or(CelFunction first, CelFunction next) => (args, cost) => first(args, cost) is var value && value != NotMine ? value : next(args, cost);
}
