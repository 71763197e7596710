using Fairlead.Wire.Ipvs;

namespace Fairlead.Dataplanes.Ipvs;

/// <summary>What must change about virtual services. What adds comes before the sets change, what removes after it.</summary>
sealed class ServerPlan
{
    /// <summary>Services that are not there, with all their destinations.</summary>
    public List<VirtualServer> Add { get; } = [];

    /// <summary>Services of which the scheduler or the persistence is another.</summary>
    public List<VirtualService> Set { get; } = [];

    public List<(VirtualServiceKey Service, Destination Destination)> AddDestinations { get; } = [];

    /// <summary>Destinations that are there with another weight.</summary>
    public List<(VirtualServiceKey Service, Destination Destination)> SetDestinations { get; } = [];

    public List<(VirtualServiceKey Service, Destination Destination)> RemoveDestinations { get; } = [];
    public List<VirtualServiceKey> Remove { get; } = [];

    /// <summary>Services that are there and wanted, but not in the list of ours.</summary>
    public List<VirtualServiceKey> Adopt { get; } = [];

    public int Count => Add.Count + Set.Count + AddDestinations.Count + SetDestinations.Count + RemoveDestinations.Count + Remove.Count + Adopt.Count;

    /// <summary>Adds the difference of one service's two states, of which either may be null.</summary>
    public void Compare(VirtualServer? old, VirtualServer? now)
    {
        if (old is null || now is null)
        {
            if (old is not null) Remove.Add(old.Key);
            if (now is not null) Add.Add(now);
            return;
        }
        if (old.Service != now.Service) Set.Add(now.Service);
        var left = old.Destinations.ToDictionary(d => (d.Address, d.Port));
        foreach (var destination in now.Destinations)
        {
            if (!left.Remove((destination.Address, destination.Port), out var known)) AddDestinations.Add((now.Key, destination));
            else if (known.Weight != destination.Weight) SetDestinations.Add((now.Key, destination));
        }
        RemoveDestinations.AddRange(left.Values.Where(d => d.Weight > 0).Select(d => (now.Key, d)));
    }

    /// <summary>The difference of what some frontends were and what they are.</summary>
    public static ServerPlan Between(IEnumerable<VirtualServer> old, IEnumerable<VirtualServer> now)
    {
        var plan = new ServerPlan();
        var next = now.ToDictionary(s => s.Key);
        foreach (var server in old) plan.Compare(server, next.Remove(server.Key, out var same) ? same : null);
        foreach (var server in next.Values) plan.Compare(null, server);
        return plan;
    }
}
