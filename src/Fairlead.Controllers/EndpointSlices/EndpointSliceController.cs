using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Reconciling;

namespace Fairlead.Controllers.EndpointSlices;

/// <summary>Keeps the EndpointSlices of every Service that has a selector. Keyed by Service.</summary>
public sealed class EndpointSliceController : IController
{
    readonly ControllerContext context;
    readonly Informer<Service> services;
    readonly Informer<Pod> pods;
    readonly Informer<Node> nodes;
    readonly Informer<EndpointSlice> slices;
    readonly InformerIndex<Pod> podsByNamespace;
    readonly InformerIndex<EndpointSlice> slicesByService;
    readonly ServiceIndex selecting;

    public EndpointSliceController(ControllerContext context)
    {
        this.context = context;
        Queue = context.NewQueue();
        services = context.Informers.Of<Service>();
        pods = context.Informers.Of<Pod>();
        nodes = context.Informers.Of<Node>();
        slices = context.Informers.Of<EndpointSlice>();
        podsByNamespace = pods.AddIndex(p => [p.Metadata.Namespace!]);
        slicesByService = slices.AddIndex(s => ServiceOf(s) is { } key ? [key.ToString()] : []);
        selecting = new ServiceIndex(services);
        services.OnChange((old, now) => Queue.Add(ObjectKey.Of((now ?? old)!)));
        pods.OnChange(PodChanged);
        slices.OnChange((old, now) => { if (ServiceOf((now ?? old)!) is { } key) Queue.Add(key); });
    }

    public string Name => "endpointslice-controller";
    public WorkQueue<ObjectKey> Queue { get; }

    void PodChanged(Pod? old, Pod? now)
    {
        if (old is not null) foreach (var key in selecting.Selecting(old)) Queue.Add(key);
        if (now is not null) foreach (var key in selecting.Selecting(now)) Queue.Add(key);
    }

    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        var existing = slicesByService[key.ToString()];
        if (services.Get(key) is not { Metadata.DeletionTimestamp: null } service || service.Spec?.Type == "ExternalName" || service.Spec?.Selector is not { Count: > 0 })
        {
            // Slices of a Service that is gone fall to the garbage collector; hand-made ones are not ours.
            if (services.Get(key) is not null) await Task.WhenAll(existing.Select(s => DeleteAsync(s, cancellation))).ConfigureAwait(false);
            return null;
        }
        var selected = podsByNamespace[key.Namespace].Where(p => ServiceIndex.Selects(service, p)).ToList();
        var changes = SlicePlan.For(service, selected, existing, name => nodes.Get(new("", name)));
        // New endpoints first, so that a Service is never without when they only move.
        foreach (var slice in changes.Create)
        {
            var made = await context.Client.CreateAsync(slice, cancellation).ConfigureAwait(false);
            await slices.SeenAsync(made, ControllerContext.OwnWrites, cancellation).ConfigureAwait(false);
        }
        foreach (var slice in changes.Update)
        {
            var written = await context.Client.UpdateAsync(slice, cancellation).ConfigureAwait(false);
            await slices.SeenAsync(written, ControllerContext.OwnWrites, cancellation).ConfigureAwait(false);
        }
        foreach (var slice in changes.Delete) await DeleteAsync(slice, cancellation).ConfigureAwait(false);
        return null;
    }

    async Task DeleteAsync(EndpointSlice slice, CancellationToken cancellation)
    {
        await context.Client.DeleteAsync<EndpointSlice>(slice.Metadata.Namespace, slice.Metadata.Name!, new DeleteOptions(), cancellation).ConfigureAwait(false);
        await slices.UntilAsync(ObjectKey.Of(slice), s => s is null || s.Metadata.Uid != slice.Metadata.Uid, ControllerContext.OwnWrites, cancellation).ConfigureAwait(false);
    }

    static ObjectKey? ServiceOf(EndpointSlice slice) =>
        slice.Metadata.Labels is { } labels && labels.GetValueOrDefault(SlicePlan.ManagedBy) == SlicePlan.Controller
            && labels.GetValueOrDefault(SlicePlan.ServiceName) is { } name
            ? new ObjectKey(slice.Metadata.Namespace!, name)
            : null;
}
