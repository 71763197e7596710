using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Userspace;

/// <summary>
/// Relays the datagrams of one frontend. Each client has an association with one endpoint, over a socket of its own, until
/// neither has sent for a while or the endpoint goes.
/// </summary>
sealed class UdpProxy : IFrontendProxy
{
    static readonly TimeSpan Idle = TimeSpan.FromSeconds(60), Sweep = TimeSpan.FromSeconds(10);
    const int MostBytes = 65535;

    sealed record Association(Socket Upstream, Backend Backend)
    {
        public long LastUsed { get; set; } = Environment.TickCount64;
    }

    readonly FrontendKey key;
    readonly ProxyState state;
    readonly EndpointPicker picker = new(TimeProvider.System);
    readonly Socket socket;
    readonly ConcurrentDictionary<IPEndPoint, Association> associations = [];
    readonly Timer sweep;

    /// <exception cref="SocketException">The address can't be listened on.</exception>
    public UdpProxy(FrontendKey key, Address at, ProxyState state)
    {
        (this.key, this.state) = (key, state);
        socket = state.Sockets.Datagram(at);
        socket.Bind(new IPEndPoint(at.ToIPAddress(), 0));
        Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        sweep = new(_ => EndWhere(a => Environment.TickCount64 - a.LastUsed > Idle.TotalMilliseconds), null, Sweep, Sweep);
        _ = ReceiveAsync();
    }

    public int Port { get; }

    /// <remarks>An association to an endpoint that its client would not be given now ends: its next datagram makes another.</remarks>
    public void Follow(NodeTable table)
    {
        foreach (var (client, association) in associations)
        {
            if (!table.Frontends.TryGetValue(key, out var frontend) || !Allows(table, frontend, Address.From(client.Address), association.Backend)) End(client, association);
        }
    }

    static bool Allows(NodeTable table, Frontend frontend, Address client, Backend backend)
    {
        foreach (var allowed in table.BackendsFor(frontend, client).Span)
        {
            if (allowed.Address == backend.Address && allowed.Port == backend.Port) return true;
        }
        return false;
    }

    async Task ReceiveAsync()
    {
        var buffer = new byte[MostBytes];
        var any = new IPEndPoint(key.Address.IsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        while (true)
        {
            try
            {
                var got = await socket.ReceiveFromAsync(buffer, SocketFlags.None, any).ConfigureAwait(false);
                var client = (IPEndPoint)got.RemoteEndPoint;
                if (Find(client) is not { } association) continue;
                association.LastUsed = Environment.TickCount64;
                await association.Upstream.SendAsync(buffer.AsMemory(0, got.ReceivedBytes), SocketFlags.None).ConfigureAwait(false);
            }
            catch (ObjectDisposedException) when (IsClosed) { return; }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                if (IsClosed) return;
                // An ICMP error of an earlier answer, or an endpoint that is gone: the datagram is lost, as datagrams are.
            }
        }
    }

    bool IsClosed => socket.SafeHandle.IsClosed;

    Association? Find(IPEndPoint client)
    {
        if (associations.TryGetValue(client, out var known)) return known;
        var table = state.Table;
        var address = Address.From(client.Address);
        if (!table.Frontends.TryGetValue(key, out var frontend) || picker.Order(table, frontend, address) is not [var backend, ..] || !state.TryEnter()) return null;
        var upstream = state.Sockets.Datagram(backend.Address);
        try
        {
            upstream.Connect(backend.Address.ToIPAddress(), backend.Port);
        }
        catch (SocketException)
        {
            upstream.Dispose();
            state.Leave();
            return null;
        }
        var made = associations[client] = new(upstream, backend);
        _ = AnswerAsync(client, made);
        return made;
    }

    async Task AnswerAsync(IPEndPoint client, Association association)
    {
        var buffer = new byte[MostBytes];
        try
        {
            while (true)
            {
                var n = await association.Upstream.ReceiveAsync(buffer, SocketFlags.None).ConfigureAwait(false);
                association.LastUsed = Environment.TickCount64;
                await socket.SendToAsync(buffer.AsMemory(0, n), SocketFlags.None, client).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The endpoint refuses, or the association was ended.
            End(client, association);
        }
    }

    void EndWhere(Func<Association, bool> over)
    {
        foreach (var (client, association) in associations)
        {
            if (over(association)) End(client, association);
        }
    }

    void End(IPEndPoint client, Association association)
    {
        if (!associations.TryRemove(new(client, association))) return;
        association.Upstream.Dispose();
        state.Leave();
    }

    public void Dispose()
    {
        sweep.Dispose();
        socket.Dispose();
        EndWhere(_ => true);
    }
}
