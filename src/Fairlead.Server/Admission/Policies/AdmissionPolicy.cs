using Fairlead.Api.AdmissionRegistration.V1;
using Fairlead.Cel;
using Fairlead.Json;
using Fairlead.Server.Admission.Matching;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Admission.Policies;

/// <summary>A ValidatingAdmissionPolicy, compiled (KEP-3488). Immutable.</summary>
public sealed class AdmissionPolicy
{
    /// <exception cref="CelException">An expression is none.</exception>
    /// <exception cref="Api.Selectors.SelectorException">A selector is not valid.</exception>
    public AdmissionPolicy(JsonObject policy)
    {
        var spec = policy.Object("spec");
        Name = policy.Name();
        FailsOpen = spec.Text("failurePolicy") == "Ignore";
        ParamKind = spec.Object("paramKind") is { } kind ? new() { ApiVersion = kind.Text("apiVersion"), Kind = kind.Text("kind") } : null;
        var constraints = spec.Object("matchConstraints") ?? [];
        Constraints = new(constraints.Array("resourceRules"), constraints);
        var hasParams = ParamKind is not null;
        Conditions = new(spec.Array("matchConditions"), text => StoredExpression.OfPolicy(text, hasParams));
        Variables = (spec.Array("variables") ?? []).OfType<JsonObject>()
            .Select(v => (Name: v.Text("name") ?? "", Program: StoredExpression.OfPolicy(v.Text("expression") ?? "", hasParams))).ToDictionary(v => v.Name, v => v.Program, StringComparer.Ordinal);
        Validations = [.. (spec.Array("validations") ?? []).OfType<JsonObject>().Select(v => new PolicyValidation(v, hasParams))];
        Annotations = [.. (spec.Array("auditAnnotations") ?? []).OfType<JsonObject>()
            .Select(a => (a.Text("key") ?? "", StoredExpression.OfPolicy(a.Text("valueExpression") ?? "", hasParams)))];
    }

    public string Name { get; }

    /// <summary>failurePolicy Ignore: what can't be told lets the write pass.</summary>
    public bool FailsOpen { get; }

    /// <summary>The kind of its parameters; null if it has none.</summary>
    public ParamKind? ParamKind { get; }
    public MatchConstraints Constraints { get; }
    public MatchConditions Conditions { get; }
    public IReadOnlyDictionary<string, CelProgram> Variables { get; }
    public IReadOnlyList<PolicyValidation> Validations { get; }
    public IReadOnlyList<(string Key, CelProgram Value)> Annotations { get; }
}
