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
    [Required] public ObjectReference? InvolvedObject { get; init; }

    /// <summary>A short word for programs that says why the object came into its state.</summary>
    public string? Reason { get; init; }

    /// <summary>What happened, for people.</summary>
    public string? Message { get; init; }

    /// <summary>The component that reported the event.</summary>
    public EventSource? Source { get; init; }

    /// <summary>When the event was first recorded.</summary>
    public DateTimeOffset? FirstTimestamp { get; init; }

    /// <summary>When the event last occurred.</summary>
    public DateTimeOffset? LastTimestamp { get; init; }

    /// <summary>How often the event has occurred.</summary>
    public int? Count { get; init; }

    /// <summary>Normal or Warning; more may be added.</summary>
    public string? Type { get; init; }

    /// <summary>When the event was first seen, to the microsecond.</summary>
    [JsonConverter(typeof(MicroTimeConverter))] public DateTimeOffset? EventTime { get; init; }

    /// <summary>The row of occurrences that this event stands for; absent for a single one.</summary>
    public EventSeries? Series { get; init; }

    /// <summary>What was done or failed with regard to the object.</summary>
    public string? Action { get; init; }

    /// <summary>A second object that takes part in the action.</summary>
    public ObjectReference? Related { get; init; }

    /// <summary>The controller that emitted the event, such as kubernetes.io/kubelet.</summary>
    [Default("\"\"")] public string? ReportingComponent { get; init; }

    /// <summary>Which instance of the controller it was.</summary>
    [Default("\"\"")] public string? ReportingInstance { get; init; }
}

/// <summary>Where an event comes from.</summary>
public sealed record EventSource
{
    /// <summary>The component that made the event.</summary>
    public string? Component { get; init; }

    /// <summary>The node on which the event was made.</summary>
    public string? Host { get; init; }
}

/// <summary>A row of the same event that goes on for some time.</summary>
public sealed record EventSeries
{
    /// <summary>How often the event occurred up to the last heartbeat.</summary>
    public int? Count { get; init; }

    /// <summary>When it was last seen.</summary>
    [JsonConverter(typeof(MicroTimeConverter))] public DateTimeOffset? LastObservedTime { get; init; }
}
