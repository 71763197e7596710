using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>One or more containers that run together on one node and share its network and volumes.</summary>
[Kind("", "v1", "pods")]
public sealed record Pod : KubeObject
{
    /// <summary>What should run, and how.</summary>
    [Proto(2), Default("{}")] public PodSpec? Spec { get; init; }

    /// <summary>What was last observed of the Pod. The node writes it; it may lag behind.</summary>
    [Proto(3), Default("{}")] public PodStatus? Status { get; init; }
}

/// <summary>The metadata and spec that a controller gives to the Pods it makes.</summary>
public sealed record PodTemplateSpec
{
    /// <summary>Labels, annotations and other metadata of the Pods made from the template.</summary>
    [Proto(1)] public ObjectMeta? Metadata { get; init; }

    /// <summary>What the Pods made from the template should run.</summary>
    [Proto(2), Default("{}")] public PodSpec? Spec { get; init; }
}

/// <summary>A stored template for Pods, kept for controllers to refer to.</summary>
[Kind("", "v1", "podtemplates")]
public sealed record PodTemplate : KubeObject
{
    /// <summary>The Pods that are made from this template.</summary>
    [Proto(2)] public PodTemplateSpec? Template { get; init; }
}
