using System.Text.Json.Serialization;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Events.V1;

/// <summary>A report of something that happened to an object. Events are kept for a limited time and may be counted together.</summary>
[Kind("events.k8s.io", "v1", "events")]
public sealed record Event : KubeObject
{
    /// <summary>When the event was first seen, to the microsecond.</summary>
    [Required, JsonConverter(typeof(MicroTimeConverter))] public DateTimeOffset? EventTime { get; init; }

    /// <summary>The row of occurrences that this event stands for; absent for a single one.</summary>
    public EventSeries? Series { get; init; }

    /// <summary>The controller that emitted the event, such as kubernetes.io/kubelet. New events need it.</summary>
    public string? ReportingController { get; init; }

    /// <summary>Which instance of the controller it was, at most 128 characters. New events need it.</summary>
    public string? ReportingInstance { get; init; }

    /// <summary>What was done or failed with regard to the object, at most 128 characters. New events need it.</summary>
    public string? Action { get; init; }

    /// <summary>Why the action was taken, at most 128 characters. New events need it.</summary>
    public string? Reason { get; init; }

    /// <summary>The object that the event is about.</summary>
    public ObjectReference? Regarding { get; init; }

    /// <summary>A second object that takes part in the action.</summary>
    public ObjectReference? Related { get; init; }

    /// <summary>What happened, for people, at most 1 KiB.</summary>
    public string? Note { get; init; }

    /// <summary>Normal or Warning.</summary>
    public string? Type { get; init; }

    /// <summary>The component of the older event kind, kept so that both kinds show the same object.</summary>
    public EventSource? DeprecatedSource { get; init; }

    /// <summary>First time of the older event kind.</summary>
    public DateTimeOffset? DeprecatedFirstTimestamp { get; init; }

    /// <summary>Last time of the older event kind.</summary>
    public DateTimeOffset? DeprecatedLastTimestamp { get; init; }

    /// <summary>Count of the older event kind.</summary>
    public int? DeprecatedCount { get; init; }
}

/// <summary>A row of the same event that goes on for some time.</summary>
public sealed record EventSeries
{
    /// <summary>How often the event occurred up to the last heartbeat.</summary>
    [Required] public int Count { get; init; }

    /// <summary>When it was last seen.</summary>
    [Required, JsonConverter(typeof(MicroTimeConverter))] public DateTimeOffset? LastObservedTime { get; init; }
}
