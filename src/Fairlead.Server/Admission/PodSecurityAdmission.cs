using System.Text.Json.Nodes;
using Fairlead.Api.Errors;
using Fairlead.Api.Resources.PodSecurity;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Admission;

/// <summary>
/// PodSecurity (KEP-2579): labels of a namespace say which level its Pods may not go beyond (enforce) and of which their
/// makers are warned (warn). Templates of workloads are warned of alone: their Pods will be refused.
/// </summary>
public sealed class PodSecurityAdmission(KindReader namespaces) : IAdmission
{
    const string Prefix = "pod-security.kubernetes.io/";

    public async ValueTask AdmitAsync(
        AdmissionOperation operation, WriteContext context, JsonObject? obj, JsonObject? old, CancellationToken cancellation)
    {
        if (obj is null) return;
        if (context.Kind is { Group: "", Plural: "namespaces" } && context.Target.Subresource.Length == 0) CheckLabels(context, obj);
        if (context.Namespace is not { } ns || context.Target.Subresource is not ("" or "ephemeralcontainers") || Spec(context, obj) is not { } spec) return;
        if (old is not null && JsonNode.DeepEquals(Spec(context, old), spec)) return;
        if (await namespaces.LabelsAsync(null, ns, cancellation).ConfigureAwait(false) is not { } labels) return;
        if (context.Kind is { Group: "", Plural: "pods" } && Judge(labels, "enforce", spec) is { } forbidden)
            throw Refuse.Forbidden(context.Kind, obj.Name(), "violates PodSecurity " + forbidden);
        if (Judge(labels, "warn", spec) is { } warning) context.Warn("would violate PodSecurity " + warning);
    }

    /// <summary>"LEVEL:VERSION": what is wrong; null if nothing is or the namespace does not say the mode.</summary>
    static string? Judge(IReadOnlyDictionary<string, string> labels, string mode, JsonObject spec)
    {
        var asked = labels.GetValueOrDefault(Prefix + mode);
        if (LevelOf(asked) is not { } level) return null;
        var found = PodSecurityStandard.Violations(level, spec);
        if (found.Count == 0) return null;
        var version = labels.GetValueOrDefault($"{Prefix}{mode}-version", "latest");
        return $"\"{asked}:{version}\": {string.Join(", ", found)}";
    }

    static PodSecurityLevel? LevelOf(string? text) => text switch
    {
        "privileged" => PodSecurityLevel.Privileged,
        "baseline" => PodSecurityLevel.Baseline,
        // Upstream takes a level that it does not know for the strictest, so that a slip of the pen opens nothing.
        null => null,
        _ => PodSecurityLevel.Restricted,
    };

    static void CheckLabels(WriteContext context, JsonObject ns)
    {
        var errors = new FieldErrors();
        foreach (var (key, node) in ns.Object("metadata").Object("labels") ?? [])
        {
            if (!key.StartsWith(Prefix, StringComparison.Ordinal) || node is not JsonValue value || !value.TryGetValue(out string? text)) continue;
            var mode = key[Prefix.Length..];
            if (mode is "enforce" or "audit" or "warn" && text is not ("privileged" or "baseline" or "restricted"))
                errors.Invalid($"metadata.labels[{key}]", text, "must be one of privileged, baseline, restricted");
            if (mode is "enforce-version" or "audit-version" or "warn-version" && text != "latest"
                && !(text.StartsWith("v1.", StringComparison.Ordinal) && int.TryParse(text.AsSpan(3), out _)))
                errors.Invalid($"metadata.labels[{key}]", text, "must be \"latest\" or \"v1.x\"");
        }
        if (errors.Any) throw Refuse.Invalid(context.Kind, ns.Name(), errors);
    }

    /// <summary>The PodSpec that an object of the kind has or makes Pods of.</summary>
    static JsonObject? Spec(WriteContext context, JsonObject obj) => (context.Kind.Group, context.Kind.Plural) switch
    {
        ("", "pods") => obj.Object("spec"),
        ("", "podtemplates") => obj.Object("template").Object("spec"),
        ("", "replicationcontrollers") or ("apps", "deployments" or "replicasets" or "daemonsets" or "statefulsets") or ("batch", "jobs") =>
            obj.Object("spec").Object("template").Object("spec"),
        ("batch", "cronjobs") => obj.Object("spec").Object("jobTemplate").Object("spec").Object("template").Object("spec"),
        _ => null,
    };
}
