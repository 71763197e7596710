using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Batch.V1;

/// <summary>Makes a Job at each of the times that its schedule names.</summary>
[Kind("batch", "v1", "cronjobs")]
public sealed record CronJob : KubeObject
{
    /// <summary>When Jobs are made and what they look like.</summary>
    [Proto(2), Default("{}")] public CronJobSpec? Spec { get; init; }

    /// <summary>What was last made.</summary>
    [Proto(3)] public CronJobStatus? Status { get; init; }
}

/// <summary>The desired schedule of a CronJob.</summary>
public sealed record CronJobSpec
{
    /// <summary>The times in cron form: minute, hour, day of month, month, day of week; or @hourly and its like.</summary>
    [Proto(1), Required] public string Schedule { get; init; } = "";

    /// <summary>Name of the time zone of the schedule, such as Etc/UTC; that of the controller if absent.</summary>
    [Proto(8, Pointer = true)] public string? TimeZone { get; init; }

    /// <summary>Seconds within which a missed start is made up for; without bound if absent.</summary>
    [Proto(2, Pointer = true)] public long? StartingDeadlineSeconds { get; init; }

    /// <summary>While an earlier Job runs: Allow makes the next beside it (if not given), Forbid leaves it out, Replace ends the earlier one.</summary>
    [Proto(3), Values("Allow", "Forbid", "Replace"), Default("\"Allow\"")] public string? ConcurrencyPolicy { get; init; }

    /// <summary>True if no Jobs are made for now; running ones go on.</summary>
    [Proto(4, Pointer = true), Default("false")] public bool? Suspend { get; init; }

    /// <summary>What the Jobs look like.</summary>
    [Proto(5), Required] public JobTemplateSpec? JobTemplate { get; init; }

    /// <summary>How many Jobs that succeeded are kept; 3 if not given.</summary>
    [Proto(6, Pointer = true), Default("3")] public int? SuccessfulJobsHistoryLimit { get; init; }

    /// <summary>How many Jobs that failed are kept; 1 if not given.</summary>
    [Proto(7, Pointer = true), Default("1")] public int? FailedJobsHistoryLimit { get; init; }
}

/// <summary>What Jobs are made of.</summary>
public sealed record JobTemplateSpec
{
    /// <summary>Labels and annotations of the Jobs.</summary>
    [Proto(1)] public ObjectMeta? Metadata { get; init; }

    /// <summary>The work of the Jobs.</summary>
    [Proto(2), Default("{}")] public JobSpec? Spec { get; init; }
}

/// <summary>The observed state of a CronJob.</summary>
public sealed record CronJobStatus
{
    /// <summary>The Jobs that run.</summary>
    [Proto(1), Atomic] public IReadOnlyList<ObjectReference>? Active { get; init; }

    /// <summary>When a Job was last made by schedule.</summary>
    [Proto(4)] public DateTimeOffset? LastScheduleTime { get; init; }

    /// <summary>When a Job last succeeded.</summary>
    [Proto(5)] public DateTimeOffset? LastSuccessfulTime { get; init; }
}
