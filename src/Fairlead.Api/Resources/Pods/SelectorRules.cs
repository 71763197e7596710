using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Pods;

/// <summary>Rules of selectors: of labels, as every kind uses them, and of nodes.</summary>
public static class SelectorRules
{
    const string NeedsValues = "must be specified when `operator` is 'In' or 'NotIn'";
    const string NoValues = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";

    /// <summary>Adds what is wrong with a LabelSelector; an absent one is valid.</summary>
    public static void LabelSelector(JsonObject? selector, string path, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        foreach (var (key, value) in selector.Pairs("matchLabels"))
        {
            if (NameSyntax.QualifiedName(key) is { } problem) errors.Invalid($"{path}.matchLabels", key, problem);
            if (NameSyntax.LabelValue(value) is { } bad) errors.Invalid($"{path}.matchLabels", value, bad);
        }
        foreach (var (i, requirement) in selector.Each("matchExpressions"))
        {
            var at = $"{path}.matchExpressions[{i}]";
            var op = requirement.Text("operator");
            if (op is not ("In" or "NotIn" or "Exists" or "DoesNotExist")) errors.Invalid($"{at}.operator", op, "not a valid selector operator");
            Values(requirement, op, at, errors);
            Key(requirement, at, errors);
            foreach (var (v, value) in requirement.Texts("values").Index())
                if (NameSyntax.LabelValue(value) is { } bad) errors.Invalid($"{at}.values[{v}]", value, bad);
        }
    }

    /// <summary>Adds what is wrong with one term of a NodeSelector.</summary>
    public static void NodeSelectorTerm(JsonObject term, string path, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        foreach (var (i, requirement) in term.Each("matchExpressions"))
        {
            var at = $"{path}.matchExpressions[{i}]";
            var op = requirement.Text("operator");
            Values(requirement, op, at, errors);
            if (op is "Gt" or "Lt" && requirement.Texts("values").Count != 1)
                errors.Required($"{at}.values", "must be specified single value when `operator` is 'Lt' or 'Gt'");
            Key(requirement, at, errors);
        }
        foreach (var (i, requirement) in term.Each("matchFields"))
        {
            var at = $"{path}.matchFields[{i}]";
            if (requirement.Text("operator") is not ("In" or "NotIn")) errors.Invalid($"{at}.operator", requirement.Text("operator"), "not a valid selector operator");
            else if (requirement.Texts("values").Count != 1) errors.Required($"{at}.values", "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
            if (requirement.Text("key") != "metadata.name") errors.Invalid($"{at}.key", requirement.Text("key"), "not a valid field selector key");
        }
    }

    static void Values(JsonObject requirement, string op, string path, FieldErrors errors)
    {
        var count = requirement.Texts("values").Count;
        if (op is "In" or "NotIn" && count == 0) errors.Required($"{path}.values", NeedsValues);
        if (op is "Exists" or "DoesNotExist" && count > 0) errors.Forbidden($"{path}.values", NoValues);
    }

    static void Key(JsonObject requirement, string path, FieldErrors errors)
    {
        if (requirement["key"] is not null && NameSyntax.QualifiedName(requirement.Text("key")) is { } problem)
            errors.Invalid($"{path}.key", requirement.Text("key"), problem);
    }
}
