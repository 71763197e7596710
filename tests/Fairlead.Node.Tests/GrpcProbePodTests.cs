using System.Net;
using System.Net.Sockets;

namespace Fairlead.Node.Tests;

/// <summary>gRPC probes of a Pod, with the health service of containerd as the server that nobody here wrote.</summary>
[Collection(nameof(TestNode))]
public sealed class GrpcProbePodTests
{
    readonly TestNode node;

    public GrpcProbePodTests(TestNode node)
    {
        TestNode.SkipIfMissing();
        this.node = node;
    }

    [Fact]
    public async Task APodIsReadyWhenItsServiceServes()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = new CancellationTokenSource();
        var bridge = BridgeAsync(listener, stop.Token);
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        foreach (var (name, service) in new[] { ("served", null), ("unserved", "no.such.Service") })
        {
            await node.RunAsync(name, "exec sleep 100000", null,
                c => c with { ReadinessProbe = new() { Grpc = new() { Port = port, Service = service }, PeriodSeconds = 1 } }, s => s with { HostNetwork = true });
        }
        await node.UntilReadyAsync("served");
        await node.UntilEventAsync("unserved", "Unhealthy", "Readiness probe failed: error: health rpc probe failed: rpc error: code = NotFound desc = unknown service");
        Assert.Equal([false], (await node.UntilAsync("unserved", p => p.Status?.ContainerStatuses is [{ State.Running: not null }])).Status!.ContainerStatuses!.Select(c => c.Ready));
        await node.RemoveAsync("served");
        await node.RemoveAsync("unserved");
        await stop.CancelAsync();
        await bridge;
    }

    /// <summary>containerd listens at a Unix socket alone: bytes both ways.</summary>
    async Task BridgeAsync(TcpListener listener, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptSocketAsync(cancellation);
                var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await server.ConnectAsync(new UnixDomainSocketEndPoint(node.RuntimeSocket), cancellation);
                _ = CopyAsync(client, server);
                _ = CopyAsync(server, client);
            }
        }
        catch (OperationCanceledException) { }
    }

    static async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[4096];
        try
        {
            while (await from.ReceiveAsync(buffer) is var read and > 0) await to.SendAsync(buffer.AsMemory(0, read));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException) { }
        from.Dispose();
        to.Dispose();
    }
}
