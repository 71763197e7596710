using Fairlead.Api.AdmissionRegistration.V1;
using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>validatingadmissionpolicybindings.admissionregistration.k8s.io.</summary>
public static class ValidatingAdmissionPolicyBindingResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<ValidatingAdmissionPolicyBinding>("validatingadmissionpolicybinding",
        Cells.Field("PolicyName", "spec.policyName", "The policy."),
        Cells.Text("ParamRef", "The parameters.", Params),
        Cells.Age) with
    {
        Categories = ["api-extensions"],
        CountsGeneration = true,
        Rules = new ValidatingAdmissionPolicyBindingRules(),
    };

    static string Params(JsonObject binding)
    {
        var (name, space) = (binding.Text("spec.paramRef.name"), binding.Text("spec.paramRef.namespace"));
        if (name.Length > 0) return $"{(space.Length > 0 ? space : "*")}/{name}";
        return binding.At("spec.paramRef.selector") is { } selector ? Json.JsonText.Of(selector) : "<unset>";
    }
}

/// <summary>A binding names a policy, says what follows from failures, and names its parameters in one way.</summary>
sealed class ValidatingAdmissionPolicyBindingRules : ResourceRules
{
    static readonly string[] Actions = ["Audit", "Deny", "Warn"];

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        var policy = obj.Text("spec.policyName");
        if (policy.Length == 0) errors.Required("spec.policyName");
        else FieldChecks.Form(policy, "spec.policyName", NameSyntax.Subdomain, errors);
        if (obj.At("spec.paramRef") is JsonObject reference) ValidateReference(reference, "spec.paramRef", errors);
        if (obj.At("spec.matchResources") is JsonObject match) AdmissionRules.Match(match, "spec.matchResources", errors);
        ValidateActions(obj, "spec.validationActions", errors);
    }

    static void ValidateReference(JsonObject reference, string path, FieldErrors errors)
    {
        var (name, selector) = (reference.Text("name"), reference["selector"]);
        FieldChecks.Form(name, path + ".name", NameSyntax.PathSegment, errors);
        if (selector is not null) WorkloadRules.ValidateSelector(selector, path + ".selector", errors);
        if (name.Length > 0 && selector is not null)
        {
            errors.Forbidden(path + ".name", "name and selector are mutually exclusive");
            errors.Forbidden(path + ".selector", "name and selector are mutually exclusive");
        }
        if (name.Length == 0 && selector is null) errors.Required(path, "one of name or selector must be specified");
        if (reference.Text("parameterNotFoundAction") is not { Length: > 0 } action) errors.Required(path + ".parameterNotFoundAction");
        else if (action is not ("Allow" or "Deny")) errors.NotSupported(path + ".parameterNotFoundAction", action, ["Allow", "Deny"]);
    }

    static void ValidateActions(JsonObject obj, string path, FieldErrors errors)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, action) in obj.Texts(path).Index())
        {
            if (!Actions.Contains(action)) errors.NotSupported($"{path}[{i}]", action, Actions);
            if (!seen.Add(action)) errors.Duplicate($"{path}[{i}]", action);
        }
        if (seen.Contains("Deny") && seen.Contains("Warn"))
            errors.Invalid(path, Shown.Json(obj.At(path)), "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)");
        if (seen.Count == 0) errors.Required(path, "at least one validation action is required");
    }
}
