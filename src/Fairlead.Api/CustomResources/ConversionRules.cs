using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Json;

namespace Fairlead.Api.CustomResources;

/// <summary>How a definition may say that objects are converted.</summary>
static class ConversionRules
{
    public static void Validate(JsonObject? conversion, FieldErrors errors)
    {
        if (conversion is null) return;
        const string path = "spec.conversion";
        var strategy = conversion.Text("strategy");
        if (strategy.Length == 0) errors.Required(path + ".strategy");
        else if (strategy is not ("None" or "Webhook")) errors.NotSupported(path + ".strategy", strategy, ["None", "Webhook"]);
        var webhook = conversion["webhook"] as JsonObject;
        if (strategy != "Webhook")
        {
            if (webhook?["clientConfig"] is not null) errors.Forbidden(path + ".webhookClientConfig", "should not be set when strategy is not set to Webhook");
            if (webhook?["conversionReviewVersions"] is JsonArray { Count: > 0 })
                errors.Forbidden(path + ".conversionReviewVersions", "should not be set when strategy is not set to Webhook");
            return;
        }
        if (webhook?["clientConfig"] is not JsonObject client) errors.Required(path + ".webhookClientConfig", "required when strategy is set to Webhook");
        else WebhookClientRules.Validate(client, path + ".webhookClientConfig", errors);
        ValidateReviewVersions(webhook.Texts("conversionReviewVersions"), path + ".conversionReviewVersions", errors);
    }

    static void ValidateReviewVersions(IReadOnlyList<string> versions, string path, FieldErrors errors)
    {
        if (versions.Count == 0)
        {
            errors.Required(path);
            return;
        }
        for (var i = 0; i < versions.Count; i++)
        {
            if (versions.Take(i).Contains(versions[i])) errors.Invalid($"{path}[{i}]", versions[i], "duplicate version");
            else if (NameSyntax.Rfc1035Label(versions[i]) is { } wrong) errors.Invalid($"{path}[{i}]", versions[i], wrong);
        }
        if (!versions.Any(v => v is "v1" or "v1beta1"))
            errors.Add(FieldErrorType.FieldValueInvalid, path,
                $"Invalid value: {new JsonArray([.. versions.Select(v => (JsonNode)v)]).ToJsonString()}: must include at least one of v1, v1beta1");
    }
}
