using Fairlead.Api.Core.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Reconciling;
using Fairlead.Controllers.Pods;

namespace Fairlead.Controllers.Disruption;

/// <summary>
/// Takes back the condition DisruptionTarget of Pods that were to go and are not marked for deletion two minutes later
/// (KEP-3329). What a node's agent said stays: it may take its time.
/// </summary>
public sealed class StaleDisruptionController : IController
{
    static readonly TimeSpan StaleAfter = TimeSpan.FromMinutes(2);

    readonly ControllerContext context;
    readonly Informer<Pod> pods;

    public StaleDisruptionController(ControllerContext context)
    {
        this.context = context;
        Queue = context.NewQueue();
        pods = context.Informers.Of<Pod>();
        pods.OnChange((_, now) => { if (now is not null && Target(now) is not null) Queue.Add(ObjectKey.Of(now)); });
    }

    public string Name => "stale-pod-disruption";
    public WorkQueue<ObjectKey> Queue { get; }
    public int Workers => 1;

    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        if (pods.Get(key) is not { } pod || Target(pod) is not { } target) return null;
        var now = context.Time.GetUtcNow();
        var left = (target.LastTransitionTime ?? now) + StaleAfter - now;
        if (left > TimeSpan.Zero) return left;
        var taken = new PodCondition { Type = target.Type, Status = "False", LastTransitionTime = now };
        var conditions = pod.Status!.Conditions!.Select(c => c.Type == target.Type ? taken : c).ToList();
        await context.Client.UpdateStatusAsync(pod with { Status = pod.Status with { Conditions = conditions } }, cancellation).ConfigureAwait(false);
        return null;
    }

    /// <summary>The condition if it may be taken back.</summary>
    static PodCondition? Target(Pod pod) => pod.Metadata.DeletionTimestamp is not null || PodState.HasEnded(pod) ? null
        : pod.Status?.Conditions?.FirstOrDefault(c => c is { Type: "DisruptionTarget", Status: "True", Reason: not "TerminationByKubelet" });
}
