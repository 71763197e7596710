using System.Net;
using System.Net.Sockets;
using Fairlead.Dns;
using Fairlead.Network.Names;
using Fairlead.Wire.Dns;

namespace Fairlead.Bench.Dns;

/// <summary>One client thread that keeps a window of questions under way over UDP on loopback, one receiving thread in the server.</summary>
sealed class QuestionBench(NameTable table, int services, TimeSpan time)
{
    const int Window = 64;

    public async Task<(double PerSecond, double CpuMicroseconds)> RunAsync()
    {
        var options = new DnsOptions { Listen = [new(IPAddress.Loopback, 0)], Upstreams = [], ReceiveLoops = 1 };
        var server = new DnsServer(options, () => table);
        using var stop = new CancellationTokenSource();
        var serving = server.RunAsync(stop.Token);
        var address = (await server.Listening)[0];
        Ask(address, TimeSpan.FromSeconds(0.5));

        var before = Environment.CpuUsage.TotalTime;
        var answered = Ask(address, time);
        var cpu = Environment.CpuUsage.TotalTime - before;
        await stop.CancelAsync();
        await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return (answered / time.TotalSeconds, cpu.TotalMicroseconds / answered);
    }

    long Ask(IPEndPoint server, TimeSpan duration)
    {
        var questions = Enumerable.Range(0, services).Select(Question).ToArray();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 1000 };
        socket.Connect(server);
        var buffer = new byte[512];
        var until = DateTime.UtcNow + duration;
        long answered = 0;
        for (var next = 0; DateTime.UtcNow < until;)
        {
            for (var i = 0; i < Window; i++) socket.Send(questions[next++ % questions.Length]);
            for (var i = 0; i < Window; i++)
            {
                socket.Receive(buffer);
                if ((buffer[3] & 0xf) != 0 || buffer[7] == 0) throw new InvalidOperationException("a wrong answer");
                answered++;
            }
        }
        return answered;
    }

    static byte[] Question(int i)
    {
        var buffer = new byte[512];
        var writer = new DnsWriter(buffer);
        writer.TryWriteQuestion($"{TableBench.Name(i)}.default.svc.cluster.local", DnsType.A, DnsClass.IN);
        return buffer[..writer.Finish((ushort)i, DnsFlags.RecursionDesired, DnsOpcode.Query, DnsRcode.NoError)];
    }
}
