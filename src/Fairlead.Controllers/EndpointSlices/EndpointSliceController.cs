using System.Collections.Concurrent;
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
    const string ZoneLabel = "topology.kubernetes.io/zone";

    readonly ControllerContext context;
    readonly Informer<Service> services;
    readonly Informer<Pod> pods;
    readonly Informer<Node> nodes;
    readonly SliceWriter slices;
    readonly InformerIndex<Pod> podsByNamespace;
    readonly InformerIndex<Pod> podsByNode;
    readonly InformerIndex<Service> byShares;
    readonly ServiceIndex selecting;
    readonly TriggerTimes times = new();

    // What was last said of a family's hints, so that an event is recorded when it changes and not at each write.
    readonly ConcurrentDictionary<(ObjectKey Service, string AddressType), string> said = [];

    public EndpointSliceController(ControllerContext context)
    {
        this.context = context;
        Queue = context.NewQueue();
        services = context.Informers.Of<Service>();
        pods = context.Informers.Of<Pod>();
        nodes = context.Informers.Of<Node>();
        slices = new(context, SlicePlan.Controller);
        podsByNamespace = pods.AddIndex(p => [p.Metadata.Namespace!]);
        podsByNode = pods.AddIndex(p => p.Spec?.NodeName is { Length: > 0 } node ? [node] : []);
        byShares = services.AddIndex(s => HintModes.Of(s) == HintMode.Shares ? [""] : []);
        selecting = new ServiceIndex(services);
        services.OnChange((old, now) => Queue.Add(ObjectKey.Of((now ?? old)!)));
        pods.OnChange(PodChanged);
        nodes.OnChange(NodeChanged);
        slices.OnChange(Queue.Add);
    }

    public string Name => "endpointslice-controller";
    public WorkQueue<ObjectKey> Queue { get; }

    void PodChanged(Pod? old, Pod? now)
    {
        if (old is not null) foreach (var key in selecting.Selecting(old)) Queue.Add(key);
        if (now is not null) foreach (var key in selecting.Selecting(now)) Queue.Add(key);
    }

    void NodeChanged(Node? old, Node? now)
    {
        // Endpoints carry their node's zone, and are left out when the node is gone.
        if (old is null || now is null || ZoneOf(old) != ZoneOf(now))
        {
            foreach (var pod in podsByNode[(now ?? old)!.Metadata.Name!])
                foreach (var key in selecting.Selecting(pod)) Queue.Add(key);
        }
        if ((old is null ? null : ZoneShares.FactOf(old)) == (now is null ? null : ZoneShares.FactOf(now))) return;
        foreach (var service in byShares[""]) Queue.Add(ObjectKey.Of(service));
    }

    static string? ZoneOf(Node node) => node.Metadata.Labels?.GetValueOrDefault(ZoneLabel);

    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        var existing = slices.Of(key);
        if (services.Get(key) is not { Metadata.DeletionTimestamp: null } service || service.Spec?.Type == "ExternalName" || service.Spec?.Selector is not { Count: > 0 })
        {
            times.Forget(key);
            foreach (var family in (string[])["IPv4", "IPv6"]) said.TryRemove((key, family), out _);
            // Slices of a Service that is gone fall to the garbage collector; hand-made ones are not ours.
            if (services.Get(key) is not null) await Task.WhenAll(existing.Select(s => slices.DeleteAsync(s, cancellation))).ConfigureAwait(false);
            return null;
        }
        var selected = podsByNamespace[key.Namespace].Where(p => ServiceIndex.Selects(service, p)).ToList();
        var shares = HintModes.Of(service) == HintMode.Shares ? ZoneShares.Of(nodes.List()) : null;
        var changes = SlicePlan.For(service, selected, existing, name => nodes.Get(new("", name)), shares);
        await slices.WriteAsync(changes, times.Next(key, service, selected), cancellation).ConfigureAwait(false);
        Tell(key, service, changes.Hints);
        return null;
    }

    void Tell(ObjectKey key, Service service, IReadOnlyList<HintVerdict> verdicts)
    {
        foreach (var verdict in verdicts)
        {
            if (said.GetValueOrDefault((key, verdict.AddressType)) == verdict.Message) continue;
            said[(key, verdict.AddressType)] = verdict.Message;
            context.Events.Record(service, Name, verdict.Refused is null ? "Normal" : "Warning",
                verdict.Refused is null ? HintVerdict.EnabledReason : HintVerdict.DisabledReason, verdict.Message);
        }
        if (verdicts.Count > 0) return;
        foreach (var family in (string[])["IPv4", "IPv6"])
        {
            if (!said.TryRemove((key, family), out var last) || last != new HintVerdict(family, null).Message) continue;
            context.Events.Record(service, Name, "Warning", HintVerdict.DisabledReason, new HintVerdict(family, HintVerdict.Disabled).Message);
        }
    }
}
