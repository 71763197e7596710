using System.Net;
using System.Net.Sockets;
using System.Text;
using Fairlead.Dataplanes.Health;
using Fairlead.Dataplanes.Tests.Kernel;

namespace Fairlead.Dataplanes.Tests.Health;

/// <summary>Ports that open and close under load. Needs root.</summary>
[Collection(KernelCollection.Name)]
public sealed class HttpPortsTests(Lab lab)
{
    static readonly IPEndPoint At = new(IPAddress.Loopback, 32000);

    [Fact]
    public async Task NobodyWaitsForAPortThatCloses()
    {
        await using var engine = await HttpEngine.StartAsync(default);
        using var ports = new HttpPorts(engine.Connections, lab.Node(1).Run);
        var site = new HttpSite(context => Answers.SendAsync(context, 200, Answers.Text, "ok"), (at, e) => Assert.Fail($"{at}: {e.Message}"));
        var (answered, refused) = (0, 0);
        using var stop = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                if (await IsAnsweredAsync()) Interlocked.Increment(ref answered);
                else Interlocked.Increment(ref refused);
            }
        })).ToArray();
        for (var i = 0; i < 300; i++)
        {
            Assert.True(ports.Follow(new Dictionary<IPEndPoint, HttpSite> { [At] = site }));
            await Task.Yield();
            if (i % 3 == 0) await Task.Delay(1);
            Assert.True(ports.Follow(new Dictionary<IPEndPoint, HttpSite>()));
        }
        await stop.CancelAsync();
        await Task.WhenAll(callers);
        Assert.True(answered > 0 && refused > 0, $"{answered} answered, {refused} refused");
    }

    /// <summary>True: answered; false: refused, reset or ended. Fails if nothing comes.</summary>
    async Task<bool> IsAnsweredAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        using var socket = lab.Node(1).Space.Run(() => new Socket(At.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        try
        {
            await socket.ConnectAsync(At, limit.Token);
            await socket.SendAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), limit.Token);
            return await socket.ReceiveAsync(new byte[256], limit.Token) > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
