using Fairlead.Api.Core.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Reconciling;

namespace Fairlead.Controllers.LoadBalancers;

/// <summary>
/// Gives Services of type LoadBalancer an address of each family from the pools. Keyed by Service. The nodes announce what
/// stands in the status; nothing else is told to them.
/// </summary>
public sealed class ServiceLoadBalancerController : IController
{
    /// <summary>spec.loadBalancerClass of Services that are ours; those without a class are too.</summary>
    public const string Class = "fairlead.io/announce";

    readonly ControllerContext context;
    readonly Informer<Service> services;
    readonly Informer<ConfigMap> maps;
    readonly AddressClaims claims = new();
    readonly Dictionary<ObjectKey, string> refused = [];

    // Null until the map was read for the first time without a fault: until then nothing is given or taken.
    IReadOnlyList<AddressPool>? pools;
    string? revision = "not read";

    public ServiceLoadBalancerController(ControllerContext context)
    {
        this.context = context;
        Queue = context.NewQueue();
        services = context.Informers.Of<Service>();
        maps = context.Informers.Of<ConfigMap>();
        services.OnChange((old, now) => { if (IsOurs(old) || IsOurs(now)) Queue.Add(ObjectKey.Of((now ?? old)!)); });
        maps.OnChange((old, now) => { if ((now ?? old)!.Metadata is { Name: PoolConfiguration.Name, Namespace: PoolConfiguration.Namespace }) AddAll(); });
    }

    public string Name => "service-lb-controller";
    public WorkQueue<ObjectKey> Queue { get; }

    // Whoever decides what is free must be the only one.
    public int Workers => 1;

    void AddAll()
    {
        foreach (var service in services.List().Where(IsOurs)) Queue.Add(ObjectKey.Of(service));
    }

    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        ReadPools();
        if (pools is null) return null;
        if (services.Get(key) is not { Metadata.DeletionTimestamp: null } service || !IsOurs(service))
        {
            refused.Remove(key);
            if (claims.ReleaseAllBut([], key)) AddRefused();
            return null;
        }
        var choice = AddressChoice.For(service, pools, claims);
        // First written, then given back: nobody else may get what the status still names.
        await WriteAsync(service, choice.Addresses, cancellation).ConfigureAwait(false);
        if (claims.ReleaseAllBut(choice.Addresses, key)) AddRefused(key);
        Tell(service, key, choice);
        return null;
    }

    /// <summary>Reads the map if it changed. A map that cannot be read leaves the pools as they were: it takes no address from anybody.</summary>
    void ReadPools()
    {
        var map = maps.Get(new(PoolConfiguration.Namespace, PoolConfiguration.Name));
        if (revision == map?.Metadata.ResourceVersion) return;
        revision = map?.Metadata.ResourceVersion;
        try
        {
            var now = PoolConfiguration.Read(map);
            if (pools is null) ClaimPresent();
            pools = now;
        }
        catch (FormatException e)
        {
            context.Log($"{Name}: ConfigMap {PoolConfiguration.Namespace}/{PoolConfiguration.Name}: {e.Message}");
            context.Events.Record(map!, Name, "Warning", "InvalidConfiguration", e.Message);
        }
    }

    /// <summary>What Services have already is theirs, the oldest Service's first.</summary>
    void ClaimPresent()
    {
        foreach (var service in services.List().Where(IsOurs).OrderBy(s => s.Metadata.CreationTimestamp))
            foreach (var ingress in service.Status?.LoadBalancer?.Ingress ?? [])
                if (ingress.Ip is { } ip) claims.TryHold(ip, ObjectKey.Of(service));
    }

    async Task WriteAsync(Service service, IReadOnlyList<string> addresses, CancellationToken cancellation)
    {
        var present = service.Status?.LoadBalancer?.Ingress ?? [];
        if (present.Select(i => (i.Ip, i.IpMode)).SequenceEqual(addresses.Select(a => ((string?)a, (string?)"VIP")))) return;
        var ingress = addresses.Select(a => new LoadBalancerIngress { Ip = a, IpMode = "VIP" }).ToList();
        var status = (service.Status ?? new()) with { LoadBalancer = new LoadBalancerStatus { Ingress = ingress.Count == 0 ? null : ingress } };
        var written = await context.Client.UpdateStatusAsync(service with { Status = status }, cancellation).ConfigureAwait(false);
        await services.SeenAsync(written, ControllerContext.OwnWrites, cancellation).ConfigureAwait(false);
        if (addresses.Count > 0) context.Events.Record(service, Name, "Normal", "IPAllocated", $"Assigned {string.Join(", ", addresses)}");
    }

    void Tell(Service service, ObjectKey key, AddressChoice choice)
    {
        if (choice.Refused is null)
        {
            refused.Remove(key);
            return;
        }
        if (refused.GetValueOrDefault(key) == choice.Refused) return;
        refused[key] = choice.Refused;
        context.Events.Record(service, Name, "Warning", "AllocationFailed", $"Failed to allocate an address: {choice.Refused}");
    }

    /// <summary>Those that wait for an address look again.</summary>
    void AddRefused(ObjectKey? but = null)
    {
        foreach (var key in refused.Keys.Where(k => k != but)) Queue.Add(key);
    }

    static bool IsOurs(Service? service) => service?.Spec is { Type: "LoadBalancer", LoadBalancerClass: null or "" or Class };
}
