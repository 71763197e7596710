using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Autoscaling.V1;

/// <summary>The number of replicas of a workload, as its scale subresource shows and takes it.</summary>
[Kind("autoscaling", "v1", "scales")]
public sealed record Scale : KubeObject
{
    /// <summary>How many replicas are wanted.</summary>
    [Proto(2)] public ScaleSpec? Spec { get; init; }

    /// <summary>How many there are.</summary>
    [Proto(3)] public ScaleStatus? Status { get; init; }
}

/// <summary>The desired number of replicas.</summary>
public sealed record ScaleSpec
{
    /// <summary>How many replicas are wanted.</summary>
    [Proto(1)] public int? Replicas { get; init; }
}

/// <summary>The observed number of replicas.</summary>
public sealed record ScaleStatus
{
    /// <summary>How many replicas there are.</summary>
    [Proto(1), Required] public int Replicas { get; init; }

    /// <summary>Which Pods are counted, as a label selector in text form.</summary>
    [Proto(2)] public string? Selector { get; init; }
}
