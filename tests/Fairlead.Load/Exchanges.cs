using System.Net.Sockets;
using System.Text;

namespace Fairlead.Load;

/// <summary>One request and its answer over an open connection.</summary>
interface IExchange
{
    /// <returns>Whether the connection may be used again.</returns>
    /// <exception cref="SocketException">The connection broke.</exception>
    /// <exception cref="BadAnswerException">It ended, or said something else, in place of an answer.</exception>
    Task<bool> ExchangeAsync(Socket socket, byte[] buffer, bool last, CancellationToken cancellation);
}

/// <summary>The other side ended the connection, or answered with a failure.</summary>
sealed class BadAnswerException(string reason) : Exception(reason);

sealed class PlainExchange : IExchange
{
    static readonly byte[] Question = "?"u8.ToArray();

    public async Task<bool> ExchangeAsync(Socket socket, byte[] buffer, bool last, CancellationToken cancellation)
    {
        await socket.SendAsync(Question, cancellation);
        return await socket.ReceiveAsync(buffer, cancellation) > 0 ? true : throw new BadAnswerException("closed");
    }
}

/// <summary>HTTP/1.1, as far as a server with a Content-Length needs it (RFC 9112).</summary>
sealed class HttpExchange : IExchange
{
    static readonly byte[] Again = "GET / HTTP/1.1\r\nHost: load\r\n\r\n"u8.ToArray(), Once = "GET / HTTP/1.1\r\nHost: load\r\nConnection: close\r\n\r\n"u8.ToArray();

    public async Task<bool> ExchangeAsync(Socket socket, byte[] buffer, bool last, CancellationToken cancellation)
    {
        await socket.SendAsync(last ? Once : Again, cancellation);
        var length = 0;
        while (true)
        {
            var n = await socket.ReceiveAsync(buffer.AsMemory(length), cancellation);
            if (n == 0) throw new BadAnswerException(length == 0 ? "closed" : "cut");
            length += n;
            var text = Encoding.ASCII.GetString(buffer, 0, length);
            var head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (head < 0 || length < head + 4 + ContentLength(text[..head])) continue;
            if (!text.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal)) throw new BadAnswerException("status" + text[9..12]);
            return !text[..head].Contains("Connection: close", StringComparison.OrdinalIgnoreCase);
        }
    }

    static int ContentLength(string head)
    {
        var at = head.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
        return at < 0 ? throw new BadAnswerException("nolength") : int.Parse(head[(at + 16)..].Split('\r')[0]);
    }
}
