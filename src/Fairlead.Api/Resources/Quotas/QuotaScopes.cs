using Fairlead.Api.Resources.Pods;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Quotas;

/// <summary>Whether a quota counts an object, by the scopes of both.</summary>
public static class QuotaScopes
{
    static readonly string[] Affinities =
    [
        "podAffinity.requiredDuringSchedulingIgnoredDuringExecution", "podAffinity.preferredDuringSchedulingIgnoredDuringExecution",
        "podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution", "podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution",
    ];

    /// <summary>True if the object is in all scopes of the quota. Only Pods and claims have scopes.</summary>
    public static bool Matches(JsonObject quota, ResourceDefinition kind, JsonObject obj)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return quota.Texts("spec.scopes").All(scope => Is(kind, obj, scope, "Exists", []))
            && quota.Objects("spec.scopeSelector.matchExpressions").All(e => Is(kind, obj, e.Text("scopeName"), e.Text("operator"), e.Texts("values")));
    }

    static bool Is(ResourceDefinition kind, JsonObject obj, string scope, string op, IReadOnlyList<string> values) => (kind.Group, kind.Plural, scope) switch
    {
        ("", "pods", "Terminating") => obj.Number("spec.activeDeadlineSeconds") is >= 0,
        ("", "pods", "NotTerminating") => obj.Number("spec.activeDeadlineSeconds") is not >= 0,
        ("", "pods", "BestEffort") => IsBestEffort(obj),
        ("", "pods", "NotBestEffort") => !IsBestEffort(obj),
        ("", "pods", "PriorityClass") => Matches(obj.Text("spec.priorityClassName"), op, values),
        ("", "pods", "CrossNamespacePodAffinity") => Affinities.Any(a => obj.Objects("spec.affinity." + a).Any(LeavesNamespace)),
        ("", "persistentvolumeclaims", "VolumeAttributesClass") => Matches(obj.Text("spec.volumeAttributesClassName"), op, values),
        _ => false,
    };

    static bool IsBestEffort(JsonObject pod) => PodQos.Of(pod["spec"] as JsonObject ?? []) == "BestEffort";

    static bool Matches(string value, string op, IReadOnlyList<string> values) => op switch
    {
        "In" => value.Length > 0 && values.Contains(value),
        "NotIn" => !values.Contains(value),
        "DoesNotExist" => value.Length == 0,
        _ => value.Length > 0,
    };

    static bool LeavesNamespace(JsonObject term)
    {
        var inner = term["podAffinityTerm"] ?? term;
        return inner.Texts("namespaces").Count > 0 || inner.At("namespaceSelector") is not null;
    }
}
