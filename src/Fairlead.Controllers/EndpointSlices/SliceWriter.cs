using Fairlead.Api.Discovery.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;

namespace Fairlead.Controllers.EndpointSlices;

/// <summary>The slices of one manager: found by their Service, and written so that the copy knows of it when it returns.</summary>
sealed class SliceWriter
{
    readonly ControllerContext context;
    readonly string manager;
    readonly Informer<EndpointSlice> slices;
    readonly InformerIndex<EndpointSlice> byService;

    /// <param name="manager">Value of label endpointslice.kubernetes.io/managed-by. Make it before the informers run.</param>
    public SliceWriter(ControllerContext context, string manager)
    {
        this.context = context;
        this.manager = manager;
        slices = context.Informers.Of<EndpointSlice>();
        byService = slices.AddIndex(s => ServiceOf(s) is { } key ? [key.ToString()] : []);
    }

    /// <summary>The manager's slices of a Service, as of now.</summary>
    public IReadOnlyList<EndpointSlice> Of(ObjectKey service) => byService[service.ToString()];

    /// <summary>Calls the handler with the Service of each slice that changes, comes to the manager or leaves it.</summary>
    public void OnChange(Action<ObjectKey> handler) => slices.OnChange((old, now) =>
    {
        var (before, after) = (old is null ? null : ServiceOf(old), now is null ? null : ServiceOf(now));
        if (before is { } one) handler(one);
        if (after is { } other && other != before) handler(other);
    });

    /// <param name="changed">When the change happened that is written; null if nobody knows.</param>
    public async Task WriteAsync(SlicePlan.Changes changes, DateTimeOffset? changed, CancellationToken cancellation)
    {
        // New endpoints first, so that a Service is never without when they only move.
        foreach (var slice in changes.Create) await SeenAsync(await context.Client.CreateAsync(Timed(slice, changed), cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        foreach (var slice in changes.Update) await SeenAsync(await context.Client.UpdateAsync(Timed(slice, changed), cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        foreach (var slice in changes.Delete) await DeleteAsync(slice, cancellation).ConfigureAwait(false);
    }

    public async Task DeleteAsync(EndpointSlice slice, CancellationToken cancellation)
    {
        await context.Client.DeleteAsync<EndpointSlice>(slice.Metadata.Namespace, slice.Metadata.Name!, new DeleteOptions(), cancellation).ConfigureAwait(false);
        await slices.UntilAsync(ObjectKey.Of(slice), s => s is null || s.Metadata.Uid != slice.Metadata.Uid, ControllerContext.OwnWrites, cancellation).ConfigureAwait(false);
    }

    Task SeenAsync(EndpointSlice written, CancellationToken cancellation) => slices.SeenAsync(written, ControllerContext.OwnWrites, cancellation);

    static EndpointSlice Timed(EndpointSlice slice, DateTimeOffset? changed) =>
        slice with { Metadata = slice.Metadata with { Annotations = TriggerTimes.Annotate(slice.Metadata.Annotations, changed) } };

    ObjectKey? ServiceOf(EndpointSlice slice) =>
        slice.Metadata.Labels is { } labels && labels.GetValueOrDefault(SlicePlan.ManagedBy) == manager && labels.GetValueOrDefault(SlicePlan.ServiceName) is { } name
            ? new ObjectKey(slice.Metadata.Namespace!, name)
            : null;
}
