using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>The name is an address in canonical form, and it belongs to one object for ever.</summary>
sealed class IPAddressRules : ResourceRules
{
    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        var name = obj.Text("metadata.name");
        if (IPText.Parse(name) is not { } address) errors.Invalid("metadata.name", name, $"ParseAddr(\"{name}\"): unable to parse IP");
        else if (IPText.Canonical(address) != name) errors.Invalid("metadata.name", name, "must be a canonical format IP address");
        if (obj.At("spec.parentRef") is null)
        {
            errors.Required("spec.parentRef");
            return;
        }
        if (obj.Text("spec.parentRef.group") is { Length: > 0 } group && NameSyntax.Subdomain(group) is { } wrong) errors.Invalid("spec.parentRef.group", group, wrong);
        foreach (var field in (string[])["resource", "name"])
            if (obj.Text("spec.parentRef." + field).Length == 0) errors.Required("spec.parentRef." + field);
        foreach (var field in (string[])["resource", "name", "namespace"])
            if (obj.Text("spec.parentRef." + field) is { Length: > 0 } text && NameSyntax.PathSegment(text) is { } bad) errors.Invalid("spec.parentRef." + field, text, bad);
    }

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        ValidateCreate(obj, errors);
        if (!JsonNode.DeepEquals(obj.At("spec.parentRef"), old.At("spec.parentRef")))
            errors.Add(FieldErrorType.FieldValueInvalid, "spec.parentRef", $"Invalid value: {obj.At("spec.parentRef")?.ToJsonString() ?? "null"}: field is immutable");
    }
}
