using Fairlead.Api.Core.V1;
using Fairlead.Api.Errors;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Reconciling;

namespace Fairlead.Controllers.EndpointSlices;

/// <summary>Keeps the Endpoints object of every Service that has a selector, for clients that still read it.</summary>
public sealed class EndpointsController : IController
{
    readonly ControllerContext context;
    readonly Informer<Service> services;
    readonly Informer<Api.Core.V1.Endpoints> endpoints;
    readonly InformerIndex<Pod> podsByNamespace;
    readonly ServiceIndex selecting;
    readonly TriggerTimes times = new();

    public EndpointsController(ControllerContext context)
    {
        this.context = context;
        Queue = context.NewQueue();
        services = context.Informers.Of<Service>();
        endpoints = context.Informers.Of<Api.Core.V1.Endpoints>();
        podsByNamespace = context.Informers.Of<Pod>().AddIndex(p => [p.Metadata.Namespace!]);
        selecting = new ServiceIndex(services);
        services.OnChange((old, now) => Queue.Add(ObjectKey.Of((now ?? old)!)));
        endpoints.OnChange((old, now) => { if (now is null) Queue.Add(ObjectKey.Of(old!)); });
        context.Informers.Of<Pod>().OnChange((old, now) =>
        {
            if (old is not null) foreach (var key in selecting.Selecting(old)) Queue.Add(key);
            if (now is not null) foreach (var key in selecting.Selecting(now)) Queue.Add(key);
        });
    }

    public string Name => "endpoints-controller";
    public WorkQueue<ObjectKey> Queue { get; }

    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        if (services.Get(key) is not { Metadata.DeletionTimestamp: null } service)
        {
            times.Forget(key);
            if (services.Get(key) is null && endpoints.Get(key) is { } left && left.Metadata.Labels?.ContainsKey("endpoints.kubernetes.io/managed-by") == true)
                await context.Client.DeleteAsync<Api.Core.V1.Endpoints>(key.Namespace, key.Name, new DeleteOptions(), cancellation).ConfigureAwait(false);
            return null;
        }
        if (service.Spec?.Type == "ExternalName" || service.Spec?.Selector is not { Count: > 0 }) return null;
        var selected = podsByNamespace[key.Namespace].Where(p => ServiceIndex.Selects(service, p)).ToList();
        var changed = times.Next(key, service, selected);
        var present = endpoints.Get(key);
        var wished = EndpointsContent.Of(service, selected, present);
        if (present is not null && EndpointsContent.Same(present, wished)) return null;
        wished = wished with { Metadata = wished.Metadata with { Annotations = TriggerTimes.Annotate(wished.Metadata.Annotations, changed) } };
        try
        {
            var written = present is null
                ? await context.Client.CreateAsync(wished, cancellation).ConfigureAwait(false)
                : await context.Client.UpdateAsync(wished, cancellation).ConfigureAwait(false);
            await endpoints.SeenAsync(written, ControllerContext.OwnWrites, cancellation).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.IsAlreadyExists) { return TimeSpan.FromMilliseconds(100); }
        return null;
    }
}
