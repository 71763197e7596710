using System.Text.RegularExpressions;
using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Pods;

/// <summary>Rules of security contexts, of the Pod and of its containers.</summary>
static partial class SecurityRules
{
    [GeneratedRegex(@"^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?\z", RegexOptions.NonBacktracking)]
    private static partial Regex SysctlName { get; }

    public static void ValidatePod(JsonObject spec, string path, FieldErrors errors)
    {
        if (spec.Flag("shareProcessNamespace") && spec.Flag("hostPID"))
            errors.Invalid($"{path}.shareProcessNamespace", true, "ShareProcessNamespace and HostPID cannot both be enabled");
        if (spec["hostUsers"] is JsonValue && !spec.Flag("hostUsers"))
            foreach (var (field, name) in (ReadOnlySpan<(string, string)>)[("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"), ("hostIPC", "HostIPC")])
                if (spec.Flag(field)) errors.Forbidden($"{path}.{name}", "when `pod.Spec.HostUsers` is false");
        if (spec["securityContext"] is not JsonObject context) return;
        var at = $"{path}.securityContext";
        Identities(context, at, errors);
        foreach (var (i, group) in (context["supplementalGroups"] as JsonArray ?? []).Index())
            if (group is JsonValue value && value.TryGetValue(out long id) && NumberSyntax.Range(id, 0, int.MaxValue) is { } problem)
                errors.Invalid($"{at}.supplementalGroups[{i}]", id, problem);
        Sysctls(context, $"{at}.sysctls", errors);
    }

    public static void ValidateContainer(JsonObject? context, string path, FieldErrors errors)
    {
        if (context is null) return;
        Identities(context, path, errors);
        if (context["allowPrivilegeEscalation"] is JsonValue && !context.Flag("allowPrivilegeEscalation"))
        {
            if (context.Flag("privileged"))
                errors.Invalid(path, context.ToJsonString(), "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
            if (context.Texts("capabilities.add").Contains("CAP_SYS_ADMIN"))
                errors.Invalid(path, context.ToJsonString(), "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
        }
    }

    static void Identities(JsonObject context, string path, FieldErrors errors)
    {
        foreach (var field in (string[])["runAsUser", "runAsGroup", "fsGroup"])
            if (context.Number(field) is { } id && NumberSyntax.Range(id, 0, int.MaxValue) is { } problem)
                errors.Invalid($"{path}.{field}", id, problem);
        foreach (var (field, name) in (ReadOnlySpan<(string, string)>)[("seccompProfile", "seccomp"), ("appArmorProfile", "AppArmor")])
        {
            if (context[field] is not JsonObject profile) continue;
            var local = profile.Text("localhostProfile");
            var at = $"{path}.{field}";
            if (profile.Text("type").Length == 0 && profile["type"] is not null) errors.Required($"{at}.type");
            if (profile.Text("type") == "Localhost")
            {
                if (local.Length == 0) errors.Required($"{at}.localhostProfile", $"must be set when {name} type is Localhost{(name == "seccomp" ? " " : "")}");
                else if (name == "seccomp") PathRules.LocalDescending(local, $"{at}.localhostProfile", errors);
            }
            else if (profile["localhostProfile"] is not null)
                errors.Invalid($"{at}.localhostProfile", local, $"can only be set when {name} type is Localhost");
        }
    }

    static void Sysctls(JsonObject context, string path, FieldErrors errors)
    {
        var names = new HashSet<string>();
        foreach (var (i, sysctl) in context.Each("sysctls"))
        {
            var name = sysctl.Text("name");
            if (name.Length == 0)
            {
                if (sysctl["name"] is not null) errors.Required($"{path}[{i}].name");
            }
            else if (name.Length > 253 || !SysctlName.IsMatch(name))
                errors.Invalid($"{path}[{i}].name", name, "must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$");
            else if (!names.Add(name)) errors.Duplicate($"{path}[{i}].name", name);
        }
    }
}
