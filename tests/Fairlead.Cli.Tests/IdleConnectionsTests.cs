using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Fairlead.Api.Core.V1;
using Fairlead.Client;
using Fairlead.Store.Tests;

namespace Fairlead.Cli.Tests;

/// <summary>Clients that connect and say nothing.</summary>
public sealed class IdleConnectionsTests(ITestOutputHelper output)
{
    const int Many = 10_000;

    [Fact]
    public async Task Ten_thousand_idle_connections_disturb_nobody()
    {
        using var folder = new TemporaryFolder();
        var layout = ServerProcess.Prepare("idle", Path.Combine(folder.Path, "data"));
        using var server = ServerProcess.Start(layout);
        await server.ReadyAsync();
        var before = server.ResidentBytes;
        var began = Stopwatch.StartNew();
        var open = new List<SslStream>(Many);
        try
        {
            using var room = new SemaphoreSlim(64);
            await Task.WhenAll(Enumerable.Range(0, Many).Select(async _ =>
            {
                await room.WaitAsync();
                try
                {
                    var tls = await ConnectAsync(server.Port);
                    lock (open) open.Add(tls);
                }
                finally { room.Release(); }
            }));
            var connected = began.Elapsed;
            var asked = Stopwatch.StartNew();
            for (var i = 0; i < 100; i++) await server.Client.ListAsync<Namespace>(null, ListOptions.All, default);
            var each = asked.Elapsed.TotalMilliseconds / 100;
            var cost = (server.ResidentBytes - before) / Many;
            output.WriteLine($"{Many} connections in {connected.TotalSeconds:0.0} s; beside them a list takes {each:0.0} ms; each holds {cost / 1024} KiB");
            Assert.True(each < 100, $"a list takes {each} ms");
            Assert.True(cost < 64 << 10, $"each connection holds {cost} bytes");
        }
        finally
        {
            foreach (var tls in open) await tls.DisposeAsync();
        }
        Assert.Equal(200, (await server.Client.Transport.SendAsync(ApiRequest.Get("/readyz"), default)).StatusCode);
    }

    static async Task<SslStream> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true), false, (_, remote, _, _) => remote is not null);
        await tls.AuthenticateAsClientAsync("localhost");
        return tls;
    }
}
