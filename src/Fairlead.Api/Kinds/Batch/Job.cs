using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Batch.V1;

/// <summary>Runs Pods until a number of them have succeeded.</summary>
[Kind("batch", "v1", "jobs")]
public sealed record Job : KubeObject
{
    /// <summary>Which Pods are run, how many, and when the Job gives up.</summary>
    [Proto(2), Default("{}")] public JobSpec? Spec { get; init; }

    /// <summary>How far the Job has come.</summary>
    [Proto(3)] public JobStatus? Status { get; init; }
}

/// <summary>The desired work of a Job.</summary>
public sealed record JobSpec
{
    /// <summary>How many Pods may run at a time; 1 if not given.</summary>
    [Proto(1, Pointer = true)] public int? Parallelism { get; init; }

    /// <summary>How many Pods must succeed. If absent, the success of any ends the Job.</summary>
    [Proto(2, Pointer = true)] public int? Completions { get; init; }

    /// <summary>Seconds after its start at which the Job is ended as failed.</summary>
    [Proto(3, Pointer = true)] public long? ActiveDeadlineSeconds { get; init; }

    /// <summary>What failed Pods mean, by exit code or condition; without it each counts towards backoffLimit.</summary>
    [Proto(11)] public PodFailurePolicy? PodFailurePolicy { get; init; }

    /// <summary>When an Indexed Job has succeeded although not all of its indexes have.</summary>
    [Proto(16)] public SuccessPolicy? SuccessPolicy { get; init; }

    /// <summary>How many failures make the Job failed; 6 if not given, without bound if backoffLimitPerIndex is.</summary>
    [Proto(7, Pointer = true)] public int? BackoffLimit { get; init; }

    /// <summary>How many failures make one index failed. Only in mode Indexed and with restartPolicy Never.</summary>
    [Proto(12, Pointer = true)] public int? BackoffLimitPerIndex { get; init; }

    /// <summary>How many failed indexes make the Job failed at once. Needs backoffLimitPerIndex.</summary>
    [Proto(13, Pointer = true)] public int? MaxFailedIndexes { get; init; }

    /// <summary>Which Pods belong to the Job; made by the server unless manualSelector is true.</summary>
    [Proto(4)] public LabelSelector? Selector { get; init; }

    /// <summary>True if selector and the template's labels are the user's own affair.</summary>
    [Proto(5, Pointer = true)] public bool? ManualSelector { get; init; }

    /// <summary>What the Pods look like. Its restartPolicy must be Never or OnFailure.</summary>
    [Proto(6), Required] public PodTemplateSpec? Template { get; init; }

    /// <summary>Seconds after its end at which the Job is deleted; never if absent.</summary>
    [Proto(8, Pointer = true)] public int? TtlSecondsAfterFinished { get; init; }

    /// <summary>NonIndexed: successes are counted (if not given). Indexed: each Pod has an index, and each index must succeed.</summary>
    [Proto(9, Pointer = true)] public string? CompletionMode { get; init; }

    /// <summary>True if no Pods are to run for now; running ones are deleted.</summary>
    [Proto(10, Pointer = true)] public bool? Suspend { get; init; }

    /// <summary>When a Pod is replaced: TerminatingOrFailed as soon as it ends, or Failed when it has ended.</summary>
    [Proto(14, Pointer = true)] public string? PodReplacementPolicy { get; init; }

    /// <summary>Name of the controller that runs the Job; kubernetes.io/job-controller, the built-in one, if absent.</summary>
    [Proto(15, Pointer = true)] public string? ManagedBy { get; init; }
}

/// <summary>The observed state of a Job.</summary>
public sealed record JobStatus
{
    /// <summary>Complete, Failed, Suspended, FailureTarget and SuccessCriteriaMet.</summary>
    [Proto(1), Atomic, ListMap("type", PatchMergeOnly = true)] public IReadOnlyList<JobCondition>? Conditions { get; init; }

    /// <summary>When the Job was first acted on, or last resumed.</summary>
    [Proto(2)] public DateTimeOffset? StartTime { get; init; }

    /// <summary>When the Job succeeded.</summary>
    [Proto(3)] public DateTimeOffset? CompletionTime { get; init; }

    /// <summary>How many Pods are pending or running and do not terminate.</summary>
    [Proto(4)] public int? Active { get; init; }

    /// <summary>How many Pods have succeeded.</summary>
    [Proto(5)] public int? Succeeded { get; init; }

    /// <summary>How many Pods have failed.</summary>
    [Proto(6)] public int? Failed { get; init; }

    /// <summary>How many Pods terminate.</summary>
    [Proto(11, Pointer = true)] public int? Terminating { get; init; }

    /// <summary>The indexes that have succeeded, such as 1,3-5,7.</summary>
    [Proto(7)] public string? CompletedIndexes { get; init; }

    /// <summary>The indexes that have failed for good, such as 1,3-5,7.</summary>
    [Proto(10, Pointer = true)] public string? FailedIndexes { get; init; }

    /// <summary>Pods that have ended and are not in the counts yet.</summary>
    [Proto(8)] public UncountedTerminatedPods? UncountedTerminatedPods { get; init; }

    /// <summary>How many active Pods are ready.</summary>
    [Proto(9, Pointer = true)] public int? Ready { get; init; }
}

/// <summary>UIDs of Pods that have ended and are not counted yet.</summary>
public sealed record UncountedTerminatedPods
{
    /// <summary>UIDs of Pods that have succeeded.</summary>
    [Proto(1), ListSet] public IReadOnlyList<string>? Succeeded { get; init; }

    /// <summary>UIDs of Pods that have failed.</summary>
    [Proto(2), ListSet] public IReadOnlyList<string>? Failed { get; init; }
}

/// <summary>One aspect of a Job's state.</summary>
public sealed record JobCondition
{
    /// <summary>What the condition is about.</summary>
    [Proto(1), Required, Zero] public string Type { get; init; } = "";

    /// <summary>True, False or Unknown.</summary>
    [Proto(2), Required, Zero] public string Status { get; init; } = "";

    /// <summary>When the condition was last looked at.</summary>
    [Proto(3)] public DateTimeOffset? LastProbeTime { get; init; }

    /// <summary>When the status last changed.</summary>
    [Proto(4)] public DateTimeOffset? LastTransitionTime { get; init; }

    /// <summary>One CamelCase word for the last change.</summary>
    [Proto(5)] public string? Reason { get; init; }

    /// <summary>Details for people.</summary>
    [Proto(6)] public string? Message { get; init; }
}
