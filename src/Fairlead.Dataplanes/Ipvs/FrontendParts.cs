using System.Net;
using Fairlead.Network.Addresses;
using Fairlead.Network.Configuration;
using Fairlead.Network.Services;
using Fairlead.Wire.IpSets;
using Fairlead.Wire.Ipvs;

namespace Fairlead.Dataplanes.Ipvs;

/// <summary>A virtual service and where it sends.</summary>
public sealed record VirtualServer(VirtualService Service, IReadOnlyList<Destination> Destinations)
{
    public VirtualServiceKey Key => Service.Key;
}

/// <summary>An element of one of the helper rules' sets.</summary>
public readonly record struct SetMember(string Set, IpSetElement Element);

/// <summary>All that one frontend needs in the kernel.</summary>
/// <param name="Address">To be delivered here, where the packet is for the frontend; null of a node port, whose addresses are the node's.</param>
public sealed record FrontendParts(IReadOnlyList<VirtualServer> Servers, IReadOnlyList<SetMember> Members, Address? Address)
{
    public static readonly FrontendParts None = new([], [], null);

    static readonly Network.Addresses.Address Loopback = Network.Addresses.Address.Parse("127.0.0.1");

    /// <summary>Renders a frontend of a node's table.</summary>
    /// <param name="table">Says on which addresses node ports answer.</param>
    public static FrontendParts Render(Frontend frontend, NodeTable table, IpvsFamily family, IpvsSettings settings)
    {
        var (servers, members) = (new List<VirtualServer>(), new List<SetMember>());
        void Add(string set, IpSetElement element) => members.Add(new(family.Set(set), element));

        var key = frontend.Key;
        if (!key.IsNodePort)
        {
            Add(IpvsSets.Of(frontend.Kind), ElementOf(key.Address.ToIPAddress(), key));
            RenderAt(key.Address, frontend, family, settings, servers, Add);
            return new(servers, members, key.Address);
        }
        var set = IpvsSets.NodePort(key.Protocol);
        var loopback = table.LocalhostNodePorts && !family.IsIPv6;
        var addresses = table.NodePortAddresses.Where(a => a.IsIPv6 == family.IsIPv6).Order().ToList();
        if (key.Protocol != TransportProtocol.Sctp) Add(set, new(null, Port: (ushort)key.Port));
        else foreach (var address in loopback ? addresses.Append(Loopback) : addresses) Add(set, ElementOf(address.ToIPAddress(), key));
        foreach (var address in addresses)
        {
            // An address of a Service's own goes before a node port.
            if (!table.Frontends.ContainsKey(key with { Address = address })) RenderAt(address, frontend, family, settings, servers, Add);
        }
        if (loopback) RenderEmpty(SenderClass.Node, frontend, ElementOf(Loopback.ToIPAddress(), key), Add);
        return new(servers, members, null);
    }

    static void RenderAt(Address address, Frontend frontend, IpvsFamily family, IpvsSettings settings, List<VirtualServer> servers, Action<string, IpSetElement> add)
    {
        var element = ElementOf(address.ToIPAddress(), frontend.Key);
        foreach (var range in frontend.SourceRanges.SelectMany(Halved))
            add(IpvsSets.SourceRange, element with { Second = range.First.ToIPAddress(), SecondPrefixLength = (byte)range.Prefix });
        if (!frontend.SourceRanges.IsEmpty) add(IpvsSets.Firewall, element);

        foreach (var sender in SenderClass.All)
        {
            if (sender.Path(frontend).Masquerade) add(sender.MasqueradeSet, element);
            RenderEmpty(sender, frontend, element, add);
        }

        // The address itself is for the first class that has endpoints; who has the same ones uses it too.
        TrafficPath[] paths = [frontend.Outside, frontend.Pods, frontend.Node];
        var plain = paths.FirstOrDefault(p => p.Count > 0);
        if (plain.Count == 0) return;
        servers.Add(ServerOf(address, plain, frontend, settings));
        Alias(SenderClass.Pods, family.PodAlias);
        Alias(SenderClass.Node, family.NodeAlias);

        void Alias(SenderClass sender, AddressRange range)
        {
            var path = sender.Path(frontend);
            if ((path.First, path.Count) == (plain.First, plain.Count)) return;
            // What the node itself sends meets IPVS before it meets a refusal, and so must not find a virtual service.
            if (path.Count == 0 && (sender != SenderClass.Node || path.WhenEmpty == EmptyVerdict.Drop)) return;
            add(sender.AliasSet, element);
            if (path.Count > 0) servers.Add(ServerOf(IpvsFamily.Alias(address, range), path, frontend, settings));
        }
    }

    static void RenderEmpty(SenderClass sender, Frontend frontend, IpSetElement element, Action<string, IpSetElement> add)
    {
        if (sender.Path(frontend) is { Count: 0 } path) add(path.WhenEmpty == EmptyVerdict.Drop ? sender.DropSet : sender.RejectSet, element);
    }

    static VirtualServer ServerOf(Address address, TrafficPath path, Frontend frontend, IpvsSettings settings)
    {
        var options = frontend.Affinity is null ? VirtualServiceOptions.None : VirtualServiceOptions.Persistent;
        // These two choose by a hash, also a destination that takes nothing more: then the next one.
        if (settings.Scheduler is "sh" or "mh") options |= VirtualServiceOptions.Scheduler1;
        return new(
            new(new(address.ToIPAddress(), (byte)frontend.Key.Protocol, (ushort)frontend.Key.Port), settings.Scheduler)
            {
                Options = options,
                Timeout = frontend.Affinity ?? TimeSpan.Zero,
            },
            [.. frontend.Backends.AsSpan(path.First, path.Count).ToArray().Select(b => new Destination(b.Address.ToIPAddress(), (ushort)b.Port))]);
    }

    static IpSetElement ElementOf(IPAddress address, FrontendKey key) => new(address, Protocol: (byte)key.Protocol, Port: (ushort)key.Port);

    /// <summary>ipset knows no range of prefix 0: its two halves.</summary>
    static IEnumerable<AddressRange> Halved(AddressRange range) => range.Prefix > 0 ? [range]
        : [AddressRange.Parse($"{range.First}/1"), AddressRange.Parse(range.First.IsIPv6 ? "8000::/1" : "128.0.0.0/1")];
}
