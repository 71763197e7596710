using Fairlead.Linux.IpSets;
using Fairlead.Network.Addresses;
using Fairlead.Wire.IpSets;
using Fairlead.Wire.Ipvs;

namespace Fairlead.Dataplanes.Ipvs;

/// <summary>
/// Which virtual services are ours: those of aliases, and those in a set of ipset, where the next agent finds them. A service is
/// put there before it is made and taken out after it is removed.
/// </summary>
sealed class OwnServices(IpSetTable sets, IReadOnlyList<IpvsFamily> families)
{
    /// <summary>Those in the sets, which may not be there.</summary>
    public HashSet<VirtualServiceKey> Read() =>
    [
        .. families.Select(f => IpvsSets.OwnOf(f).Name).Where(name => sets.TypeOf(name) is not null).SelectMany(sets.Elements)
            .Select(e => new VirtualServiceKey(e.Address!, e.Protocol!.Value, e.Port!.Value)),
    ];

    public void Add(IEnumerable<VirtualServiceKey> services) => Change(services, sets.Add);

    public void Remove(IEnumerable<VirtualServiceKey> services) => Change(services, sets.Remove);

    /// <summary>Whether it is the second service of a frontend, for some of its senders.</summary>
    public bool IsAlias(VirtualServiceKey service)
    {
        var address = Address.From(service.Address);
        return families.Any(f => f.PodAlias.Contains(address) || f.NodeAlias.Contains(address));
    }

    void Change(IEnumerable<VirtualServiceKey> services, Action<string, IReadOnlyList<IpSetElement>> change)
    {
        foreach (var some in services.Where(k => !IsAlias(k)).GroupBy(k => k.IsIPv6))
            change(IpvsSets.OwnOf(families.First(f => f.IsIPv6 == some.Key)).Name, [.. some.Select(k => new IpSetElement(k.Address, Protocol: k.Protocol, Port: k.Port))]);
    }
}
