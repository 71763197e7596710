using System.Text;
using System.Text.Json;
using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>A Secret's type says which keys it needs; stringData is only a way of writing data.</summary>
sealed class SecretRules : ResourceRules
{
    const string TypePrefix = "kubernetes.io/";
    const string AccountName = TypePrefix + "service-account.name";

    public override void Default(JsonObject obj)
    {
        obj.SetDefault("type", "Opaque");
        if (obj["stringData"] is JsonObject)
        {
            var data = obj.Make("data");
            foreach (var (key, text) in obj.Pairs("stringData")) data[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
        }
        obj.Remove("stringData");
    }

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        DataRules.ValidateKeys(obj, "data", errors);
        if (DataRules.ValidateBytes(obj, "data", errors) > DataRules.MaxBytes) errors.TooLong("data", DataRules.MaxBytes);
        switch (obj.Text("type"))
        {
            case TypePrefix + "service-account-token":
                if (!obj.Pairs("metadata.annotations").Any(p => p.Key == AccountName && p.Value.Length > 0))
                    errors.Required($"metadata.annotations[{AccountName}]");
                break;
            case TypePrefix + "dockercfg": RequireJson(obj, ".dockercfg", errors); break;
            case TypePrefix + "dockerconfigjson": RequireJson(obj, ".dockerconfigjson", errors); break;
            case TypePrefix + "basic-auth":
                if (!Has(obj, "username") && !Has(obj, "password"))
                {
                    errors.Required("data[username]");
                    errors.Required("data[password]");
                }
                break;
            case TypePrefix + "ssh-auth":
                if (!obj.Pairs("data").Any(p => p.Key == "ssh-privatekey" && p.Value.Length > 0)) errors.Required("data[ssh-privatekey]");
                break;
            case TypePrefix + "tls":
                if (!Has(obj, "tls.crt")) errors.Required("data[tls.crt]");
                if (!Has(obj, "tls.key")) errors.Required("data[tls.key]");
                break;
        }
    }

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        if (obj.Text("type") != old.Text("type")) errors.Invalid("type", obj.Text("type"), "field is immutable");
        DataRules.ValidateImmutable(obj, old, errors, "data");
        ValidateCreate(obj, errors);
    }

    static bool Has(JsonObject obj, string key) => obj["data"] is JsonObject data && data.ContainsKey(key);

    static void RequireJson(JsonObject obj, string key, FieldErrors errors)
    {
        if (!Has(obj, key))
        {
            errors.Required($"data[{key}]");
            return;
        }
        try
        {
            JsonNode.Parse(Convert.FromBase64String(obj["data"]![key].AsText() ?? ""));
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            errors.Invalid($"data[{key}]", "<secret contents redacted>", "must be valid JSON");
        }
    }
}
