using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Fairlead.Load;

/// <summary>
/// Connections that are opened once and used at a steady rate each until the load ends. None is ever opened again: one that
/// breaks, that the server ends, or whose answer does not come in time has failed, and makes no more requests.
/// </summary>
sealed class HeldConnections
{
    readonly IReadOnlyList<Socket> sockets;

    HeldConnections(IReadOnlyList<Socket> sockets) => this.sockets = sockets;

    /// <exception cref="SocketException">One could not be opened.</exception>
    /// <exception cref="OperationCanceledException">One was not open within so long.</exception>
    public static async Task<HeldConnections> OpenAsync(IPEndPoint target, int count, TimeSpan patience) =>
        new(await Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
        {
            using var limit = new CancellationTokenSource(patience);
            return await KeptConnections.ConnectAsync(target, limit.Token);
        })));

    /// <param name="rate">Requests a second, over all of them.</param>
    public Task RunAsync(IExchange exchange, int rate, TimeSpan patience, Results results, CancellationToken end)
    {
        var period = TimeSpan.FromSeconds((double)sockets.Count / rate);
        return Task.WhenAll(sockets.Select((socket, n) => OneAsync(socket, n, period * n / sockets.Count)));

        async Task OneAsync(Socket socket, int number, TimeSpan phase)
        {
            var buffer = new byte[1024];
            await Task.Delay(phase, CancellationToken.None);
            using var timer = new PeriodicTimer(period);
            while (!end.IsCancellationRequested)
            {
                var began = Stopwatch.GetTimestamp();
                using var limit = new CancellationTokenSource(patience);
                try
                {
                    if (!await exchange.ExchangeAsync(socket, buffer, last: false, limit.Token)) throw new BadAnswerException("ended");
                    results.Answered(Stopwatch.GetElapsedTime(began), number);
                }
                catch (Exception e) when (e is SocketException or OperationCanceledException or BadAnswerException)
                {
                    results.Failed(e);
                    break;
                }
                await timer.WaitForNextTickAsync(CancellationToken.None);
            }
            socket.Dispose();
        }
    }
}
