using System.Text;
using Fairlead.Network.Addresses;
using Fairlead.Network.Configuration;
using Fairlead.Network.Services;
using Fairlead.Wire.IpSets;
using Fairlead.Wire.Ipvs;

namespace Fairlead.Dataplanes.Ipvs;

/// <summary>What the kernel should hold for a node's table in one family, but for the helper rules, which depend on no Service.</summary>
/// <param name="Servers">Virtual services, by what IPVS finds them by.</param>
/// <param name="Members">What the sets hold.</param>
/// <param name="Uses">The addresses of Services, each with the number of its frontends.</param>
public sealed record IpvsRules(
    IpvsFamily Family, IReadOnlyDictionary<VirtualServiceKey, VirtualServer> Servers, IReadOnlySet<SetMember> Members, IReadOnlyDictionary<Address, int> Uses)
{
    /// <summary>Renders the part of a node's table that is of one family.</summary>
    public static IpvsRules Render(NodeTable table, IpvsFamily family, IpvsSettings settings)
    {
        var (servers, members, uses) = (new Dictionary<VirtualServiceKey, VirtualServer>(), new HashSet<SetMember>(), new Dictionary<Address, int>());
        foreach (var frontend in table.Frontends.Values.Where(f => f.Key.Address.IsIPv6 == family.IsIPv6))
        {
            var parts = FrontendParts.Render(frontend, table, family, settings);
            // Two aliases can be one where two addresses differ in their first bits alone: the first one has it.
            foreach (var server in parts.Servers) servers.TryAdd(server.Key, server);
            members.UnionWith(parts.Members);
            if (parts.Address is { } address) uses[address] = uses.GetValueOrDefault(address) + 1;
        }
        members.UnionWith(NodeMembers(table, family));
        return new(family, servers, members, uses);
    }

    /// <summary>Elements that come from the node and not from a frontend.</summary>
    static IEnumerable<SetMember> NodeMembers(NodeTable table, IpvsFamily family)
    {
        foreach (var range in table.PodRanges.Where(r => r.First.IsIPv6 == family.IsIPv6))
            yield return new(family.Set(IpvsSets.PodRange), new(range.First.ToIPAddress(), (byte)range.Prefix));
        foreach (var address in table.NodePortAddresses.Where(a => a.IsIPv6 == family.IsIPv6))
            yield return new(family.Set(IpvsSets.NodeIP), new(address.ToIPAddress()));
        foreach (var address in table.Hairpin.Where(a => a.IsIPv6 == family.IsIPv6)) yield return LoopBack(address, family);
    }

    /// <summary>The element by which an endpoint of this node is masqueraded where it comes back to itself.</summary>
    public static SetMember LoopBack(Address endpoint, IpvsFamily family)
    {
        var (address, all) = (endpoint.ToIPAddress(), (byte)(endpoint.Length * 8));
        return new(family.Set(IpvsSets.LoopBack), new IpSetElement(address, all, Second: address, SecondPrefixLength: all));
    }

    /// <summary>As ipvsadm-save, ipset and ip would print it, in an order that depends on nothing but the table.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        foreach (var server in Servers.Values.OrderBy(s => Address.From(s.Key.Address)).ThenBy(s => s.Key.Protocol).ThenBy(s => s.Key.Port))
        {
            text.Append($"{server.Service}\n");
            foreach (var destination in server.Destinations) text.Append($"-a {server.Key} {destination}\n");
        }
        var order = IpvsSets.All(Family).Select(s => s.Name).ToList();
        foreach (var set in Members.GroupBy(m => m.Set).OrderBy(g => order.IndexOf(g.Key)))
        {
            foreach (var element in set.Select(m => m.Element.ToString()).Order(StringComparer.Ordinal)) text.Append($"add {set.Key} {element}\n");
        }
        foreach (var address in Uses.Keys.Order()) text.Append($"local {address} dev {ServiceRoutes.Device} table {ServiceRoutes.Table}\n");
        return text.ToString();
    }
}
