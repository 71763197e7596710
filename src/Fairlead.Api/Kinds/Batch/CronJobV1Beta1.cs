using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Batch.V1Beta1;

/// <summary>Makes a Job at each of the times that its schedule names. Use batch/v1, which is the same.</summary>
[Kind("batch", "v1beta1", "cronjobs")]
public sealed record CronJob : KubeObject
{
    /// <summary>When Jobs are made and what they look like.</summary>
    [Proto(2)] public V1.CronJobSpec? Spec { get; init; }

    /// <summary>What was last made.</summary>
    [Proto(3)] public V1.CronJobStatus? Status { get; init; }
}
