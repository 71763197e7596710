using Fairlead.Api.Coordination.V1;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>leases.coordination.k8s.io.</summary>
public static class LeaseResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<Lease>("lease",
        Cells.Field("Holder", "spec.holderIdentity", "Who holds the lease."),
        Cells.Age) with
    {
        Rules = new LeaseRules(),
    };
}
