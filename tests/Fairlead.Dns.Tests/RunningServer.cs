using System.Net;
using Fairlead.Network.Names;
using Fairlead.Tests;

namespace Fairlead.Dns.Tests;

/// <summary>A server on loopback with a table of the test's choice.</summary>
sealed class RunningServer : IAsyncDisposable
{
    readonly CancellationTokenSource stop = new();
    readonly Task serving;

    RunningServer(DnsServer server, IPEndPoint address, Task serving, CancellationTokenSource stop) =>
        (Server, Address, this.serving, this.stop) = (server, address, serving, stop);

    public DnsServer Server { get; }
    public IPEndPoint Address { get; }
    public Client Client => new(Address);

    public static DnsOptions Options(params IPEndPoint[] upstreams) => new() { Listen = [new(IPAddress.Loopback, 0)], Upstreams = upstreams };

    /// <summary>An address on loopback that nobody listens on.</summary>
    public static IPEndPoint Nobody() => new(IPAddress.Loopback, FreePort.Next());

    public static async Task<RunningServer> StartAsync(DnsOptions options, NameTable? table)
    {
        var stop = new CancellationTokenSource();
        var server = new DnsServer(options, () => table);
        var serving = server.RunAsync(stop.Token);
        var addresses = await server.Listening.WaitAsync(TimeSpan.FromSeconds(10));
        return new(server, addresses[0], serving, stop);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => serving.WaitAsync(TimeSpan.FromSeconds(10)));
        stop.Dispose();
    }
}
