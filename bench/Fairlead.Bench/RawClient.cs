using System.Buffers.Text;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Fairlead.Bench;

/// <summary>
/// One kept connection that speaks just enough HTTP/1.1 over TLS to load a server without costing much itself: requests
/// are bytes made beforehand, an answer is its status code and its length. One request at a time.
/// </summary>
sealed class RawClient : IDisposable
{
    readonly SslStream stream;
    readonly byte[] buffer = new byte[64 * 1024];

    RawClient(TlsConnection connection) => (Connection, stream) = (connection, connection.Stream);

    public TlsConnection Connection { get; }

    /// <summary>The last answer's body, or with chunks its beginning; for requests that need to look.</summary>
    public string LastBody { get; private set; } = "";

    /// <summary>Bytes of the last answer's body; with chunks, their heads included.</summary>
    public long LastLength { get; private set; }

    /// <summary>Makes an object.</summary>
    public async Task MustAsync(string path, string body)
    {
        var code = await SendAsync(Request("POST", path, "application/json", body), keepBody: true);
        if (code != 201) throw new InvalidOperationException($"POST {path}: {code} {LastBody}");
    }

    /// <param name="certificate">Who the client is; null for the administrator.</param>
    public static async Task<RawClient> ConnectAsync(ServerProcess server, X509Certificate2? certificate = null) => new(await TlsConnection.OpenAsync(server, SslApplicationProtocol.Http11, certificate));

    public static byte[] Request(string method, string path, string? contentType = null, string body = "", string accept = "application/json")
    {
        var head = $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\n";
        if (contentType is not null) head += $"Content-Type: {contentType}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n";
        return Encoding.UTF8.GetBytes(head + "\r\n" + body);
    }

    /// <summary>Sends the request, reads the whole answer; returns the status code.</summary>
    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> request, bool keepBody = false)
    {
        await stream.WriteAsync(request);
        var filled = 0;
        int end;
        while ((end = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8)) < 0) filled += await ReadAsync(filled);
        var (code, length) = Head(buffer.AsSpan(0, end));
        var got = filled - end - 4;
        LastLength = length >= 0 ? length : got;
        if (length >= 0)
        {
            if (keepBody)
            {
                var body = new byte[length];
                buffer.AsSpan(end + 4, got).CopyTo(body);
                await stream.ReadExactlyAsync(body.AsMemory(got));
                LastBody = Encoding.UTF8.GetString(body);
                return code;
            }
            while (got < length) got += await ReadAsync(0);
            return code;
        }
        if (keepBody)
        {
            // Its beginning, chunk heads and all: there stands what a list says of itself.
            while (filled < end + 4 + 1024 && !buffer.AsSpan(0, filled).EndsWith("\r\n0\r\n\r\n"u8)) filled += await ReadAsync(filled);
            LastLength = filled - end - 4;
            LastBody = Encoding.UTF8.GetString(buffer, end + 4, filled - end - 4);
        }
        // Chunked: nothing follows the last chunk before the next request is sent.
        while (!buffer.AsSpan(0, filled).EndsWith("\r\n0\r\n\r\n"u8))
        {
            if (filled > buffer.Length / 2)
            {
                buffer.AsSpan(filled - 8, 8).CopyTo(buffer);
                filled = 8;
            }
            var read = await ReadAsync(filled);
            filled += read;
            LastLength += read;
        }
        return code;
    }

    /// <summary>Sends a request whose answer has no end, and returns its stream after the status line was read as 200.</summary>
    public async Task<Stream> OpenAsync(ReadOnlyMemory<byte> request)
    {
        await stream.WriteAsync(request);
        var n = await ReadAsync(0);
        return Head(buffer.AsSpan(0, n)).Code == 200 ? stream : throw new IOException(Encoding.ASCII.GetString(buffer, 0, n));
    }

    public void Dispose() => Connection.Dispose();

    async ValueTask<int> ReadAsync(int at)
    {
        var n = await stream.ReadAsync(buffer.AsMemory(at));
        return n > 0 ? n : throw new IOException("the server closed the connection");
    }

    /// <summary>Status code, and content length or -1.</summary>
    static (int Code, int Length) Head(ReadOnlySpan<byte> head)
    {
        _ = Utf8Parser.TryParse(head[9..], out int code, out _);
        var at = head.IndexOf("Content-Length: "u8);
        if (at < 0) return (code, code == 204 ? 0 : -1);
        _ = Utf8Parser.TryParse(head[(at + 16)..], out int length, out _);
        return (code, length);
    }
}
