using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Networking.V1;

/// <summary>Ranges from which Services get their cluster addresses. Ranges of several objects may overlap.</summary>
[Kind("networking.k8s.io", "v1", "servicecidrs", Namespaced = false)]
public sealed record ServiceCIDR : KubeObject
{
    /// <summary>The ranges.</summary>
    [Proto(2)] public ServiceCIDRSpec? Spec { get; init; }

    /// <summary>Whether addresses are given out from the ranges.</summary>
    [Proto(3)] public ServiceCIDRStatus? Status { get; init; }
}

/// <summary>The ranges of a ServiceCIDR.</summary>
public sealed record ServiceCIDRSpec
{
    /// <summary>One range, or one of each address family, such as 192.168.0.0/24 or 2001:db8::/64. A range cannot be changed; one of the other family can be added.</summary>
    [Proto(1), Atomic] public IReadOnlyList<string>? Cidrs { get; init; }
}

/// <summary>The observed state of a ServiceCIDR.</summary>
public sealed record ServiceCIDRStatus
{
    /// <summary>Aspects of the current state. Ready is False while the object waits for its addresses to be given back before it goes.</summary>
    [Proto(1), ListMap("type")] public IReadOnlyList<Condition>? Conditions { get; init; }
}
