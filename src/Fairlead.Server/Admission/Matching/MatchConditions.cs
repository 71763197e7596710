using Fairlead.Cel;
using Fairlead.Json;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Admission.Matching;

/// <summary>matchConditions: expressions that must all hold for a webhook or policy to be asked (KEP-3716). Immutable.</summary>
public sealed class MatchConditions
{
    /// <summary>What all conditions of one webhook or policy may cost, as upstream.</summary>
    const long Budget = CelCost.PerObject / 4;

    readonly (string Name, CelProgram Program)[] conditions;

    /// <exception cref="CelException">One is no expression.</exception>
    public MatchConditions(JsonArray? conditions, Func<string, CelProgram> compile)
    {
        ArgumentNullException.ThrowIfNull(compile);
        this.conditions = [.. (conditions ?? []).OfType<JsonObject>().Select(c => (c.Text("name") ?? "", compile(c.Text("expression") ?? "")))];
    }

    public bool IsEmpty => conditions.Length == 0;

    /// <summary>True if all hold; one that does not decides, even beside others that can't be told.</summary>
    /// <exception cref="CelException">None is false and some can't be told.</exception>
    public bool Hold(IReadOnlyDictionary<string, object?> variables)
    {
        var cost = new CelCost(Budget);
        List<string> faults = [];
        foreach (var (name, program) in conditions)
        {
            cost.Next();
            try
            {
                if (program.Evaluate(variables, cost) is not true) return false;
            }
            catch (CelException e) { faults.Add($"match condition \"{name}\": {e.Message}"); }
        }
        return faults.Count == 0 ? true : throw new CelException(faults.Count == 1 ? faults[0] : $"[{string.Join(", ", faults)}]");
    }
}
