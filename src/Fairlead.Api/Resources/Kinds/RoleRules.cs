using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>A rule says what may be done, either to resources or to paths; paths belong to the cluster.</summary>
sealed class RoleRules(bool namespaced) : ResourceRules
{
    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        var rules = obj.Objects("rules");
        for (var i = 0; i < rules.Count; i++) Validate(rules[i], $"rules[{i}]", errors);
        var selectors = obj.Objects("aggregationRule.clusterRoleSelectors");
        if (obj.At("aggregationRule") is not null && selectors.Count == 0)
            errors.Required("aggregationRule.clusterRoleSelectors", "at least one clusterRoleSelector required if aggregationRule is non-nil");
    }

    void Validate(JsonObject rule, string path, FieldErrors errors)
    {
        if (rule.Texts("verbs").Count == 0) errors.Required(path + ".verbs", "verbs must contain at least one value");
        var (groups, resources, names) = (rule.Texts("apiGroups"), rule.Texts("resources"), rule.Texts("resourceNames"));
        if (rule.Texts("nonResourceURLs").Count > 0)
        {
            if (namespaced) Invalid(rule, path, "namespaced rules cannot apply to non-resource URLs", errors);
            if (groups.Count + resources.Count + names.Count > 0) Invalid(rule, path, "rules cannot apply to both regular resources and non-resource URLs", errors);
            return;
        }
        if (groups.Count == 0) errors.Required(path + ".apiGroups", "resource rules must supply at least one api group");
        if (resources.Count == 0) errors.Required(path + ".resources", "resource rules must supply at least one resource");
    }

    static void Invalid(JsonObject rule, string path, string detail, FieldErrors errors) =>
        errors.Add(FieldErrorType.FieldValueInvalid, path + ".nonResourceURLs", $"Invalid value: {rule["nonResourceURLs"]!.ToJsonString()}: {detail}");
}
