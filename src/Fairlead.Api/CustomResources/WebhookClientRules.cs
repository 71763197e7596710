using System.Text;
using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Json;

namespace Fairlead.Api.CustomResources;

/// <summary>Where a webhook may be: one https address or one Service (apiserver, pkg/util/webhook/validation.go).</summary>
static class WebhookClientRules
{
    public static void Validate(JsonObject client, string path, FieldErrors errors)
    {
        var (url, service) = (client["url"].AsText(), client["service"] as JsonObject);
        if ((url is null) == (service is null)) errors.Required(path, "exactly one of url or service is required");
        else if (url is not null) ValidateUrl(url, path + ".url", errors);
        else ValidateService(service!, path + ".service", errors);
        if (client["caBundle"].AsText() is { Length: > 0 } bundle && !IsPem(bundle))
            errors.Invalid(path + ".caBundle", "", "unable to load root certificates: unable to parse bytes as PEM block");
    }

    static void ValidateUrl(string text, string path, FieldErrors errors)
    {
        const string form = "; desired format: https://host[/path]";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url))
        {
            errors.Required(path, "url must be a valid URL: it can't be parsed" + form);
            return;
        }
        if (url.Scheme != "https") errors.Invalid(path, url.Scheme, "'https' is the only allowed URL scheme" + form);
        if (url.Host.Length == 0) errors.Invalid(path, url.Host, "host must be specified" + form);
        if (url.UserInfo.Length > 0) errors.Invalid(path, url.UserInfo, "user information is not permitted in the URL");
        if (url.Fragment.Length > 0) errors.Invalid(path, url.Fragment, "fragments are not permitted in the URL");
        if (url.Query.Length > 0) errors.Invalid(path, url.Query, "query parameters are not permitted in the URL");
    }

    static void ValidateService(JsonObject service, string path, FieldErrors errors)
    {
        if (service.Text("name").Length == 0) errors.Required(path + ".name", "service name is required");
        if (service.Text("namespace").Length == 0) errors.Required(path + ".namespace", "service namespace is required");
        if (service.Number("port") is { } port and (< 1 or > 65535)) errors.Invalid(path + ".port", port, "port is not valid: must be between 1 and 65535, inclusive");
        if (service["path"].AsText() is not { Length: > 0 } at) return;
        if (at == "/") return;
        if (!at.StartsWith('/')) errors.Invalid(path + ".path", at, "must start with a '/'");
        if (at.Contains('?', StringComparison.Ordinal) || at.Contains('#', StringComparison.Ordinal)) errors.Invalid(path + ".path", at, "must be a path alone");
        foreach (var (step, i) in at.Trim('/').Split('/').Select((s, i) => (s, i)))
        {
            if (step.Length == 0) errors.Invalid(path + ".path", at, $"segment[{i}] may not be empty");
            else if (NameSyntax.Subdomain(step) is { } wrong) errors.Invalid(path + ".path", at, $"segment[{i}]: {wrong}");
        }
    }

    static bool IsPem(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length)
            && Encoding.ASCII.GetString(bytes, 0, length).Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal);
    }
}
