using Fairlead.Api.CustomResources;
using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>Webhooks have names of their own, a place, rules that match something, and a version of AdmissionReview that is spoken here.</summary>
sealed class WebhookConfigurationRules : ResourceRules
{
    static readonly string[] Versions = ["v1", "v1beta1"];

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, hook) in obj.Each("webhooks"))
        {
            var path = $"webhooks[{i}]";
            Validate(hook, path, errors);
            if (hook.Text("name") is { Length: > 0 } name && !names.Add(name)) errors.Duplicate(path + ".name", name);
        }
    }

    static void Validate(JsonObject hook, string path, FieldErrors errors)
    {
        FullName(hook.Text("name"), path + ".name", errors);
        foreach (var (i, rule) in hook.Each("rules")) AdmissionRules.Rule(rule, $"{path}.rules[{i}]", errors);
        if (hook.Text("sideEffects").Length == 0) errors.Required(path + ".sideEffects", "must specify one of None, NoneOnDryRun");
        if (hook.Number("timeoutSeconds") is (< 1 or > 30) and var timeout) errors.Invalid(path + ".timeoutSeconds", timeout, "the timeout value must be between 1 and 30 seconds");
        WorkloadRules.ValidateSelector(hook["namespaceSelector"], path + ".namespaceSelector", errors);
        WorkloadRules.ValidateSelector(hook["objectSelector"], path + ".objectSelector", errors);
        if (hook["clientConfig"] is JsonObject client) WebhookClientRules.Validate(client, path + ".clientConfig", errors);
        else errors.Required(path + ".clientConfig", "exactly one of url or service is required");
        AdmissionRules.Conditions(hook, path + ".matchConditions", hasParams: false, errors);
        ReviewVersions(hook, path + ".admissionReviewVersions", errors);
    }

    static void FullName(string name, string path, FieldErrors errors)
    {
        if (name.Length == 0) errors.Required(path);
        else if (NameSyntax.Subdomain(name) is { } wrong) errors.Invalid(path, name, wrong);
        else if (name.Split('.').Length < 3) errors.Invalid(path, name, "should be a domain with at least three segments separated by dots");
    }

    static void ReviewVersions(JsonObject hook, string path, FieldErrors errors)
    {
        var versions = hook.Texts("admissionReviewVersions");
        if (versions.Count == 0)
        {
            errors.Required(path, "must specify one of " + string.Join(", ", Versions));
            return;
        }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, version) in versions.Index())
            if (!seen.Add(version)) errors.Invalid($"{path}[{i}]", version, "duplicate version");
            else if (NameSyntax.Rfc1035Label(version) is { } wrong) errors.Invalid($"{path}[{i}]", version, wrong);
        if (!versions.Any(Versions.Contains)) errors.Invalid(path, Shown.Json(hook["admissionReviewVersions"]), "must include at least one of " + string.Join(", ", Versions));
    }
}
