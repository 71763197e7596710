using Fairlead.Api.Errors;
using Fairlead.Api.Resources.PodSecurity;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Admission;

/// <summary>
/// PodSecurity (KEP-2579): labels of a namespace say which level its Pods may not go beyond (enforce), of which the audit
/// log tells (audit) and of which their makers are warned (warn). Templates of workloads are not refused: their Pods
/// will be. A namespace whose level rises says which of its Pods would be refused now.
/// </summary>
public sealed class PodSecurityAdmission(KindReader namespaces, KindReader pods, TimeProvider clock) : IAdmission
{
    const string Prefix = "pod-security.kubernetes.io/";

    /// <summary>How many Pods of a namespace are looked at when its level rises, and for how long, as upstream.</summary>
    const int MostPods = 3000;
    static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(1);

    public async ValueTask AdmitAsync(
        AdmissionOperation operation, WriteContext context, JsonObject? obj, JsonObject? old, CancellationToken cancellation)
    {
        if (obj is null) return;
        if (context.Kind is { Group: "", Plural: "namespaces" })
        {
            if (context.Target.Subresource.Length == 0) await NamespaceAsync(context, obj, old, cancellation).ConfigureAwait(false);
            return;
        }
        var isPod = context.Kind is { Group: "", Plural: "pods" };
        if (context.Namespace is not { } ns || !(context.Target.Subresource.Length == 0 || (isPod && context.Target.Subresource == "ephemeralcontainers"))) return;
        if (Template(context, obj) is not { } template || template.Object("spec") is not { } spec) return;
        if (await namespaces.LabelsAsync(null, ns, cancellation).ConfigureAwait(false) is not { } labels) return;
        var policy = PodSecurityPolicy.Of(labels.GetValueOrDefault);
        if (isPod && (policy.IsFree || old is null || IsSignificant(obj, old))) context.Annotate(Prefix + "enforce-policy", policy.Enforce.ToString());
        else if (isPod) return;
        if (policy.IsFree) return;
        Judge(context, policy, template.Object("metadata").Object("annotations"), spec, isPod, obj.Name());
    }

    /// <exception cref="ApiException">Forbidden.</exception>
    static void Judge(WriteContext context, PodSecurityPolicy policy, JsonObject? annotations, JsonObject spec, bool isPod, string name)
    {
        var forbidden = isPod ? Found(policy.Enforce) : null;
        if (Found(policy.Audit) is { } noted) context.Annotate(Prefix + "audit-violations", "would violate PodSecurity " + noted);
        if (forbidden is not null) throw Refuse.Forbidden(context.Kind, name, "violates PodSecurity " + forbidden);
        if (Found(policy.Warn) is { } warning) context.Warn("would violate PodSecurity " + warning);

        // "LEVEL:VERSION": what is wrong; null if nothing is.
        string? Found(PodSecurityRules rules) =>
            PodSecurityStandard.Violations(rules, annotations, spec) is { Count: > 0 } found ? $"\"{rules}\": {string.Join(", ", found)}" : null;
    }

    /// <summary>True if a change of a Pod touches what levels are about and may change: images, ephemeral containers, old annotations.</summary>
    static bool IsSignificant(JsonObject pod, JsonObject old)
    {
        var (now, before) = (pod.Object("spec"), old.Object("spec"));
        foreach (var list in (string[])["containers", "initContainers", "ephemeralContainers"])
            if (!Images(now, list).SequenceEqual(Images(before, list))) return true;
        return !Profiles(pod).SequenceEqual(Profiles(old));

        static IEnumerable<(string?, string?)> Images(JsonObject? spec, string list) => (spec.Array(list) ?? []).OfType<JsonObject>().Select(c => (c.Text("name"), c.Text("image")));

        static IEnumerable<(string, string?)> Profiles(JsonObject pod) => (pod.Object("metadata").Object("annotations") ?? [])
            .Where(a => a.Key.Contains("seccomp.security.alpha.kubernetes.io/", StringComparison.Ordinal)).Select(a => (a.Key, a.Value?.ToString())).Order();
    }

    async ValueTask NamespaceAsync(WriteContext context, JsonObject ns, JsonObject? old, CancellationToken cancellation)
    {
        var (errors, before) = (new FieldErrors(), new FieldErrors());
        var (now, was) = (PodSecurityPolicy.Of(Label(ns), errors), old is null ? PodSecurityPolicy.None : PodSecurityPolicy.Of(Label(old), before));
        // What was wrong before may stay so.
        if (errors.Any && !errors.All.SequenceEqual(before.All)) throw Refuse.Invalid(context.Kind, ns.Name(), errors);
        if (old is null || now.Enforce == was.Enforce || now.Enforce.Level == PodSecurityLevel.Privileged) return;
        if (now.Enforce.Minor == was.Enforce.Minor && now.Enforce.Level <= was.Enforce.Level) return;
        foreach (var warning in await ExistingAsync(ns.Name(), now.Enforce, cancellation).ConfigureAwait(false)) context.Warn(warning);
    }

    static Func<string, string?> Label(JsonObject ns)
    {
        var labels = ns.Object("metadata").Object("labels");
        return key => labels?[key] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
    }

    /// <summary>Which Pods of the namespace go beyond the rules; those that do alike are told of together.</summary>
    async ValueTask<List<string>> ExistingAsync(string ns, PodSecurityRules rules, CancellationToken cancellation)
    {
        var all = await pods.ListAsync(ns, cancellation).ConfigureAwait(false);
        var began = clock.GetTimestamp();
        var alike = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        var seen = 0;
        foreach (var pod in all.Take(MostPods))
        {
            seen++;
            var found = PodSecurityStandard.Violations(rules, pod.Object("metadata").Object("annotations"), pod.Object("spec") ?? []);
            if (found.Count > 0)
            {
                var reasons = string.Join(", ", found.Select(f => f.Reason));
                if (!alike.TryGetValue(reasons, out var names)) alike[reasons] = names = [];
                names.Add(pod.Name());
            }
            if (clock.GetElapsedTime(began) > LongestLook) break;
        }
        var warnings = new List<string>();
        if (seen < all.Count) warnings.Add($"new PodSecurity enforce level only checked against the first {seen} of {all.Count} existing pods");
        if (alike.Count > 0) warnings.Add($"existing pods in namespace \"{ns}\" violate the new PodSecurity enforce level \"{rules}\"");
        warnings.AddRange(alike.Select(a => $"{a.Value.Min(StringComparer.Ordinal)}{Others(a.Value.Count - 1)}: {a.Key}").Order(StringComparer.Ordinal));
        return warnings;

        static string Others(int count) => count switch { 0 => "", 1 => " (and 1 other pod)", _ => $" (and {count} other pods)" };
    }

    /// <summary>What of an object has metadata and the spec of a Pod: itself, or the template that it makes Pods of.</summary>
    static JsonObject? Template(WriteContext context, JsonObject obj) => (context.Kind.Group, context.Kind.Plural) switch
    {
        ("", "pods") => obj,
        ("", "podtemplates") => obj.Object("template"),
        ("", "replicationcontrollers") or ("apps", "deployments" or "replicasets" or "daemonsets" or "statefulsets") or ("batch", "jobs") =>
            obj.Object("spec").Object("template"),
        ("batch", "cronjobs") => obj.Object("spec").Object("jobTemplate").Object("spec").Object("template"),
        _ => null,
    };
}
