using Fairlead.Api.AdmissionRegistration.V1;
using Fairlead.Api.Resources;
using Fairlead.Api.Schema;
using Fairlead.Cel.Types;

namespace Fairlead.Api.AdmissionRegistration;

/// <summary>
/// Holds the expressions of a policy against the schemas of the kinds that its constraints name. What is found is told in
/// status.typeChecking and changes nothing else (apiserver, pkg/admission/plugin/policy/validating, TypeChecker). Pure.
/// </summary>
/// <param name="kinds">Every kind that is served, in each version.</param>
public sealed class PolicyTypeCheck(IReadOnlyList<ResourceDefinition> kinds)
{
    /// <summary>Kinds beyond this many are not looked at.</summary>
    const int MaxKinds = 10;

    /// <summary>A warning for each validation and message whose types don't fit at least one of the kinds.</summary>
    public IReadOnlyList<ExpressionWarning> Check(ValidatingAdmissionPolicy policy)
    {
        if (policy.Spec is not { } spec) return [];
        var scopes = Kinds(spec).Select(kind => (Kind: $"{kind.Group}/{kind.Version}, Kind={kind.Kind}", Variables: Declared(spec, kind))).ToList();
        var warnings = new List<ExpressionWarning>();
        foreach (var (i, validation) in (spec.Validations ?? []).Index())
        {
            Add($"spec.validations[{i}].expression", validation.Expression);
            if (validation.MessageExpression is { Length: > 0 } message) Add($"spec.validations[{i}].messageExpression", message);
        }
        return warnings;

        void Add(string field, string expression)
        {
            var found = scopes.Select(s => (s.Kind, Issues: Of(expression, spec, s.Variables)?.Issues)).Where(f => f.Issues is { Length: > 0 }).Select(f => $"{f.Kind}: {f.Issues}\n").ToList();
            if (found.Count > 0) warnings.Add(new() { FieldRef = field, Warning = string.Join("\n", found) });
        }
    }

    /// <summary>The kinds that rules name one by one: a rule with a wildcard for group or version says nothing, and subresources are none.</summary>
    IReadOnlyList<ResourceDefinition> Kinds(ValidatingAdmissionPolicySpec spec)
    {
        var found = new List<ResourceDefinition>();
        foreach (var rule in spec.MatchConstraints?.ResourceRules ?? [])
        {
            var (groups, versions) = (rule.ApiGroups ?? [], rule.ApiVersions ?? []);
            if (groups.Concat(versions).Any(g => g.Contains('*', StringComparison.Ordinal))) continue;
            var named = kinds.Where(k => groups.Contains(k.Group) && versions.Contains(k.Version) && rule.Resources?.Contains(k.Plural) == true);
            found.AddRange(named.Except(found).OrderBy(Order, StringComparer.Ordinal).Take(MaxKinds - found.Count).ToList());
        }
        return [.. found.OrderBy(Order, StringComparer.Ordinal)];
    }

    static string Order(ResourceDefinition kind) => $"{kind.Group}\0{kind.Version}\0{kind.Kind}";

    Dictionary<string, CelShape> Declared(ValidatingAdmissionPolicySpec spec, ResourceDefinition kind)
    {
        var shape = SchemaShapes.Of(kind.Schema.Value);
        var declared = new Dictionary<string, CelShape>(StringComparer.Ordinal)
        {
            ["object"] = shape, ["oldObject"] = shape, ["request"] = AdmissionShapes.Request, ["namespaceObject"] = AdmissionShapes.Namespace,
        };
        if (spec.ParamKind is { } param && kinds.FirstOrDefault(k => k.ApiVersion == param.ApiVersion && k.Kind == param.Kind) is { } known) declared["params"] = SchemaShapes.Of(known.Schema.Value);
        var variables = new Dictionary<string, CelShape>(StringComparer.Ordinal);
        declared["variables"] = CelShape.Object("kubernetes.variables", variables);
        foreach (var variable in spec.Variables ?? []) variables[variable.Name] = Of(variable.Expression, spec, declared)?.Result ?? CelShape.Dyn;
        return declared;
    }

    /// <summary>Null if the expression can't be read: it is refused when it is written, save by a policy that was stored before.</summary>
    static CelTypeCheck? Of(string expression, ValidatingAdmissionPolicySpec spec, IReadOnlyDictionary<string, CelShape> declared) =>
        AdmissionExpressions.Compile(expression, spec.ParamKind is not null, hasVariables: true, hasAuthorizer: true).Program?.CheckTypes(declared);
}
