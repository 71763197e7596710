using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Autoscaling.V2;

/// <summary>One metric with its target. Exactly the field that type names is set.</summary>
public sealed record MetricSpec
{
    /// <summary>Where the metric comes from: ContainerResource, External, Object, Pods or Resource.</summary>
    [Proto(1), Required, Zero] public string Type { get; init; } = "";

    /// <summary>A metric of one object, such as requests per second of an Ingress.</summary>
    [Proto(2)] public ObjectMetricSource? Object { get; init; }

    /// <summary>A metric of each Pod, averaged over them.</summary>
    [Proto(3)] public PodsMetricSource? Pods { get; init; }

    /// <summary>CPU or memory of the Pods.</summary>
    [Proto(4)] public ResourceMetricSource? Resource { get; init; }

    /// <summary>CPU or memory of one container in each Pod.</summary>
    [Proto(7)] public ContainerResourceMetricSource? ContainerResource { get; init; }

    /// <summary>A metric from outside the cluster, such as the length of a queue.</summary>
    [Proto(5)] public ExternalMetricSource? External { get; init; }
}

/// <summary>A metric of one object.</summary>
public sealed record ObjectMetricSource
{
    /// <summary>The object that the metric describes.</summary>
    [Proto(1), Required, Zero] public CrossVersionObjectReference? DescribedObject { get; init; }

    /// <summary>The value aimed at.</summary>
    [Proto(2), Required, Zero] public MetricTarget? Target { get; init; }

    /// <summary>Which metric.</summary>
    [Proto(3), Required, Zero] public MetricIdentifier? Metric { get; init; }
}

/// <summary>A metric of each Pod.</summary>
public sealed record PodsMetricSource
{
    /// <summary>Which metric.</summary>
    [Proto(1), Required, Zero] public MetricIdentifier? Metric { get; init; }

    /// <summary>The value aimed at.</summary>
    [Proto(2), Required, Zero] public MetricTarget? Target { get; init; }
}

/// <summary>A resource that the Pods request.</summary>
public sealed record ResourceMetricSource
{
    /// <summary>Name of the resource.</summary>
    [Proto(1), Required, Zero] public string Name { get; init; } = "";

    /// <summary>The value aimed at.</summary>
    [Proto(2), Required, Zero] public MetricTarget? Target { get; init; }
}

/// <summary>A resource that one container of each Pod requests.</summary>
public sealed record ContainerResourceMetricSource
{
    /// <summary>Name of the resource.</summary>
    [Proto(1), Required, Zero] public string Name { get; init; } = "";

    /// <summary>The value aimed at.</summary>
    [Proto(2), Required, Zero] public MetricTarget? Target { get; init; }

    /// <summary>Name of the container.</summary>
    [Proto(3), Required, Zero] public string Container { get; init; } = "";
}

/// <summary>A metric from outside the cluster.</summary>
public sealed record ExternalMetricSource
{
    /// <summary>Which metric.</summary>
    [Proto(1), Required, Zero] public MetricIdentifier? Metric { get; init; }

    /// <summary>The value aimed at.</summary>
    [Proto(2), Required, Zero] public MetricTarget? Target { get; init; }
}

/// <summary>Names a metric.</summary>
public sealed record MetricIdentifier
{
    /// <summary>Name of the metric.</summary>
    [Proto(1), Required, Zero] public string Name { get; init; } = "";

    /// <summary>Which of the metric's series are taken; all if not given.</summary>
    [Proto(2)] public LabelSelector? Selector { get; init; }
}

/// <summary>The value that a metric is to have.</summary>
public sealed record MetricTarget
{
    /// <summary>How the value is meant: Utilization, Value or AverageValue.</summary>
    [Proto(1), Required, Zero] public string Type { get; init; } = "";

    /// <summary>The value as a whole.</summary>
    [Proto(2)] public Quantity? Value { get; init; }

    /// <summary>The value divided by the number of Pods.</summary>
    [Proto(3)] public Quantity? AverageValue { get; init; }

    /// <summary>The average over the Pods in percent of what they request; for resources alone.</summary>
    [Proto(4, Pointer = true)] public int? AverageUtilization { get; init; }
}
