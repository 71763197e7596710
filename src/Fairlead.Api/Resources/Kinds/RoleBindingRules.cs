using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>A binding names one role for ever, and subjects whose kind says what else they carry.</summary>
sealed class RoleBindingRules(bool namespaced) : ResourceRules
{
    const string Group = "rbac.authorization.k8s.io";

    public override void Default(JsonObject obj)
    {
        if (obj["roleRef"] is JsonObject role) role.SetDefault("apiGroup", Group);
        foreach (var subject in obj.Objects("subjects"))
            if (subject.Text("kind") is "User" or "Group") subject.SetDefault("apiGroup", Group);
    }

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        if (obj.Text("roleRef.apiGroup") is var group && group != Group) errors.NotSupported("roleRef.apiGroup", group, [Group]);
        string[] kinds = namespaced ? ["Role", "ClusterRole"] : ["ClusterRole"];
        if (obj.Text("roleRef.kind") is var kind && !kinds.Contains(kind)) errors.NotSupported("roleRef.kind", kind, kinds);
        if (obj.Text("roleRef.name") is not { Length: > 0 } name) errors.Required("roleRef.name");
        else if (NameSyntax.PathSegment(name) is { } wrong) errors.Invalid("roleRef.name", name, wrong);
        var subjects = obj.Objects("subjects");
        for (var i = 0; i < subjects.Count; i++) Validate(subjects[i], $"subjects[{i}]", errors);
    }

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        ValidateCreate(obj, errors);
        if (!JsonNode.DeepEquals(obj["roleRef"], old["roleRef"]))
            errors.Add(FieldErrorType.FieldValueInvalid, "roleRef",
                $"Invalid value: rbac.RoleRef{{APIGroup:\"{obj.Text("roleRef.apiGroup")}\", Kind:\"{obj.Text("roleRef.kind")}\", Name:\"{obj.Text("roleRef.name")}\"}}: cannot change roleRef");
    }

    void Validate(JsonObject subject, string path, FieldErrors errors)
    {
        var (kind, name, group) = (subject.Text("kind"), subject.Text("name"), subject.Text("apiGroup"));
        if (name.Length == 0) errors.Required(path + ".name");
        switch (kind)
        {
            case "ServiceAccount":
                if (name.Length > 0 && NameSyntax.Subdomain(name) is { } wrong) errors.Invalid(path + ".name", name, wrong);
                if (group.Length > 0) errors.NotSupported(path + ".apiGroup", group, [""]);
                if (!namespaced && subject.Text("namespace").Length == 0) errors.Required(path + ".namespace");
                break;
            case "User" or "Group":
                if (group != Group) errors.NotSupported(path + ".apiGroup", group, [Group]);
                break;
            default:
                errors.NotSupported(path + ".kind", kind, ["ServiceAccount", "User", "Group"]);
                break;
        }
    }
}
