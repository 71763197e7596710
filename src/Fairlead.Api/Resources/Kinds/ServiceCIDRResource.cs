using Fairlead.Api.Networking.V1;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>servicecidrs.networking.k8s.io.</summary>
public static class ServiceCIDRResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<ServiceCIDR>("servicecidr",
        Cells.Text("CIDRs", "The ranges.", s => string.Join(',', s.Texts("spec.cidrs"))),
        Cells.Age) with
    {
        HasStatus = true,
        Rules = new ServiceCIDRRules(),
    };
}
