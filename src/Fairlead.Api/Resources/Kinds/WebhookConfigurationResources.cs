using Fairlead.Api.AdmissionRegistration.V1;
using Fairlead.Api.Meta.V1;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>mutatingwebhookconfigurations.admissionregistration.k8s.io and validatingwebhookconfigurations.admissionregistration.k8s.io.</summary>
public static class WebhookConfigurationResources
{
    public static ResourceDefinition Mutating { get; } = Of<MutatingWebhookConfiguration>("mutatingwebhookconfiguration");

    public static ResourceDefinition Validating { get; } = Of<ValidatingWebhookConfiguration>("validatingwebhookconfiguration");

    static ResourceDefinition Of<T>(string singular) where T : KubeObject => BuiltInKind.Of<T>(singular,
        new TableColumn("Webhooks", "integer", "Number of webhooks.", 0, (c, _) => c.Objects("webhooks").Count),
        Cells.Age) with
    {
        Categories = ["api-extensions"],
        CountsGeneration = true,
        Rules = new WebhookConfigurationRules(),
    };
}
