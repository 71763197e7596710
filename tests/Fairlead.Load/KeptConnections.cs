using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Fairlead.Load;

/// <summary>Connections that are kept and used ten times a second each, until the server says that it will close one.</summary>
static class KeptConnections
{
    const int EachPerSecond = 10;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static Task RunAsync(IPEndPoint target, IExchange exchange, int rate, Results results, CancellationToken end)
    {
        var count = Math.Max(1, rate / EachPerSecond);
        return Task.WhenAll(Enumerable.Range(0, count).Select(n => OneAsync(TimeSpan.FromSeconds(1.0 / EachPerSecond * n / count))));

        async Task OneAsync(TimeSpan phase)
        {
            Socket? socket = null;
            var buffer = new byte[1024];
            await Task.Delay(phase, CancellationToken.None);
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / EachPerSecond));
            while (!end.IsCancellationRequested)
            {
                var began = Stopwatch.GetTimestamp();
                using var patience = new CancellationTokenSource(Patience);
                try
                {
                    socket ??= await ConnectAsync(target, patience.Token);
                    var again = await exchange.ExchangeAsync(socket, buffer, last: false, patience.Token);
                    results.Answered(Stopwatch.GetElapsedTime(began));
                    if (!again) Drop(ref socket);
                }
                catch (Exception e) when (e is SocketException or OperationCanceledException or BadAnswerException)
                {
                    results.Failed(e);
                    Drop(ref socket);
                }
                await timer.WaitForNextTickAsync(CancellationToken.None);
            }
            Drop(ref socket);
        }
    }

    static async Task<Socket> ConnectAsync(IPEndPoint target, CancellationToken cancellation)
    {
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target, cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    static void Drop(ref Socket? socket)
    {
        socket?.Dispose();
        socket = null;
    }
}
