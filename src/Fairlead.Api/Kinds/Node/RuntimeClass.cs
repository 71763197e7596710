using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Node.V1;

/// <summary>Names a way in which a node's container runtime runs Pods.</summary>
[Kind("node.k8s.io", "v1", "runtimeclasses", Namespaced = false)]
public sealed record RuntimeClass : KubeObject
{
    /// <summary>The runtime's own name of it. It cannot be changed.</summary>
    [Proto(2), Required] public string Handler { get; init; } = "";

    /// <summary>What running such a Pod costs beside its containers.</summary>
    [Proto(3)] public Overhead? Overhead { get; init; }

    /// <summary>The nodes that can run such Pods; all if absent.</summary>
    [Proto(4)] public Scheduling? Scheduling { get; init; }
}

/// <summary>What running a Pod costs beside its containers.</summary>
public sealed record Overhead
{
    /// <summary>The cost of each Pod.</summary>
    [Proto(1)] public IReadOnlyDictionary<string, Quantity>? PodFixed { get; init; }
}

/// <summary>The nodes that can run Pods of a class.</summary>
public sealed record Scheduling
{
    /// <summary>Labels of the nodes, added to those that the Pod asks for.</summary>
    [Proto(1), Atomic] public IReadOnlyDictionary<string, string>? NodeSelector { get; init; }

    /// <summary>Tolerations, added to those of the Pod.</summary>
    [Proto(2), Atomic] public IReadOnlyList<Toleration>? Tolerations { get; init; }
}
