using Fairlead.Api.AdmissionRegistration.V1;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>validatingadmissionpolicies.admissionregistration.k8s.io.</summary>
public static class ValidatingAdmissionPolicyResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<ValidatingAdmissionPolicy>("validatingadmissionpolicy",
        new TableColumn("Validations", "integer", "Number of validations.", 0, (p, _) => p.Objects("spec.validations").Count),
        Cells.Text("ParamKind", "The kind of the parameters.", p => p.At("spec.paramKind") is { } kind ? $"{kind.Text("apiVersion")}/{kind.Text("kind")}" : "<unset>"),
        Cells.Age) with
    {
        Categories = ["api-extensions"],
        HasStatus = true,
        CountsGeneration = true,
        Rules = new ValidatingAdmissionPolicyRules(),
    };
}
