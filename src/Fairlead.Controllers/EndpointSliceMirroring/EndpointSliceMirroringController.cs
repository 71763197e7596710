using System.Collections.Concurrent;
using Fairlead.Api.Core.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Reconciling;
using Fairlead.Controllers.EndpointSlices;

namespace Fairlead.Controllers.EndpointSliceMirroring;

/// <summary>
/// Mirrors Endpoints that users keep by hand for Services without a selector to EndpointSlices, which is what the nodes read.
/// Keyed by Endpoints.
/// </summary>
public sealed class EndpointSliceMirroringController : IController
{
    readonly ControllerContext context;
    readonly Informer<Endpoints> endpoints;
    readonly Informer<Service> services;
    readonly SliceWriter slices;

    // What was last said of an object's addresses, so that an event is recorded when it changes and not at each write.
    readonly ConcurrentDictionary<ObjectKey, (int Invalid, int Skipped)> said = [];

    public EndpointSliceMirroringController(ControllerContext context)
    {
        this.context = context;
        Queue = context.NewQueue();
        endpoints = context.Informers.Of<Endpoints>();
        services = context.Informers.Of<Service>();
        slices = new(context, MirrorPlan.Controller);
        endpoints.OnChange((old, now) => Queue.Add(ObjectKey.Of((now ?? old)!)));
        services.OnChange((old, now) => { if (old is null || now is null || HasSelector(old) != HasSelector(now)) Queue.Add(ObjectKey.Of((now ?? old)!)); });
        slices.OnChange(Queue.Add);
    }

    public string Name => "endpointslice-mirroring-controller";
    public WorkQueue<ObjectKey> Queue { get; }

    static bool HasSelector(Service service) => service.Spec?.Selector is { Count: > 0 };

    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        var existing = slices.Of(key);
        if (endpoints.Get(key) is not { Metadata.DeletionTimestamp: null } own || !MirrorPlan.ShouldMirror(own)
            || services.Get(key) is not { } service || HasSelector(service))
        {
            said.TryRemove(key, out _);
            foreach (var slice in existing) await slices.DeleteAsync(slice, cancellation).ConfigureAwait(false);
            return null;
        }
        var plan = MirrorPlan.For(own, existing);
        await slices.WriteAsync(plan.Changes, null, cancellation).ConfigureAwait(false);
        Tell(key, own, plan);
        return null;
    }

    void Tell(ObjectKey key, Endpoints own, MirrorPlan.Mirrored plan)
    {
        var now = (plan.Invalid, plan.Skipped);
        if (said.GetValueOrDefault(key) == now) return;
        said[key] = now;
        if (plan.Invalid > 0)
            context.Events.Record(own, Name, "Warning", "InvalidIPAddress", $"Skipped {plan.Invalid} invalid IP addresses when mirroring to EndpointSlices");
        if (plan.Skipped > plan.Invalid)
            context.Events.Record(own, Name, "Warning", "TooManyAddressesToMirror",
                $"A max of {MirrorPlan.Most} addresses can be mirrored to EndpointSlices per Endpoints subset. {plan.Skipped} addresses were skipped");
    }
}
