using Fairlead.Api.Meta.V1;
using Fairlead.Api.Networking.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Reconciling;

namespace Fairlead.Controllers.ServiceCidrs;

/// <summary>
/// Says that a ServiceCIDR is ready, and holds one that is deleted until no Service has an address that only it contains
/// (KEP-1880). Keyed by ServiceCIDR.
/// </summary>
public sealed class ServiceCidrController : IController
{
    public const string Finalizer = "networking.k8s.io/service-cidr-finalizer";
    const string Ready = "Ready";

    // An address that was about to be taken when the deletion began has its object by then. Upstream waits ten seconds, since
    // its allocators hear of the deletion by a watch; ours ask for each address.
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    readonly ControllerContext context;
    readonly Informer<ServiceCIDR> ranges;
    readonly Informer<IPAddress> addresses;

    public ServiceCidrController(ControllerContext context)
    {
        this.context = context;
        Queue = context.NewQueue();
        ranges = context.Informers.Of<ServiceCIDR>();
        addresses = context.Informers.Of<IPAddress>();
        ranges.OnChange((old, now) =>
        {
            Queue.Add(ObjectKey.Of((now ?? old)!));
            // A range that comes may hold the addresses of one that waits to go.
            if (old is null || now is null) AddWaiting();
        });
        addresses.OnChange((old, now) => { if (old is null || now is null) AddWaiting(); });
    }

    public string Name => "service-cidr-controller";
    public WorkQueue<ObjectKey> Queue { get; }

    void AddWaiting()
    {
        foreach (var range in ranges.List().Where(r => r.Metadata.DeletionTimestamp is not null)) Queue.Add(ObjectKey.Of(range));
    }

    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        if (ranges.Get(key) is not { } range) return null;
        var finalizers = range.Metadata.Finalizers ?? [];
        if (range.Metadata.DeletionTimestamp is { } deleted)
        {
            if (!finalizers.Contains(Finalizer)) return null;
            if (!AddressesInRange.MayGo(range, ranges.List(), addresses.List()))
            {
                await SayAsync(range, "False", "Terminating", "There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR", cancellation).ConfigureAwait(false);
                return null;
            }
            var left = deleted + Grace - context.Time.GetUtcNow();
            if (left > TimeSpan.Zero) return left;
            await WriteAsync(range with { Metadata = range.Metadata with { Finalizers = [.. finalizers.Where(f => f != Finalizer)] } }, cancellation).ConfigureAwait(false);
            return null;
        }
        if (!finalizers.Contains(Finalizer)) range = await WriteAsync(range with { Metadata = range.Metadata with { Finalizers = [.. finalizers, Finalizer] } }, cancellation).ConfigureAwait(false);
        await SayAsync(range, "True", "", "Kubernetes Service CIDR is ready", cancellation).ConfigureAwait(false);
        return null;
    }

    async Task<ServiceCIDR> WriteAsync(ServiceCIDR range, CancellationToken cancellation)
    {
        var written = await context.Client.UpdateAsync(range, cancellation).ConfigureAwait(false);
        await ranges.SeenAsync(written, ControllerContext.OwnWrites, cancellation).ConfigureAwait(false);
        return written;
    }

    async Task SayAsync(ServiceCIDR range, string status, string reason, string message, CancellationToken cancellation)
    {
        var conditions = range.Status?.Conditions ?? [];
        if (conditions.FirstOrDefault(c => c.Type == Ready)?.Status == status) return;
        var ready = new Condition { Type = Ready, Status = status, Reason = reason, Message = message, LastTransitionTime = context.Time.GetUtcNow() };
        var written = await context.Client.UpdateStatusAsync(range with { Status = new ServiceCIDRStatus { Conditions = [.. conditions.Where(c => c.Type != Ready), ready] } }, cancellation).ConfigureAwait(false);
        await ranges.SeenAsync(written, ControllerContext.OwnWrites, cancellation).ConfigureAwait(false);
    }
}
