using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Scheduling.V1;

/// <summary>Gives a name to a priority of Pods.</summary>
[Kind("scheduling.k8s.io", "v1", "priorityclasses", Namespaced = false)]
public sealed record PriorityClass : KubeObject
{
    /// <summary>The priority; at most 1000000000 for classes of users. It cannot be changed.</summary>
    [Proto(2), Required, Zero] public int Value { get; init; }

    /// <summary>True if Pods without a class have this one. One class may say so.</summary>
    [Proto(3)] public bool? GlobalDefault { get; init; }

    /// <summary>When the class is to be used, for people.</summary>
    [Proto(4)] public string? Description { get; init; }

    /// <summary>PreemptLowerPriority (if not given), or Never: such Pods wait until there is room.</summary>
    [Proto(5, Pointer = true), Default("\"PreemptLowerPriority\"")] public string? PreemptionPolicy { get; init; }
}
