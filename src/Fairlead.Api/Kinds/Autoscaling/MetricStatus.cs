using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Autoscaling.V2;

/// <summary>One metric as it was last read. Exactly the field that type names is set.</summary>
public sealed record MetricStatus
{
    /// <summary>Where the metric comes from: ContainerResource, External, Object, Pods or Resource.</summary>
    [Proto(1), Required, Zero] public string Type { get; init; } = "";

    /// <summary>The metric of one object.</summary>
    [Proto(2)] public ObjectMetricStatus? Object { get; init; }

    /// <summary>The metric of each Pod.</summary>
    [Proto(3)] public PodsMetricStatus? Pods { get; init; }

    /// <summary>CPU or memory of the Pods.</summary>
    [Proto(4)] public ResourceMetricStatus? Resource { get; init; }

    /// <summary>CPU or memory of one container in each Pod.</summary>
    [Proto(7)] public ContainerResourceMetricStatus? ContainerResource { get; init; }

    /// <summary>The metric from outside the cluster.</summary>
    [Proto(5)] public ExternalMetricStatus? External { get; init; }
}

/// <summary>A metric of one object as it was last read.</summary>
public sealed record ObjectMetricStatus
{
    /// <summary>Which metric.</summary>
    [Proto(1), Required, Zero] public MetricIdentifier? Metric { get; init; }

    /// <summary>Its value.</summary>
    [Proto(2), Required, Zero] public MetricValueStatus? Current { get; init; }

    /// <summary>The object that the metric describes.</summary>
    [Proto(3), Required, Zero] public CrossVersionObjectReference? DescribedObject { get; init; }
}

/// <summary>A metric of each Pod as it was last read.</summary>
public sealed record PodsMetricStatus
{
    /// <summary>Which metric.</summary>
    [Proto(1), Required, Zero] public MetricIdentifier? Metric { get; init; }

    /// <summary>Its value.</summary>
    [Proto(2), Required, Zero] public MetricValueStatus? Current { get; init; }
}

/// <summary>Use of a resource by the Pods as it was last read.</summary>
public sealed record ResourceMetricStatus
{
    /// <summary>Name of the resource.</summary>
    [Proto(1), Required, Zero] public string Name { get; init; } = "";

    /// <summary>Its value.</summary>
    [Proto(2), Required, Zero] public MetricValueStatus? Current { get; init; }
}

/// <summary>Use of a resource by one container of each Pod as it was last read.</summary>
public sealed record ContainerResourceMetricStatus
{
    /// <summary>Name of the resource.</summary>
    [Proto(1), Required, Zero] public string Name { get; init; } = "";

    /// <summary>Its value.</summary>
    [Proto(2), Required, Zero] public MetricValueStatus? Current { get; init; }

    /// <summary>Name of the container.</summary>
    [Proto(3), Required, Zero] public string Container { get; init; } = "";
}

/// <summary>A metric from outside the cluster as it was last read.</summary>
public sealed record ExternalMetricStatus
{
    /// <summary>Which metric.</summary>
    [Proto(1), Required, Zero] public MetricIdentifier? Metric { get; init; }

    /// <summary>Its value.</summary>
    [Proto(2), Required, Zero] public MetricValueStatus? Current { get; init; }
}

/// <summary>A value in the way in which its target is meant.</summary>
public sealed record MetricValueStatus
{
    /// <summary>The value as a whole.</summary>
    [Proto(1)] public Quantity? Value { get; init; }

    /// <summary>The value divided by the number of Pods.</summary>
    [Proto(2)] public Quantity? AverageValue { get; init; }

    /// <summary>The average over the Pods in percent of what they request.</summary>
    [Proto(3, Pointer = true)] public int? AverageUtilization { get; init; }
}
