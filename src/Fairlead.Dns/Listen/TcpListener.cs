using System.Buffers.Binary;
using System.Net.Sockets;
using Fairlead.Dns.Handlers;

namespace Fairlead.Dns.Listen;

/// <summary>
/// Answers connections of one address (RFC 7766): each message after its length, one after the other. Connections are
/// limited in number and in idle time; beyond the number they are closed at once.
/// </summary>
sealed class TcpListener(Socket socket, IDnsHandler handlers, DnsMetrics metrics, Action<string> log) : IDisposable
{
    const int MostConnections = 200, Backlog = 128;
    static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(10), AnswerTime = TimeSpan.FromSeconds(10), AcceptPause = TimeSpan.FromMilliseconds(50);

    int connections;

    public void Start() => socket.Listen(Backlog);

    public void Dispose() => socket.Dispose();

    /// <summary>Accepts until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                var connection = await socket.AcceptAsync(cancellation).ConfigureAwait(false);
                if (Interlocked.Increment(ref connections) <= MostConnections)
                {
                    _ = ServeAsync(connection, cancellation);
                    continue;
                }
                Interlocked.Decrement(ref connections);
                connection.Dispose();
            }
            catch (SocketException)
            {
                // Out of file descriptors, most likely: some connection will end.
                await Task.Delay(AcceptPause, cancellation).ConfigureAwait(false);
            }
        }
    }

    async Task ServeAsync(Socket connection, CancellationToken cancellation)
    {
        // Off the accepting loop, which goes on.
        await Task.Yield();
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            using (connection)
            {
                connection.NoDelay = true;
                var query = new DnsQuery(true);
                while (await ServeOneAsync(connection, query, limited).ConfigureAwait(false)) { }
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // The client went away, or was silent for too long.
        }
        catch (Exception e)
        {
            log($"dns: a connection was closed: {e}");
        }
        finally
        {
            Interlocked.Decrement(ref connections);
        }
    }

    async Task<bool> ServeOneAsync(Socket connection, DnsQuery query, CancellationTokenSource limited)
    {
        limited.CancelAfter(IdleTime);
        var buffer = query.Buffer.AsMemory();
        if (!await FillAsync(connection, buffer[..2], limited.Token).ConfigureAwait(false)) return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(buffer.Span);
        if (length > buffer.Length || !await FillAsync(connection, buffer[..length], limited.Token).ConfigureAwait(false)) return false;
        limited.CancelAfter(AnswerTime);
        var verdict = query.Read(length);
        if (verdict == QueryVerdict.Drop) return false;
        metrics.Request(true, query.Type);
        if (verdict == QueryVerdict.Ask) await handlers.AnswerAsync(query, limited.Token).ConfigureAwait(false);
        await SendAsync(connection, query, limited.Token).ConfigureAwait(false);
        metrics.Response(query.Rcode);
        return true;
    }

    static async Task SendAsync(Socket connection, DnsQuery query, CancellationToken cancellation)
    {
        // In one segment with its length: some clients do not wait for a second.
        var framed = new byte[query.ResponseLength + 2];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)query.ResponseLength);
        query.Response.CopyTo(framed.AsMemory(2));
        for (var rest = framed.AsMemory(); rest.Length > 0;)
        {
            rest = rest[await connection.SendAsync(rest, cancellation).ConfigureAwait(false)..];
        }
    }

    static async Task<bool> FillAsync(Socket connection, Memory<byte> buffer, CancellationToken cancellation)
    {
        while (buffer.Length > 0)
        {
            var received = await connection.ReceiveAsync(buffer, cancellation).ConfigureAwait(false);
            if (received == 0) return false;
            buffer = buffer[received..];
        }
        return true;
    }
}
