using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Fairlead.Load;

/// <summary>A connection for each request, from ports that Linux picks or that take turns.</summary>
static class NewConnections
{
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(2);

    // While more than a fifth of a second's wait for an answer the rate is not kept: a machine that is too slow is no failure,
    // and one that is offered more than it carries would soon carry nothing but what is sent again.
    static int MostWaiting(int rate) => Math.Max(16, rate / 5);

    /// <param name="ports">Ports to come from, or null for those that Linux picks.</param>
    public static async Task RunAsync(IPEndPoint target, IExchange exchange, int rate, PortTurns? ports, TimeSpan patience, Results results, CancellationToken end)
    {
        var buffers = new ConcurrentBag<byte[]>();
        var watch = Stopwatch.StartNew();
        var (begun, waiting, most) = (0L, 0, MostWaiting(rate));
        while (!end.IsCancellationRequested)
        {
            var due = (long)(watch.Elapsed.TotalSeconds * rate);
            // A pause of the machine is made up for if it was no longer than a second, never by more than may wait at once.
            if (due - begun > rate) begun = due - rate;
            for (; begun < due && Volatile.Read(ref waiting) < most; begun++)
            {
                var port = 0;
                if (ports is not null && !ports.TryTake(out port)) break;
                Interlocked.Increment(ref waiting);
                _ = OneAsync(port);
            }
            await Task.Delay(Tick, CancellationToken.None);
        }
        while (Volatile.Read(ref waiting) > 0) await Task.Delay(Tick, CancellationToken.None);

        async Task OneAsync(int port)
        {
            if (!buffers.TryTake(out var buffer)) buffer = new byte[1024];
            var began = Stopwatch.GetTimestamp();
            using var limit = new CancellationTokenSource(patience);
            using var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new(true, 0) };
            try
            {
                if (port != 0) socket.Bind(new IPEndPoint(target.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, port));
                await socket.ConnectAsync(target, limit.Token);
                await exchange.ExchangeAsync(socket, buffer, last: true, limit.Token);
                results.Answered(Stopwatch.GetElapsedTime(began));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or BadAnswerException) { results.Failed(e); }
            finally
            {
                buffers.Add(buffer);
                Interlocked.Decrement(ref waiting);
            }
        }
    }
}
