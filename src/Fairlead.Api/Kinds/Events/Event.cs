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
    [Proto(2), Required, JsonConverter(typeof(MicroTimeConverter))] public DateTimeOffset? EventTime { get; init; }

    /// <summary>The row of occurrences that this event stands for; absent for a single one.</summary>
    [Proto(3)] public EventSeries? Series { get; init; }

    /// <summary>The controller that emitted the event, such as kubernetes.io/kubelet. New events need it.</summary>
    [Proto(4)] public string? ReportingController { get; init; }

    /// <summary>Which instance of the controller it was, at most 128 characters. New events need it.</summary>
    [Proto(5)] public string? ReportingInstance { get; init; }

    /// <summary>What was done or failed with regard to the object, at most 128 characters. New events need it.</summary>
    [Proto(6)] public string? Action { get; init; }

    /// <summary>Why the action was taken, at most 128 characters. New events need it.</summary>
    [Proto(7)] public string? Reason { get; init; }

    /// <summary>The object that the event is about.</summary>
    [Proto(8)] public ObjectReference? Regarding { get; init; }

    /// <summary>A second object that takes part in the action.</summary>
    [Proto(9)] public ObjectReference? Related { get; init; }

    /// <summary>What happened, for people, at most 1 KiB.</summary>
    [Proto(10)] public string? Note { get; init; }

    /// <summary>Normal or Warning.</summary>
    [Proto(11)] public string? Type { get; init; }

    /// <summary>The component of the older event kind, kept so that both kinds show the same object.</summary>
    [Proto(12)] public EventSource? DeprecatedSource { get; init; }

    /// <summary>First time of the older event kind.</summary>
    [Proto(13)] public DateTimeOffset? DeprecatedFirstTimestamp { get; init; }

    /// <summary>Last time of the older event kind.</summary>
    [Proto(14)] public DateTimeOffset? DeprecatedLastTimestamp { get; init; }

    /// <summary>Count of the older event kind.</summary>
    [Proto(15)] public int? DeprecatedCount { get; init; }
}

/// <summary>A row of the same event that goes on for some time.</summary>
public sealed record EventSeries
{
    /// <summary>How often the event occurred up to the last heartbeat.</summary>
    [Proto(1), Required] public int Count { get; init; }

    /// <summary>When it was last seen.</summary>
    [Proto(2), Required, JsonConverter(typeof(MicroTimeConverter))] public DateTimeOffset? LastObservedTime { get; init; }
}
