using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Fairlead.Dns.Handlers;

namespace Fairlead.Dns.Listen;

/// <summary>
/// Answers datagrams of one address on threads of its own, so that DNS does not wait for a busy thread pool. What the
/// handlers know at once is answered on the receiving thread; the rest finishes elsewhere while the thread receives on.
/// </summary>
sealed class UdpListener : IDisposable
{
    const int MostSpareQueries = 64;

    readonly Socket socket;
    readonly IDnsHandler handlers;
    readonly DnsMetrics metrics;
    readonly Action<string> log;
    readonly CancellationToken cancellation;
    readonly ConcurrentQueue<UdpQuery> spare = new();
    readonly List<Thread> threads = [];
    volatile bool stopped;

    public UdpListener(Socket socket, IDnsHandler handlers, DnsMetrics metrics, Action<string> log, CancellationToken cancellation) =>
        (this.socket, this.handlers, this.metrics, this.log, this.cancellation) = (socket, handlers, metrics, log, cancellation);

    public void Start(int loops)
    {
        for (var i = 0; i < loops; i++)
        {
            var thread = new Thread(Receive, 256 * 1024) { IsBackground = true, Name = $"dns {socket.LocalEndPoint}" };
            threads.Add(thread);
            thread.Start();
        }
    }

    /// <summary>Stops receiving; answers still under way are dropped.</summary>
    public void Dispose()
    {
        stopped = true;
        socket.Dispose();
        foreach (var thread in threads) thread.Join(TimeSpan.FromSeconds(2));
    }

    void Receive()
    {
        while (!stopped)
        {
            var received = Rent();
            try
            {
                var length = socket.ReceiveFrom(received.Query.Buffer, SocketFlags.None, received.Peer);
                Answer(received, length);
            }
            catch (SocketException)
            {
                // Of one peer, such as a port that is closed by now; a socket that is broken for good must not spin.
                if (!stopped) Thread.Sleep(1);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (Exception e)
            {
                log($"dns: a query from {received.Peer} was dropped: {e}");
            }
        }
    }

    void Answer(UdpQuery received, int length)
    {
        var verdict = received.Query.Read(length);
        if (verdict == QueryVerdict.Drop)
        {
            spare.Enqueue(received);
            return;
        }
        metrics.Request(false, received.Query.Type);
        if (verdict == QueryVerdict.Ask)
        {
            var answer = handlers.AnswerAsync(received.Query, cancellation);
            if (!answer.IsCompletedSuccessfully)
            {
                _ = FinishAsync(answer, received);
                return;
            }
        }
        Send(received);
    }

    async Task FinishAsync(ValueTask<bool> answer, UdpQuery received)
    {
        try
        {
            await answer.ConfigureAwait(false);
            Send(received);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopping, or the client is gone: it asks again if it still wants to know.
        }
        catch (Exception e)
        {
            log($"dns: a query from {received.Peer} was dropped: {e}");
        }
    }

    void Send(UdpQuery received)
    {
        socket.SendTo(received.Query.Response.Span, SocketFlags.None, received.Peer);
        metrics.Response(received.Query.Rcode);
        if (spare.Count < MostSpareQueries) spare.Enqueue(received);
    }

    UdpQuery Rent() => spare.TryDequeue(out var query) ? query : new(socket.AddressFamily);

    sealed class UdpQuery(AddressFamily family)
    {
        public DnsQuery Query { get; } = new(false);
        public SocketAddress Peer { get; } = new(family);
    }
}
