using System.Net;
using System.Net.Sockets;
using Fairlead.Wire.Dns;

namespace Fairlead.Dns.Tests;

/// <summary>Where a server listens.</summary>
public class ListenTests
{
    [Fact]
    public async Task IPv6()
    {
        var options = RunningServer.Options() with { Listen = [new(IPAddress.IPv6Loopback, 0)] };
        await using var server = await RunningServer.StartAsync(options, TestNames.Table);
        using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await socket.ConnectAsync(server.Address, limit.Token);
        await socket.SendAsync(Client.Query(1, "web.default.svc.cluster.local", DnsType.A), limit.Token);
        var buffer = new byte[512];
        Assert.Equal(["A 10.96.0.1"], Answer.Read(buffer.AsSpan(0, await socket.ReceiveAsync(buffer, limit.Token))).Answers.Select(a => a[^11..]));
    }

    [Fact]
    public async Task AddressThatIsNotHereYet()
    {
        var options = RunningServer.Options() with { Listen = [new(IPAddress.Loopback, 0), new(IPAddress.Parse("192.0.2.53"), 0)] };
        await using var server = await RunningServer.StartAsync(options, TestNames.Table);
        Assert.Equal("192.0.2.53", (await server.Server.Listening)[1].Address.ToString());
    }

    [Fact]
    public async Task AddressInUseIsOneClearSentence()
    {
        await using var first = await RunningServer.StartAsync(RunningServer.Options(), TestNames.Table);
        var second = new DnsServer(RunningServer.Options() with { Listen = [first.Address] }, () => TestNames.Table);
        var refusal = await Assert.ThrowsAsync<DnsListenException>(() => second.RunAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith($"DNS can't listen on {first.Address}: ", refusal.Message);
    }
}
