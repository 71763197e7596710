using System.Net.Sockets;
using Fairlead.Dataplanes.Nftables;
using Fairlead.Linux.Conntrack;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Userspace;

/// <summary>
/// A proxy in the agent: every frontend's packets are sent to a port of its own on an address of the node, by the rules of
/// the nftables data plane in a table of another name. TCP and UDP; a frontend of SCTP has no rule.
/// </summary>
public sealed class UserspaceDataplane : IDataplane
{
    const string Table = "fairlead-userspace";
    static readonly TimeSpan LastConnections = TimeSpan.FromSeconds(1);

    readonly NftablesDataplane rules = new(Table);
    readonly ConntrackTable flows = new();
    readonly NodeSockets sockets = new();
    readonly ProxyState state;
    readonly Dictionary<FrontendKey, IFrontendProxy> proxies = [];

    // Where the proxy listens, by family: false IPv4. Empty before the first table.
    Dictionary<bool, Address> listenAt = [];
    NodeTable given = NodeTable.Empty;
    long? retiredAt;

    public UserspaceDataplane() => state = new(sockets);

    public int Converge(NodeTable table)
    {
        retiredAt = null;
        state.Table = table;
        listenAt = new[] { false, true }.SelectMany(v6 => ListenAddress(table, v6) is { } at ? new[] { (v6, at) } : []).ToDictionary();
        foreach (var frontend in table.Frontends.Values) Listen(frontend);
        given = ProxyTable.Of(table, PortOf);
        var changed = rules.Converge(given);
        foreach (var gone in proxies.Keys.Where(k => !IsProxied(table.Frontends.GetValueOrDefault(k))).ToList()) StopListening(gone);
        foreach (var proxy in proxies.Values) proxy.Follow(table);
        return changed;
    }

    public void Apply(TableDelta delta, NodeTable table)
    {
        if (delta.NodeChanged)
        {
            Converge(table);
            return;
        }
        // In this order a frontend that the kernel knows always has somebody who listens.
        state.Table = table;
        foreach (var change in delta.Frontends)
        {
            if (change.New is not null) Listen(change.New);
        }
        var proxied = ProxyTable.Of(delta, given, PortOf);
        given = given with
        {
            Frontends = given.Frontends.RemoveRange(proxied.Frontends.Where(c => c.New is null).Select(c => c.Key))
                .SetItems(proxied.Frontends.Where(c => c.New is not null).Select(c => KeyValuePair.Create(c.Key, c.New!))),
        };
        rules.Apply(proxied, given);
        foreach (var change in delta.Frontends)
        {
            if (!IsProxied(change.New)) StopListening(change.Key);
            else if (proxies.TryGetValue(change.Key, out var proxy)) proxy.Follow(table);
        }
    }

    /// <remarks>Connections that are being relayed go on until they end. Datagrams go to whoever serves now.</remarks>
    public bool Retire()
    {
        var drained = rules.Retire();
        retiredAt ??= Environment.TickCount64;
        // What the rules sent here a moment ago is yet to be accepted.
        if (proxies.Count > 0 && Environment.TickCount64 - retiredAt < LastConnections.TotalMilliseconds) return false;
        EndDatagrams();
        foreach (var key in proxies.Keys.ToList()) StopListening(key);
        given = NodeTable.Empty;
        return state.Open == 0 && (drained || rules.Retire());
    }

    /// <summary>Makes the kernel forget the flows of datagrams to the proxy, those of an earlier agent's among them.</summary>
    void EndDatagrams()
    {
        foreach (var (v6, at) in listenAt)
        {
            flows.Remove((byte)(v6 ? 10 : 2), f => Address.Read(f.Destination) != at, new FlowFilter((byte)TransportProtocol.Udp) { ReplySource = at.ToBytes() });
        }
    }

    public void Remove()
    {
        rules.Remove();
        foreach (var key in proxies.Keys.ToList()) StopListening(key);
    }

    /// <summary>One address of the family that the node has; the same one as long as it has it.</summary>
    static Address? ListenAddress(NodeTable table, bool ipv6) =>
        table.NodeAddresses.Where(a => a.IsIPv6 == ipv6).Order().Select(a => (Address?)a).FirstOrDefault();

    static bool IsProxied(Frontend? frontend) => frontend is { Backends.IsEmpty: false, Key.Protocol: not TransportProtocol.Sctp };

    void Listen(Frontend frontend)
    {
        if (!IsProxied(frontend) || proxies.ContainsKey(frontend.Key) || !listenAt.TryGetValue(frontend.Key.Address.IsIPv6, out var at)) return;
        try
        {
            proxies[frontend.Key] = frontend.Key.Protocol == TransportProtocol.Udp ? new UdpProxy(frontend.Key, at, state) : new TcpProxy(frontend.Key, at, state);
        }
        catch (SocketException e)
        {
            throw new DataplaneException($"userspace: Service {frontend.Service}, {frontend.Key}: no port on {at} can be listened on: {e.Message}", e);
        }
    }

    void StopListening(FrontendKey key)
    {
        if (proxies.Remove(key, out var proxy)) proxy.Dispose();
    }

    (Address, int)? PortOf(FrontendKey key) => proxies.TryGetValue(key, out var proxy) ? (listenAt[key.Address.IsIPv6], proxy.Port) : null;

    public void Dispose()
    {
        foreach (var key in proxies.Keys.ToList()) StopListening(key);
        rules.Dispose();
        flows.Dispose();
        sockets.Dispose();
    }
}
