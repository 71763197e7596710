using Fairlead.Api.Networking.V1;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>networkpolicies.networking.k8s.io.</summary>
public static class NetworkPolicyResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<NetworkPolicy>("networkpolicy",
        Cells.Text("Pod-Selector", "The Pods that the policy is about.", p => TemplateColumns.Selector(p.At("spec.podSelector"))),
        Cells.Age) with { ShortNames = ["netpol"], CountsGeneration = true, Rules = new NetworkPolicyRules() };
}
