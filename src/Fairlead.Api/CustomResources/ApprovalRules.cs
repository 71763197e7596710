using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Json;

namespace Fairlead.Api.CustomResources;

/// <summary>Groups of Kubernetes itself (k8s.io, kubernetes.io) may be added to only by those who have been approved (KEP-1111).</summary>
static class ApprovalRules
{
    const string Annotation = "api-approved.kubernetes.io";
    const string Path = "metadata.annotations[api-approved.kubernetes.io]";
    const string See = "see https://github.com/kubernetes/enhancements/pull/1111";

    public static void Validate(JsonObject obj, JsonObject? old, FieldErrors errors)
    {
        if (!IsProtected(obj.Text("spec.group"))) return;
        var said = Said(obj);
        if (old is not null && Said(old) == said) return;
        if (said.Length == 0) errors.Required(Path, $"protected groups must have approval annotation \"{Annotation}\", {See}");
        else if (!said.StartsWith("unapproved", StringComparison.Ordinal) && !(Uri.TryCreate(said, UriKind.Absolute, out var address) && address.Host.Length > 0))
            errors.Invalid(Path, said, $"protected groups must have approval annotation \"{Annotation}\" with either a URL or a reason starting with \"unapproved\", {See}");
    }

    static string Said(JsonObject obj) => obj.At("metadata.annotations") is JsonObject all ? all[Annotation].AsText() ?? "" : "";

    static bool IsProtected(string group) =>
        group is "k8s.io" or "kubernetes.io" || group.EndsWith(".k8s.io", StringComparison.Ordinal) || group.EndsWith(".kubernetes.io", StringComparison.Ordinal);
}
