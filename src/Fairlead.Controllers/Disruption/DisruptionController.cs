using Fairlead.Api.Core.V1;
using Fairlead.Api.Errors;
using Fairlead.Api.Policy.V1;
using Fairlead.Api.Resources.Kinds;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Reconciling;

namespace Fairlead.Controllers.Disruption;

/// <summary>
/// Keeps the status of PodDisruptionBudgets: how many of their Pods may be evicted now. The eviction subresource takes
/// from that number and notes the Pod; the write here is refused if it did so since the copy was made, and is made again
/// from a newer copy.
/// </summary>
public sealed class DisruptionController : IController
{
    readonly ControllerContext context;
    readonly Informer<PodDisruptionBudget> budgets;
    readonly InformerIndex<PodDisruptionBudget> budgetsByNamespace;
    readonly InformerIndex<Pod> podsByNamespace;
    readonly OwnerScale owners;

    public DisruptionController(ControllerContext context)
    {
        this.context = context;
        Queue = context.NewQueue();
        budgets = context.Informers.Of<PodDisruptionBudget>();
        budgetsByNamespace = budgets.AddIndex(b => [b.Metadata.Namespace!]);
        var pods = context.Informers.Of<Pod>();
        podsByNamespace = pods.AddIndex(p => [p.Metadata.Namespace!]);
        owners = new(context.Client, context.Informers);
        budgets.OnChange((old, now) => Queue.Add(ObjectKey.Of((now ?? old)!)));
        pods.OnChange((old, now) =>
        {
            foreach (var budget in budgetsByNamespace[(now ?? old)!.Metadata.Namespace!])
            {
                if ((old is not null && Covers(budget, old)) || (now is not null && Covers(budget, now))) Queue.Add(ObjectKey.Of(budget));
            }
        });
    }

    public string Name => "disruption-controller";
    public WorkQueue<ObjectKey> Queue { get; }
    public int Workers => 1;

    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        if (budgets.Get(key) is not { } budget) return null;
        var pods = podsByNamespace[key.Namespace].Where(p => Covers(budget, p)).ToList();
        if (pods.Count == 0) Record(budget, "Normal", "NoPods", "No matching pods found");
        BudgetCounts counts;
        try { counts = await CountsAsync(budget, pods, cancellation).ConfigureAwait(false); }
        catch (Exception e) when (e is InvalidOperationException or FormatException or ApiException { IsConflict: false })
        {
            Record(budget, "Warning", "CalculateExpectedPodCountFailed", $"Failed to calculate the number of expected pods: {e.Message}");
            await WriteAsync(budget, DisruptionAllowedCondition.Failed(budget.Status ?? new(), e.Message, context.Time.GetUtcNow()), cancellation).ConfigureAwait(false);
            if (e is ApiException) throw; // the server may answer the next time
            return null;
        }
        var now = context.Time.GetUtcNow();
        var disrupted = BudgetStatus.Disrupted(budget.Status, pods, now, out var late, out var again);
        foreach (var pod in late)
            context.Events.Record(pod, Name, "Warning", "NotDeleted", $"Pod was expected by PDB {budget.Metadata.Namespace}/{budget.Metadata.Name} to be deleted but it wasn't");
        await WriteAsync(budget, BudgetStatus.Of(budget, counts, BudgetStatus.Healthy(pods, disrupted), disrupted, now), cancellation).ConfigureAwait(false);
        return again;
    }

    static bool Covers(PodDisruptionBudget budget, Pod pod) => DisruptionCover.Of(budget).Matches(pod.Metadata.Labels);

    async Task<BudgetCounts> CountsAsync(PodDisruptionBudget budget, List<Pod> pods, CancellationToken cancellation)
    {
        if (!BudgetStatus.NeedsScale(budget.Spec)) return BudgetStatus.Counts(budget.Spec, pods.Count, 0);
        var wanted = new Dictionary<string, int>();
        var asked = new HashSet<string>();
        var unmanaged = false;
        foreach (var pod in pods)
        {
            if (Ownership.Controller(pod) is not { } owner)
            {
                unmanaged = true;
                continue;
            }
            if (!asked.Add(owner.Uid)) continue;
            var (uid, count) = await owners.OfAsync(pod.Metadata.Namespace!, owner, cancellation).ConfigureAwait(false)
                ?? throw new InvalidOperationException($"found no controllers for pod \"{pod.Metadata.Name}\"");
            wanted[uid] = count;
        }
        if (unmanaged)
        {
            Record(budget, "Warning", "UnmanagedPods", $"Pods selected by this PodDisruptionBudget (selector: {DisruptionCover.Of(budget)}) were found "
                + "to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. "
                + "To account for these pods please set \".spec.minAvailable\" field of the PDB to an integer value.");
        }
        return BudgetStatus.Counts(budget.Spec, pods.Count, wanted.Values.Sum());
    }

    async Task WriteAsync(PodDisruptionBudget budget, PodDisruptionBudgetStatus status, CancellationToken cancellation)
    {
        if (ReferenceEquals(status, budget.Status)) return;
        var written = await context.Client.UpdateStatusAsync(budget with { Status = status }, cancellation).ConfigureAwait(false);
        await budgets.SeenAsync(written, ControllerContext.OwnWrites, cancellation).ConfigureAwait(false);
    }

    void Record(PodDisruptionBudget budget, string type, string reason, string message) => context.Events.Record(budget, Name, type, reason, message);
}
