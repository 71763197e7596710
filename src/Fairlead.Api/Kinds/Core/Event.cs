using System.Text.Json.Serialization;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>A report of something that happened to an object. Events are kept for a limited time and may be counted together.</summary>
[Kind("", "v1", "events")]
public sealed record Event : KubeObject
{
    /// <summary>The object that the event is about.</summary>
    [Proto(2), Required] public ObjectReference? InvolvedObject { get; init; }

    /// <summary>A short word for programs that says why the object came into its state.</summary>
    [Proto(3)] public string? Reason { get; init; }

    /// <summary>What happened, for people.</summary>
    [Proto(4)] public string? Message { get; init; }

    /// <summary>The component that reported the event.</summary>
    [Proto(5)] public EventSource? Source { get; init; }

    /// <summary>When the event was first recorded.</summary>
    [Proto(6)] public DateTimeOffset? FirstTimestamp { get; init; }

    /// <summary>When the event last occurred.</summary>
    [Proto(7)] public DateTimeOffset? LastTimestamp { get; init; }

    /// <summary>How often the event has occurred.</summary>
    [Proto(8)] public int? Count { get; init; }

    /// <summary>Normal or Warning; more may be added.</summary>
    [Proto(9)] public string? Type { get; init; }

    /// <summary>When the event was first seen, to the microsecond.</summary>
    [Proto(10), JsonConverter(typeof(MicroTimeConverter))] public DateTimeOffset? EventTime { get; init; }

    /// <summary>The row of occurrences that this event stands for; absent for a single one.</summary>
    [Proto(11)] public EventSeries? Series { get; init; }

    /// <summary>What was done or failed with regard to the object.</summary>
    [Proto(12)] public string? Action { get; init; }

    /// <summary>A second object that takes part in the action.</summary>
    [Proto(13)] public ObjectReference? Related { get; init; }

    /// <summary>The controller that emitted the event, such as kubernetes.io/kubelet.</summary>
    [Proto(14), Default("\"\"")] public string? ReportingComponent { get; init; }

    /// <summary>Which instance of the controller it was.</summary>
    [Proto(15), Default("\"\"")] public string? ReportingInstance { get; init; }
}

/// <summary>Where an event comes from.</summary>
public sealed record EventSource
{
    /// <summary>The component that made the event.</summary>
    [Proto(1)] public string? Component { get; init; }

    /// <summary>The node on which the event was made.</summary>
    [Proto(2)] public string? Host { get; init; }
}

/// <summary>A row of the same event that goes on for some time.</summary>
public sealed record EventSeries
{
    /// <summary>How often the event occurred up to the last heartbeat.</summary>
    [Proto(1)] public int? Count { get; init; }

    /// <summary>When it was last seen.</summary>
    [Proto(2), JsonConverter(typeof(MicroTimeConverter))] public DateTimeOffset? LastObservedTime { get; init; }
}
