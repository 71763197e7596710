using Fairlead.Api.Policy.V1;
using Fairlead.Api.Selectors;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>Which Pods a PodDisruptionBudget is about: the one answer for the controller and for evictions (policy/v1).</summary>
public static class DisruptionCover
{
    /// <summary>What selects the Pods of the budget's namespace. A selector that is not valid, which the API does not take, covers nothing.</summary>
    public static LabelSelectorText Of(PodDisruptionBudget budget)
    {
        ArgumentNullException.ThrowIfNull(budget);
        try { return LabelSelectorText.From(budget.Spec?.Selector); }
        catch (SelectorException) { return LabelSelectorText.Nothing; }
    }
}
