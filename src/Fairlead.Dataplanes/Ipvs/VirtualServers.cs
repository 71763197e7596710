using System.Net;
using Fairlead.Linux.Ipvs;
using Fairlead.Network.Addresses;
using Fairlead.Network.Configuration;
using Fairlead.Network.Services;
using Fairlead.Wire.Ipvs;

namespace Fairlead.Dataplanes.Ipvs;

/// <summary>
/// Our virtual services in the kernel. What goes and has TCP connections gets no new ones (weight 0) and is removed when they
/// have ended; datagrams have no end, so their destinations go at once. Services that are not in the sets of ours are others'.
/// </summary>
sealed class VirtualServers(IpvsTable table, OwnServices own, IpvsSettings settings)
{
    // A datagram that came just now may be answered yet.
    static readonly TimeSpan BetweenSweeps = TimeSpan.FromSeconds(1), LongestAnswer = TimeSpan.FromSeconds(2);

    // Destinations at weight 0, and services of which all are and that nobody wants.
    readonly HashSet<(VirtualServiceKey Service, IPAddress Address, ushort Port)> drainingDestinations = [];
    readonly HashSet<VirtualServiceKey> draining = [];
    readonly Lazy<TimeSpan> udpTimeout = new(() => table.Timeouts.Udp);
    long nextSweep;

    /// <summary>The addresses of services that are kept for their connections alone.</summary>
    public IEnumerable<Address> DrainingAddresses => draining.Select(k => Address.From(k.Address)).Distinct();

    /// <summary>Finds what differs from what is wanted.</summary>
    public ServerPlan Compare(IReadOnlyDictionary<VirtualServiceKey, VirtualServer> wanted)
    {
        var (plan, known, left) = (new ServerPlan(), own.Read(), new Dictionary<VirtualServiceKey, VirtualServer>(wanted));
        var there = table.Services();
        draining.Clear();
        drainingDestinations.Clear();
        foreach (var service in there)
        {
            var ours = known.Contains(service.Key) || own.IsAlias(service.Key);
            if (!left.Remove(service.Key, out var now) && !ours) continue;
            if (!ours && settings.ExcludeCidrs.Any(r => r.Contains(Address.From(service.Key.Address)))) continue;
            if (!ours) plan.Adopt.Add(service.Key);
            Compare(new(service, table.Destinations(service.Key)), now, plan);
        }
        foreach (var server in left.Values) plan.Compare(null, server);
        // Somebody else removed these.
        own.Remove(known.Except(there.Select(t => t.Key)).Where(k => !wanted.ContainsKey(k)));
        return plan;
    }

    void Compare(VirtualServer there, VirtualServer? now, ServerPlan plan)
    {
        foreach (var destination in there.Destinations.Where(d => d.Weight == 0)) drainingDestinations.Add((there.Key, destination.Address, destination.Port));
        if (now is null && there.Destinations.All(d => d.Weight == 0)) draining.Add(there.Key);
        else plan.Compare(there, now);
    }

    /// <summary>Does what of a plan adds.</summary>
    public void Add(ServerPlan plan)
    {
        own.Add(plan.Adopt.Concat(plan.Add.Select(s => s.Key)));
        foreach (var server in plan.Add)
        {
            if (draining.Remove(server.Key)) table.QueueSet(server.Service);
            else table.QueueAdd(server.Service);
            foreach (var destination in server.Destinations) Add(server.Key, destination);
        }
        foreach (var service in plan.Set) table.QueueSet(service);
        foreach (var (service, destination) in plan.AddDestinations.Concat(plan.SetDestinations)) Add(service, destination);
        table.Flush();
    }

    void Add(VirtualServiceKey service, Destination destination)
    {
        if (drainingDestinations.Remove((service, destination.Address, destination.Port))) table.QueueSet(service, destination);
        else table.QueueAdd(service, destination);
    }

    /// <summary>Does what of a plan removes, and what of earlier ones has ended since.</summary>
    public void Remove(ServerPlan plan)
    {
        var kept = new List<(VirtualServiceKey Service, Destination Destination)>();
        foreach (var (service, destination) in plan.RemoveDestinations)
        {
            if (IsGraceful(service)) kept.Add((service, destination));
            else table.QueueRemove(service, destination);
        }
        foreach (var service in plan.Remove)
        {
            if (IsGraceful(service))
            {
                draining.Add(service);
                kept.AddRange(table.Destinations(service).Select(d => (service, d)));
            }
            else
            {
                table.QueueRemove(service);
            }
        }
        foreach (var (service, destination) in kept)
        {
            table.QueueSet(service, destination with { Weight = 0 });
            drainingDestinations.Add((service, destination.Address, destination.Port));
        }
        table.Flush();
        own.Remove(plan.Remove.Except(draining));
        if (kept.Count > 0 || Environment.TickCount64 >= nextSweep) Sweep();
    }

    /// <summary>Removes what was kept for connections that have ended.</summary>
    public void Sweep()
    {
        nextSweep = Environment.TickCount64 + (long)BetweenSweeps.TotalMilliseconds;
        HashSet<VirtualServiceKey>? alive = null;
        var ended = new List<VirtualServiceKey>();
        foreach (var service in drainingDestinations.Select(d => d.Service).Union(draining).ToList())
        {
            var destinations = table.Destinations(service);
            if (draining.Contains(service))
            {
                // Connections that have been closed are remembered for two minutes more; nothing comes of them.
                if (destinations.Any(d => d.ActiveConnections + d.InactiveConnections > 0) && (alive ??= Alive()).Contains(service)) continue;
                ended.Add(service);
                table.QueueRemove(service);
                drainingDestinations.RemoveWhere(d => d.Service == service);
                continue;
            }
            foreach (var destination in destinations.Where(d => d is { Weight: 0, ActiveConnections: 0, InactiveConnections: 0 }))
            {
                if (drainingDestinations.Remove((service, destination.Address, destination.Port))) table.QueueRemove(service, destination);
            }
        }
        table.Flush();
        draining.ExceptWith(ended);
        own.Remove(ended);
    }

    /// <summary>Takes no new connections any more, and removes what has none.</summary>
    /// <returns>Whether none is left.</returns>
    public bool Retire()
    {
        draining.Clear();
        drainingDestinations.Clear();
        var (known, alive) = (own.Read(), Alive());
        foreach (var service in Ours(known))
        {
            if (!alive.Contains(service))
            {
                table.QueueRemove(service);
                continue;
            }
            draining.Add(service);
            foreach (var destination in table.Destinations(service))
            {
                if (destination.Weight > 0) table.QueueSet(service, destination with { Weight = 0 });
                drainingDestinations.Add((service, destination.Address, destination.Port));
            }
        }
        table.Flush();
        own.Remove(known.Except(draining));
        return draining.Count == 0;
    }

    public void RemoveAll()
    {
        var known = own.Read();
        foreach (var service in Ours(known)) table.QueueRemove(service);
        table.Flush();
        own.Remove(known);
        draining.Clear();
        drainingDestinations.Clear();
    }

    IEnumerable<VirtualServiceKey> Ours(HashSet<VirtualServiceKey> known) => table.Services().Select(s => s.Key).Where(k => known.Contains(k) || own.IsAlias(k)).ToList();

    /// <summary>The services with connections on which something may still come. Those of aliases need IPVS for their first packet alone.</summary>
    HashSet<VirtualServiceKey> Alive() => [.. IpvsConnection.List().Where(IsAlive).Select(c => c.Service)];

    bool IsAlive(IpvsConnection connection)
    {
        if (connection.IsOver || own.IsAlias(connection.Service)) return false;
        return connection.Service.Protocol != (byte)TransportProtocol.Udp || udpTimeout.Value - connection.Expires < LongestAnswer;
    }

    /// <summary>
    /// Whether a service's destinations go when their connections have ended. The scheduler dh looks at no weight, and gives
    /// one destination alone to all that is sent to one address: kept, it would refuse everybody.
    /// </summary>
    bool IsGraceful(VirtualServiceKey service) => service.Protocol == (byte)TransportProtocol.Tcp && settings.Scheduler != "dh" && !own.IsAlias(service);
}
