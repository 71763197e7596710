namespace Fairlead.Cel;

/// <summary>What may still be spent on evaluation: a budget shared by expressions, and the limit of each. Owned by one thread.</summary>
/// <param name="budget">For all expressions together.</param>
/// <param name="perExpression">For one.</param>
public sealed class CelCost(long budget = CelCost.PerObject, long perExpression = CelCost.PerExpression)
{
    /// <summary>Upstream's limits (apiserver, pkg/apis/cel).</summary>
    public const long PerExpression = 1_000_000, PerObject = 10_000_000;

    readonly long each = perExpression;
    long spent;

    /// <summary>What is left of the budget.</summary>
    public long Budget { get; private set; } = budget;

    /// <summary>Begins with another expression.</summary>
    public void Next() => spent = 0;

    /// <exception cref="CelException">Nothing is left.</exception>
    public void Spend(long amount)
    {
        spent += amount;
        Budget -= amount;
        if (spent > each || Budget < 0) throw new CelException("operation cancelled: actual cost limit exceeded") { IsCost = true };
    }
}
