using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Fairlead.Node.Serving;

/// <summary>
/// Passes an upgrade (SPDY/3.1 or websocket) on to the runtime's streaming server and then bytes both ways, without a
/// look into them. What the runtime refuses is passed back as it is, so that kubectl falls back to its other protocol.
/// </summary>
static class StreamRelay
{
    const int LongestHead = 64 * 1024;

    static readonly string[] NotForwarded = ["host", "authorization", "content-length", "transfer-encoding"];

    public static async Task RelayAsync(HttpContext context, Uri target)
    {
        var cancellation = context.RequestAborted;
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(target.Host, target.Port, cancellation).ConfigureAwait(false);
        var runtime = new NetworkStream(socket, ownsSocket: false);
        await using (runtime.ConfigureAwait(false))
        {
            await runtime.WriteAsync(Encoding.ASCII.GetBytes(Head(context.Request, target)), cancellation).ConfigureAwait(false);
            var reader = PipeReader.Create(runtime);
            var (status, headers) = await ReadHeadAsync(reader, cancellation).ConfigureAwait(false);
            var upgrade = context.Features.Get<IHttpUpgradeFeature>();
            context.Response.StatusCode = status;
            foreach (var (name, value) in headers)
            {
                // Those that frame a body or hold a connection are the server's own.
                if (status == 101 || !name.Equals("content-length", StringComparison.OrdinalIgnoreCase) && !name.Equals("transfer-encoding", StringComparison.OrdinalIgnoreCase) && !name.Equals("connection", StringComparison.OrdinalIgnoreCase))
                    context.Response.Headers.Append(name, value);
            }
            if (status != 101 || upgrade is not { IsUpgradableRequest: true })
            {
                await RefuseAsync(context, reader, headers, cancellation).ConfigureAwait(false);
                return;
            }
            var client = await upgrade.UpgradeAsync().ConfigureAwait(false);
            await using (client.ConfigureAwait(false)) await BothWaysAsync(client, reader, runtime, socket).ConfigureAwait(false);
        }
    }

    // Ends when the runtime has said all, or the client is gone.
    static async Task BothWaysAsync(Stream client, PipeReader fromRuntime, NetworkStream toRuntime, Socket socket)
    {
        using var stop = new CancellationTokenSource();
        var up = CopyUpAsync(client, toRuntime, socket, stop.Token);
        var down = fromRuntime.CopyToAsync(client, stop.Token);
        try
        {
            var first = await Task.WhenAny(up, down).ConfigureAwait(false);
            // A client that closed its side may still wait for output.
            if (first == up) await down.WaitAsync(TimeSpan.FromSeconds(10)).ConfigureAwait(false);
            await client.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or TimeoutException or SocketException or OperationCanceledException) { }
        await stop.CancelAsync().ConfigureAwait(false);
        try { await Task.WhenAll(up, down).ConfigureAwait(false); }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException) { }
    }

    static async Task CopyUpAsync(Stream client, NetworkStream toRuntime, Socket socket, CancellationToken cancellation)
    {
        await client.CopyToAsync(toRuntime, cancellation).ConfigureAwait(false);
        socket.Shutdown(SocketShutdown.Send);
    }

    static async Task RefuseAsync(HttpContext context, PipeReader reader, List<(string Name, string Value)> headers, CancellationToken cancellation)
    {
        if (context.Response.StatusCode == 101) context.Response.StatusCode = StatusCodes.Status400BadRequest;
        var length = headers.Where(h => h.Name.Equals("content-length", StringComparison.OrdinalIgnoreCase)).Select(h => long.TryParse(h.Value, out var n) ? n : 0).FirstOrDefault();
        if (length is <= 0 or > LongestHead) return;
        var read = await reader.ReadAtLeastAsync((int)length, cancellation).ConfigureAwait(false);
        foreach (var part in read.Buffer.Slice(0, Math.Min(length, read.Buffer.Length))) await context.Response.Body.WriteAsync(part, cancellation).ConfigureAwait(false);
    }

    static string Head(HttpRequest request, Uri target)
    {
        var head = new StringBuilder($"{request.Method} {target.PathAndQuery} HTTP/1.1\r\nHost: {target.Authority}\r\n");
        foreach (var (name, values) in request.Headers)
        {
            if (NotForwarded.Contains(name, StringComparer.OrdinalIgnoreCase)) continue;
            foreach (var value in values) head.Append(name).Append(": ").Append(value).Append("\r\n");
        }
        return head.Append("Content-Length: 0\r\n\r\n").ToString();
    }

    static async Task<(int Status, List<(string Name, string Value)> Headers)> ReadHeadAsync(PipeReader reader, CancellationToken cancellation)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellation).ConfigureAwait(false);
            var bytes = System.Buffers.BuffersExtensions.ToArray(read.Buffer);
            var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
            if (end < 0)
            {
                if (read.IsCompleted || bytes.Length > LongestHead) throw new IOException("the container runtime's streaming server gave no answer");
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }
            reader.AdvanceTo(read.Buffer.GetPosition(end + 4));
            var lines = Encoding.ASCII.GetString(bytes, 0, end).Split("\r\n");
            var status = int.TryParse(lines[0].Split(' ').ElementAtOrDefault(1), out var code) ? code : 502;
            return (status, [.. lines.Skip(1).Select(l => l.Split(':', 2)).Where(h => h.Length == 2).Select(h => (h[0].Trim(), h[1].Trim()))]);
        }
    }
}
