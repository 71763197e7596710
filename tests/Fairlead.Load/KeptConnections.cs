using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Fairlead.Load;

/// <summary>Connections that are kept and used at a steady rate each, until the server says that it will close one.</summary>
static class KeptConnections
{
    /// <param name="count">How many connections.</param>
    /// <param name="period">Between two requests over one.</param>
    public static Task RunAsync(IPEndPoint target, IExchange exchange, int count, TimeSpan period, TimeSpan patience, Results results, CancellationToken end)
    {
        return Task.WhenAll(Enumerable.Range(0, count).Select(n => OneAsync(period * n / count)));

        async Task OneAsync(TimeSpan phase)
        {
            Socket? socket = null;
            var buffer = new byte[1024];
            await Task.Delay(phase, CancellationToken.None);
            using var timer = new PeriodicTimer(period);
            while (!end.IsCancellationRequested)
            {
                var began = Stopwatch.GetTimestamp();
                using var limit = new CancellationTokenSource(patience);
                try
                {
                    socket ??= await ConnectAsync(target, limit.Token);
                    var again = await exchange.ExchangeAsync(socket, buffer, last: false, limit.Token);
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

    internal static async Task<Socket> ConnectAsync(IPEndPoint target, CancellationToken cancellation)
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
