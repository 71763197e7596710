using Fairlead.Cel;
using Fairlead.Cel.Values;

namespace Fairlead.Server.Admission.Policies;

/// <summary>The variables of a policy as expressions see them: each is evaluated when it is first asked for, and then kept.</summary>
/// <param name="values">What the variables' own expressions may use, this map among them.</param>
sealed class LazyVariables(IReadOnlyDictionary<string, CelProgram> programs, IReadOnlyDictionary<string, object?> values, CelCost cost) : ICelMap
{
    readonly Dictionary<string, object?> known = new(StringComparer.Ordinal);
    readonly HashSet<string> begun = new(StringComparer.Ordinal);

    public int Count => programs.Count;

    public IEnumerable<object?> Keys => programs.Keys;

    public bool TryGet(object? key, out object? value)
    {
        value = null;
        if (key is not string name || !programs.TryGetValue(name, out var program)) return false;
        if (known.TryGetValue(name, out value)) return true;
        if (!begun.Add(name)) throw new CelException($"composited variable \"{name}\" fails to evaluate: it needs itself, or failed before");
        try { value = known[name] = program.Evaluate(values, cost); }
        catch (CelException e) when (!e.IsCost) { throw new CelException($"composited variable \"{name}\" fails to evaluate: {e.Message}"); }
        return true;
    }
}
