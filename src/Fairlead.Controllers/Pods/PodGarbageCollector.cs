using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Reconciling;

namespace Fairlead.Controllers.Pods;

/// <summary>
/// Removes ended Pods beyond <see cref="ControllersOptions.TerminatedPodGcThreshold"/>, oldest first: nobody else removes
/// those without an owner. It has one key, which stands for all Pods.
/// </summary>
public sealed class PodGarbageCollector : IController
{
    static readonly ObjectKey AllPods = new("", "pods");

    readonly ControllerContext context;
    readonly Informer<Pod> pods;
    readonly InformerIndex<Pod> ended;

    public PodGarbageCollector(ControllerContext context)
    {
        this.context = context;
        Queue = context.NewQueue();
        pods = context.Informers.Of<Pod>();
        ended = pods.AddIndex(p => PodState.HasEnded(p) && p.Metadata.DeletionTimestamp is null ? [""] : []);
        pods.OnChange((_, now) => { if (now is not null && PodState.HasEnded(now)) Queue.Add(AllPods); });
    }

    public string Name => "pod-garbage-collector-controller";
    public WorkQueue<ObjectKey> Queue { get; }
    public int Workers => 1;

    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        var all = ended[""];
        foreach (var pod in all.OrderBy(p => p.Metadata.CreationTimestamp).ThenBy(p => p.Metadata.Name, StringComparer.Ordinal)
            .Take(Math.Max(0, all.Count - context.Options.TerminatedPodGcThreshold)))
        {
            var options = new DeleteOptions { GracePeriodSeconds = 0, Preconditions = new() { Uid = pod.Metadata.Uid } };
            await context.Client.DeleteAsync<Pod>(pod.Metadata.Namespace, pod.Metadata.Name!, options, cancellation).ConfigureAwait(false);
            await pods.UntilAsync(ObjectKey.Of(pod), p => p?.Metadata.Uid != pod.Metadata.Uid || p?.Metadata.DeletionTimestamp is not null,
                ControllerContext.OwnWrites, cancellation).ConfigureAwait(false);
        }
        return null;
    }
}
