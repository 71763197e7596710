using Fairlead.Api.Selectors;
using Fairlead.Json;
using Fairlead.Server.Admission.Matching;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Admission.Policies;

/// <summary>A ValidatingAdmissionPolicyBinding: where a policy counts, with which parameters, and what then happens. Immutable.</summary>
public sealed class PolicyBinding
{
    readonly HashSet<string> actions;

    /// <exception cref="SelectorException">A selector is not valid.</exception>
    public PolicyBinding(JsonObject binding)
    {
        var spec = binding.Object("spec");
        Name = binding.Name();
        Policy = spec.Text("policyName") ?? "";
        actions = [.. spec.Texts("validationActions")];
        if (spec.Object("matchResources") is { } match) Constraints = new(match.Array("resourceRules"), match);
        if (spec.Object("paramRef") is not { } reference) return;
        HasParams = true;
        ParamName = reference.Text("name");
        ParamNamespace = reference.Text("namespace");
        ParamSelector = reference.Object("selector") is { } selector ? LabelSelectorText.FromJson(selector) : null;
        DeniesWithoutParams = reference.Text("parameterNotFoundAction") != "Allow";
    }

    public string Name { get; }
    public string Policy { get; }

    /// <summary>Narrows where the policy counts; null: nothing does.</summary>
    public MatchConstraints? Constraints { get; }

    public bool HasParams { get; }
    public string? ParamName { get; }
    public string? ParamNamespace { get; }

    /// <summary>Parameters by their labels; null: by name.</summary>
    public LabelSelectorText? ParamSelector { get; }

    /// <summary>parameterNotFoundAction Deny.</summary>
    public bool DeniesWithoutParams { get; }

    public bool Denies => actions.Contains("Deny");
    public bool Warns => actions.Contains("Warn");
    public bool Audits => actions.Contains("Audit");
    public IEnumerable<string> Actions => actions;
}
