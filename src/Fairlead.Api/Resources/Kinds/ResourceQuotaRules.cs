using Fairlead.Api.Errors;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Resources.Pods;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>A quota bounds resources that can be counted, in scopes that have such resources.</summary>
sealed class ResourceQuotaRules : ResourceRules
{
    static readonly string[] Counts =
        ["pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "persistentvolumeclaims", "configmaps", "services.nodeports", "services.loadbalancers"];

    static readonly string[] Amounts =
    [
        "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.storage", "requests.ephemeral-storage",
        "limits.cpu", "limits.memory", "limits.ephemeral-storage",
    ];

    static readonly string[] Scopes =
        ["Terminating", "NotTerminating", "BestEffort", "NotBestEffort", "PriorityClass", "CrossNamespacePodAffinity", "VolumeAttributesClass"];

    public override void PrepareForCreate(JsonObject obj) => obj["status"] = new JsonObject();

    public override void Default(JsonObject obj)
    {
        ResourceRequirementRules.Canonicalise(obj.At("spec.hard"));
        obj.Make("status");
    }

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        foreach (var (name, value) in obj.At("spec.hard") as JsonObject ?? [])
        {
            var path = $"spec.hard[{name}]";
            if (NameSyntax.QualifiedName(name) is { } wrong) errors.Invalid(path, name, wrong);
            else if (!name.Contains('/', StringComparison.Ordinal) && !IsStandard(name)) errors.Invalid(path, name, "must be a standard resource for quotas");
            if (!Quantity.TryParse(value.AsText() ?? value?.ToJsonString() ?? "", out var amount)) continue;
            if (amount.Sign < 0) errors.Invalid(path, amount.ToString(), "must be greater than or equal to 0");
            if ((Counts.Contains(name) || name.StartsWith("count/", StringComparison.Ordinal)) && amount.MilliValue % 1000 != 0) errors.Invalid(path, amount.ToString(), "must be an integer");
        }
        ValidateScopes(obj, errors);
    }

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        ValidateCreate(obj, errors);
        obj.Unchanged(old, errors, "spec.scopes");
        if (!JsonNode.DeepEquals(obj.At("spec.scopeSelector"), old.At("spec.scopeSelector")))
            errors.Invalid("spec.scopeSelector", Shown.Json(obj.At("spec.scopeSelector")), "field is immutable");
    }

    static bool IsStandard(string name) => Counts.Contains(name) || Amounts.Contains(name)
        || name.StartsWith("hugepages-", StringComparison.Ordinal) || name.StartsWith("requests.hugepages-", StringComparison.Ordinal);

    static void ValidateScopes(JsonObject obj, FieldErrors errors)
    {
        var scopes = obj.Texts("spec.scopes");
        Check(scopes, "spec.scopes", obj, errors);
        var expressions = obj.Objects("spec.scopeSelector.matchExpressions");
        const string path = "spec.scopeSelector.matchExpressions";
        Check([.. expressions.Select(e => e.Text("scopeName"))], path + ".scopeName", obj, errors);
        foreach (var expression in expressions)
        {
            var (op, values) = (expression.Text("operator"), expression.Texts("values"));
            if (expression.Text("scopeName") is not ("PriorityClass" or "VolumeAttributesClass") && op != "Exists")
                errors.Invalid(path + ".operator", op, "must be 'Exist' only operator when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity");
            if (op is "In" or "NotIn")
            {
                if (values.Count == 0) errors.Required(path + ".values", "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
            }
            else if (op is "Exists" or "DoesNotExist")
            {
                if (values.Count > 0) errors.Invalid(path + ".values", Shown.Json(expression["values"]), "must be no value when `operator` is 'Exists' or 'DoesNotExist' for scope selector");
            }
            else errors.Invalid(path + ".operator", op, "not a valid selector operator");
        }
    }

    static void Check(IReadOnlyList<string> scopes, string path, JsonObject obj, FieldErrors errors)
    {
        foreach (var scope in scopes)
        {
            if (!Scopes.Contains(scope)) errors.Invalid(path, scope, "unsupported scope");
            foreach (var (resource, _) in obj.At("spec.hard") as JsonObject ?? [])
                if (scope == "BestEffort" && resource != "pods" && Amounts.Contains(resource))
                    errors.Invalid(path, scope, "unsupported scope applied to resource");
        }
        foreach (var (one, other) in (ReadOnlySpan<(string, string)>)[("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating")])
            if (scopes.Contains(one) && scopes.Contains(other)) errors.Invalid(path, string.Join(',', scopes), "conflicting scopes");
    }
}
