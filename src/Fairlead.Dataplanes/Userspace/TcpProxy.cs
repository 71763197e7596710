using System.Net;
using System.Net.Sockets;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Userspace;

/// <summary>Accepts the connections of one frontend and relays each to an endpoint.</summary>
sealed class TcpProxy : IFrontendProxy
{
    const int Backlog = 4096;

    // How long an endpoint has to accept, longer at each further one.
    static readonly TimeSpan[] DialTimes = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2)];

    readonly FrontendKey key;
    readonly ProxyState state;
    readonly EndpointPicker picker = new(TimeProvider.System);
    readonly Socket listener;

    /// <exception cref="SocketException">The address can't be listened on.</exception>
    public TcpProxy(FrontendKey key, Address at, ProxyState state)
    {
        (this.key, this.state) = (key, state);
        listener = state.Sockets.Stream(at);
        listener.Bind(new IPEndPoint(at.ToIPAddress(), 0));
        listener.Listen(Backlog);
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        _ = AcceptAsync();
    }

    public int Port { get; }

    /// <remarks>Connections that are open stay with their endpoint.</remarks>
    public void Follow(NodeTable table) { }

    async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                _ = ServeAsync(await listener.AcceptAsync().ConfigureAwait(false));
            }
            catch (ObjectDisposedException) { return; }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.OperationAborted or SocketError.NotSocket or SocketError.InvalidArgument) { return; }
            catch (SocketException)
            {
                // Gone before it was taken, or no descriptor is left: others may end meanwhile.
                await Task.Delay(10).ConfigureAwait(false);
            }
        }
    }

    async Task ServeAsync(Socket client)
    {
        using var near = client;
        if (!state.TryEnter()) return;
        try
        {
            client.NoDelay = true;
            using var far = await DialAsync(NodeSockets.AddressOf(client.RemoteEndPoint!)).ConfigureAwait(false);
            if (far is not null) await Relay.RunAsync(client, far).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One side broke: so does the other, at the end of this method.
        }
        finally
        {
            state.Leave();
        }
    }

    /// <summary>A connection to the first endpoint that accepts; null if none does.</summary>
    async Task<Socket?> DialAsync(Address client)
    {
        if (!state.Table.Frontends.TryGetValue(key, out var frontend)) return null;
        var order = picker.Order(state.Table, frontend, client);
        for (var attempt = 0; attempt < Math.Max(DialTimes.Length, order.Length) && order.Length > 0; attempt++)
        {
            var backend = order[attempt % order.Length];
            var socket = state.Sockets.Stream(backend.Address);
            using var patience = new CancellationTokenSource(DialTimes[Math.Min(attempt, DialTimes.Length - 1)]);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(backend.Address.ToIPAddress(), backend.Port), patience.Token).ConfigureAwait(false);
                if (attempt > 0) picker.Given(frontend, client, backend);
                return socket;
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                socket.Dispose();
            }
        }
        return null;
    }

    /// <remarks>Connections that are open go on.</remarks>
    public void Dispose() => listener.Dispose();
}
