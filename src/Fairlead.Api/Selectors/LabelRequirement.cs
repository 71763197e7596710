using Fairlead.Api.Resources;

namespace Fairlead.Api.Selectors;

/// <summary>How a requirement compares.</summary>
public enum LabelOperator { Equals, DoubleEquals, NotEquals, In, NotIn, Exists, DoesNotExist, GreaterThan, LessThan }

/// <summary>One requirement on one label key; immutable.</summary>
/// <param name="Key">The label's key.</param>
/// <param name="Operator">How the value is compared.</param>
/// <param name="Values">Sorted and distinct; one for the equality and order operators, none for Exists and DoesNotExist.</param>
public sealed record LabelRequirement(string Key, LabelOperator Operator, IReadOnlyList<string> Values)
{
    /// <summary>Whether an object's label meets the requirement; null if it has no such label.</summary>
    public bool Accepts(string? value) => Operator switch
    {
        LabelOperator.Exists => value is not null,
        LabelOperator.DoesNotExist => value is null,
        LabelOperator.In or LabelOperator.Equals or LabelOperator.DoubleEquals => value is not null && Contains(value),
        LabelOperator.NotIn or LabelOperator.NotEquals => value is null || !Contains(value),
        LabelOperator.GreaterThan => long.TryParse(value, out var n) && n > long.Parse(Values[0]),
        _ => long.TryParse(value, out var n) && n < long.Parse(Values[0]),
    };

    /// <summary>The requirement in the query syntax.</summary>
    public override string ToString() => Operator switch
    {
        LabelOperator.Exists => Key,
        LabelOperator.DoesNotExist => "!" + Key,
        LabelOperator.Equals => $"{Key}={Values[0]}",
        LabelOperator.DoubleEquals => $"{Key}=={Values[0]}",
        LabelOperator.NotEquals => $"{Key}!={Values[0]}",
        LabelOperator.GreaterThan => $"{Key}>{Values[0]}",
        LabelOperator.LessThan => $"{Key}<{Values[0]}",
        LabelOperator.In => $"{Key} in ({string.Join(',', Values)})",
        _ => $"{Key} notin ({string.Join(',', Values)})",
    };

    /// <summary>Checks the key and the values, as every way of making a selector must.</summary>
    /// <exception cref="SelectorException">The key or a value is not one that a label can have.</exception>
    internal static LabelRequirement Checked(string key, LabelOperator op, IEnumerable<string> values)
    {
        if (NameSyntax.QualifiedName(key) is { } fault) throw new SelectorException($"key: Invalid value: \"{key}\": {fault}");
        string[] sorted = [.. values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (op is LabelOperator.In or LabelOperator.NotIn && sorted.Length == 0)
            throw new SelectorException("values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty");
        if (op is LabelOperator.Exists or LabelOperator.DoesNotExist && sorted.Length > 0)
            throw new SelectorException($"values: Invalid value: [{string.Join(' ', sorted)}]: values set must be empty for exists and does not exist");
        if (op is LabelOperator.GreaterThan or LabelOperator.LessThan && !long.TryParse(sorted[0], out _))
            throw new SelectorException($"values[0]: Invalid value: \"{sorted[0]}\": for 'Gt', 'Lt' operators, the value must be an integer");
        for (var i = 0; i < sorted.Length; i++)
            if (NameSyntax.LabelValue(sorted[i]) is { } wrong)
                throw new SelectorException($"values[{i}][{key}]: Invalid value: \"{sorted[i]}\": {wrong}");
        return new(key, op, sorted);
    }

    bool Contains(string value)
    {
        for (var i = 0; i < Values.Count; i++)
            if (string.Equals(Values[i], value, StringComparison.Ordinal))
                return true;
        return false;
    }
}
