using Fairlead.Api.AdmissionRegistration;
using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>What webhooks, policies and bindings have in common: rules, conditions and expressions (kubernetes, pkg/apis/admissionregistration/validation).</summary>
static class AdmissionRules
{
    const int MostConditions = 64;
    static readonly string[] Operations = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];

    /// <summary>A rule by operations and resources.</summary>
    public static void Rule(JsonObject rule, string path, FieldErrors errors)
    {
        var operations = Some(rule, "operations", path, "operations", errors);
        foreach (var (i, operation) in operations.Index())
            if (!Operations.Contains(operation)) errors.NotSupported($"{path}.operations[{i}]", operation, Operations);
        Some(rule, "apiGroups", path, "API groups", errors);
        foreach (var (i, version) in Some(rule, "apiVersions", path, "API versions", errors).Index())
            if (version.Length == 0) errors.Required($"{path}.apiVersions[{i}]");
        Resources(rule, path + ".resources", errors);
    }

    /// <summary>The conditions of a webhook or of a policy's spec.</summary>
    public static void Conditions(JsonObject owner, string path, bool hasParams, FieldErrors errors)
    {
        var conditions = owner.Objects("matchConditions");
        if (conditions.Count > MostConditions) errors.TooMany(path, conditions.Count, MostConditions);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, condition) in conditions.Index())
        {
            var (at, name, expression) = ($"{path}[{i}]", condition.Text("name"), condition.Text("expression").Trim());
            if (expression.Length == 0) errors.Required(at + ".expression");
            else if (AdmissionExpressions.Compile(expression, hasParams, hasVariables: false, hasAuthorizer: true, AdmissionValue.Bool).Error is { } wrong)
                errors.Invalid(at + ".expression", expression, wrong);
            if (name.Length == 0) errors.Required(at + ".name");
            else if (NameSyntax.QualifiedName(name) is { } wrongName) errors.Invalid(at + ".name", name, wrongName);
            if (name.Length > 0 && !names.Add(name)) errors.Duplicate(at + ".name", name);
        }
    }

    /// <summary>What a policy or a binding is about.</summary>
    public static void Match(JsonObject match, string path, FieldErrors errors)
    {
        foreach (var selector in (string[])["namespaceSelector", "objectSelector"])
            if (match[selector] is not { } given) errors.Required($"{path}.{selector}");
            else WorkloadRules.ValidateSelector(given, $"{path}.{selector}", errors);
        foreach (var list in (string[])["resourceRules", "excludeResourceRules"])
            foreach (var (i, rule) in match.Each(list))
            {
                Names(rule, $"{path}.{list}[{i}].resourceNames", errors);
                Rule(rule, $"{path}.{list}[{i}]", errors);
            }
    }

    static void Names(JsonObject rule, string path, FieldErrors errors)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, name) in rule.Texts("resourceNames").Index())
        {
            if (NameSyntax.PathSegment(name) is { } wrong) errors.Invalid($"{path}[{i}]", name, wrong);
            if (!seen.Add(name)) errors.Duplicate($"{path}[{i}]", name);
        }
    }

    static IReadOnlyList<string> Some(JsonObject rule, string field, string path, string what, FieldErrors errors)
    {
        var list = rule.Texts(field);
        if (list.Count == 0) errors.Required($"{path}.{field}");
        if (list.Count > 1 && list.Contains("*")) errors.Invalid($"{path}.{field}", Shown.Json(rule[field]), $"if '*' is present, must not specify other {what}");
        return list;
    }

    static void Resources(JsonObject rule, string path, FieldErrors errors)
    {
        var resources = rule.Texts("resources");
        if (resources.Count == 0) errors.Required(path);
        var (allOf, anyWith) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var (i, resource) in resources.Index())
        {
            if (resource.Length == 0) errors.Required($"{path}[{i}]");
            if (resource.Split('/', 2) is not [var of, var sub]) continue;
            if (allOf.Contains(of)) errors.Invalid($"{path}[{i}]", resource, $"if '{of}/*' is present, must not specify {resource}");
            if (anyWith.Contains(sub)) errors.Invalid($"{path}[{i}]", resource, $"if '*/{sub}' is present, must not specify {resource}");
            if (sub == "*") allOf.Add(of);
            if (of == "*") anyWith.Add(sub);
        }
        if (resources.Count > 1 && resources.Contains("*/*")) errors.Invalid(path, Shown.Json(rule["resources"]), "if '*/*' is present, must not specify other resources");
        if (resources.Contains("*") && resources.Any(r => r is not ("*" or "") && !r.Contains('/', StringComparison.Ordinal)))
            errors.Invalid(path, Shown.Json(rule["resources"]), "if '*' is present, must not specify other resources without subresources");
    }
}
