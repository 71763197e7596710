using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Fairlead.Load;

/// <summary>A connection for each request.</summary>
static class NewConnections
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5), Tick = TimeSpan.FromMilliseconds(2);

    // Beyond so many that wait for an answer the rate is not kept: a machine that is too slow is no failure.
    const int MostWaiting = 2000;

    public static async Task RunAsync(IPEndPoint target, IExchange exchange, int rate, Results results, CancellationToken end)
    {
        var buffers = new ConcurrentBag<byte[]>();
        var watch = Stopwatch.StartNew();
        var (begun, waiting) = (0L, 0);
        while (!end.IsCancellationRequested)
        {
            var due = (long)(watch.Elapsed.TotalSeconds * rate);
            // What a pause of the machine kept from being sent is not sent in one burst afterwards.
            if (due - begun > rate / 10) begun = due - rate / 10;
            for (; begun < due && Volatile.Read(ref waiting) < MostWaiting; begun++)
            {
                Interlocked.Increment(ref waiting);
                _ = OneAsync();
            }
            await Task.Delay(Tick, CancellationToken.None);
        }
        while (Volatile.Read(ref waiting) > 0) await Task.Delay(Tick, CancellationToken.None);

        async Task OneAsync()
        {
            if (!buffers.TryTake(out var buffer)) buffer = new byte[1024];
            var began = Stopwatch.GetTimestamp();
            using var patience = new CancellationTokenSource(Patience);
            using var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new(true, 0) };
            try
            {
                await socket.ConnectAsync(target, patience.Token);
                await exchange.ExchangeAsync(socket, buffer, last: true, patience.Token);
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
