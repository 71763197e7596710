using Fairlead.Api.Errors;
using Fairlead.Api.FlowControl;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>What a schema matches is complete and unambiguous, and the two schemas that the server relies on stay as they are.</summary>
sealed class FlowSchemaRules : ResourceRules
{
    const int LastPrecedence = 10000;

    static readonly string[] Verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"];

    public override void PrepareForCreate(JsonObject obj) => obj["status"] = new JsonObject();

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        var name = obj.Text("metadata.name");
        var precedence = obj.Number("spec.matchingPrecedence") ?? 0;
        if (precedence <= 0) errors.Invalid("spec.matchingPrecedence", precedence, "must be a positive value");
        if (precedence > LastPrecedence) errors.Invalid("spec.matchingPrecedence", precedence, $"must not be greater than {LastPrecedence}");
        if (precedence == 1 && name != "exempt") errors.Invalid("spec.matchingPrecedence", precedence, "only the schema named 'exempt' may have matchingPrecedence 1");
        if (obj.At("spec.distinguisherMethod") is not null && obj.Text("spec.distinguisherMethod.type") is var method and not ("ByUser" or "ByNamespace"))
            errors.NotSupported("spec.distinguisherMethod.type", method, ["ByNamespace", "ByUser"]);
        if (obj.Text("spec.priorityLevelConfiguration.name") is { Length: > 0 } level)
        {
            if (NameSyntax.Subdomain(level) is { } wrong) errors.Invalid("spec.priorityLevelConfiguration.name", level, wrong);
        }
        else errors.Required("spec.priorityLevelConfiguration.name", "must reference a priority level");
        var rules = obj.Objects("spec.rules");
        for (var i = 0; i < rules.Count; i++) Validate(rules[i], $"spec.rules[{i}]", errors);
        if (FirstFlowControl.MandatorySchema(name) is { } fixedSpec && !JsonNode.DeepEquals(Compared(obj), fixedSpec))
            errors.Invalid("spec", Shown.Json(obj.At("spec")), $"spec of '{name}' must equal the fixed value");
    }

    public override void ValidateStatus(JsonObject obj, JsonObject old, FieldErrors errors) => FlowConditions.Validate(obj, errors);

    /// <summary>The spec as the fixed one is written: an explicit false says nothing.</summary>
    static JsonObject Compared(JsonObject obj)
    {
        var spec = obj.At("spec") is JsonObject found ? (JsonObject)found.DeepClone() : [];
        foreach (var rule in spec.Objects("rules").SelectMany(r => r.Objects("resourceRules")))
            if (!rule.Flag("clusterScope")) rule.Remove("clusterScope");
        return spec;
    }

    static void Validate(JsonObject rule, string path, FieldErrors errors)
    {
        var (subjects, resources, paths) = (rule.Objects("subjects"), rule.Objects("resourceRules"), rule.Objects("nonResourceRules"));
        if (subjects.Count == 0) errors.Required(path + ".subjects", "subjects must contain at least one value");
        for (var i = 0; i < subjects.Count; i++) ValidateSubject(subjects[i], $"{path}.subjects[{i}]", errors);
        if (resources.Count + paths.Count == 0) errors.Required(path, "at least one of resourceRules and nonResourceRules has to be non-empty");
        for (var i = 0; i < resources.Count; i++) ValidateResources(resources[i], $"{path}.resourceRules[{i}]", errors);
        for (var i = 0; i < paths.Count; i++) ValidatePaths(paths[i], $"{path}.nonResourceRules[{i}]", errors);
    }

    static void ValidateSubject(JsonObject subject, string path, FieldErrors errors)
    {
        (string Kind, string Field)[] fields = [("ServiceAccount", "serviceAccount"), ("User", "user"), ("Group", "group")];
        var kind = subject.Text("kind");
        if (!fields.Any(f => f.Kind == kind))
        {
            errors.NotSupported(path + ".kind", kind, fields.Select(f => f.Kind));
            return;
        }
        foreach (var (owner, field) in fields)
        {
            if (owner != kind)
            {
                if (subject[field] is not null) errors.Forbidden($"{path}.{field}", $"{field} is forbidden when subject kind is not '{owner}'");
                continue;
            }
            if (subject[field] is not JsonObject named)
            {
                errors.Required($"{path}.{field}", $"{field} is required when subject kind is '{kind}'");
                continue;
            }
            var name = named.Text("name");
            if (name.Length == 0) errors.Required($"{path}.{field}.name");
            if (kind != "ServiceAccount") continue;
            if (name != "*") FieldChecks.Form(name, $"{path}.{field}.name", NameSyntax.Subdomain, errors);
            if (named.Text("namespace") is { Length: > 0 } ns) FieldChecks.Form(ns, $"{path}.{field}.namespace", NameSyntax.Label, errors);
            else errors.Required($"{path}.{field}.namespace", "must specify namespace for service account");
        }
    }

    static void ValidateResources(JsonObject rule, string path, FieldErrors errors)
    {
        ValidateVerbs(rule, path, errors);
        Listed(rule, "apiGroups", path, "resource rules must supply at least one api group", "api groups", errors);
        Listed(rule, "resources", path, "resource rules must supply at least one resource", "resources", errors);
        var namespaces = rule.Texts("namespaces");
        if (namespaces.Count == 0)
        {
            if (!rule.Flag("clusterScope")) errors.Required(path + ".namespaces", "resource rules that are not cluster scoped must supply at least one namespace");
            return;
        }
        if (!Listed(rule, "namespaces", path, "", "namespaces", errors)) return;
        for (var i = 0; i < namespaces.Count; i++)
            if (NameSyntax.Label(namespaces[i]) is { } wrong) errors.Invalid($"{path}.namespaces[{i}]", namespaces[i], "each member of this list must be '*' or a DNS-1123 label; " + wrong);
    }

    static void ValidatePaths(JsonObject rule, string path, FieldErrors errors)
    {
        ValidateVerbs(rule, path, errors);
        if (!Listed(rule, "nonResourceURLs", path, "nonResourceURLs must contain at least one value", "non-resource URLs", errors)) return;
        var urls = rule.Texts("nonResourceURLs");
        for (var i = 0; i < urls.Count; i++)
            if (WrongPath(urls[i]) is { } wrong) errors.Invalid($"{path}.nonResourceURLs[{i}]", urls[i], wrong);
    }

    static string? WrongPath(string url)
    {
        if (url.Length == 0) return "must not be empty";
        if (url == "/") return null;
        if (url[0] != '/') return "must start with slash";
        if (url.Contains(' ', StringComparison.Ordinal)) return "must not contain white-space";
        if (url.Contains("//", StringComparison.Ordinal)) return "must not contain double slash";
        var star = url.IndexOf('*', StringComparison.Ordinal);
        return star < 0 || (star == url.Length - 1 && url[star - 1] == '/') ? null : "wildcard can only do suffix matching";
    }

    static void ValidateVerbs(JsonObject rule, string path, FieldErrors errors)
    {
        if (!Listed(rule, "verbs", path, "verbs must contain at least one value", "verbs", errors)) return;
        if (rule.Texts("verbs").Any(v => !Verbs.Contains(v))) errors.Add(FieldErrorType.FieldValueNotSupported, path + ".verbs",
            $"Unsupported value: {Shown.Json(rule["verbs"])}: supported values: {string.Join(", ", Verbs.Select(v => $"\"{v}\""))}");
    }

    /// <returns>True if there are entries and none of them is "*".</returns>
    static bool Listed(JsonObject rule, string field, string path, string missing, string what, FieldErrors errors)
    {
        var entries = rule.Texts(field);
        if (entries.Count == 0) errors.Required($"{path}.{field}", missing);
        if (!entries.Contains("*")) return entries.Count > 0;
        if (entries.Count > 1) errors.Invalid($"{path}.{field}", Shown.Json(rule[field]), $"if '*' is present, must not specify other {what}");
        return false;
    }
}

/// <summary>Conditions of both kinds of flow control: each has a type, and one only.</summary>
static class FlowConditions
{
    public static void Validate(JsonObject obj, FieldErrors errors)
    {
        var conditions = obj.Objects("status.conditions");
        var seen = new HashSet<string>();
        for (var i = 0; i < conditions.Count; i++)
        {
            var type = conditions[i].Text("type");
            if (!seen.Add(type)) errors.Duplicate($"status.conditions[{i}].type", type);
            if (type.Length == 0) errors.Required($"status.conditions[{i}].type", "must not be empty");
        }
    }
}
