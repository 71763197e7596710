using System.Text;
using Fairlead.Server.Listen;
using Fairlead.Server.Responding;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Fairlead.Server.Relaying;

/// <summary>
/// Passes a request on to a node or Pod and its answer back. An upgrade (SPDY/3.1, websocket) is a head each way and
/// then bytes that nobody here looks at.
/// </summary>
public sealed class StreamRelay(NodeConnections connections, Uri target)
{
    const int MaxHead = 64 * 1024;

    static readonly HashSet<string> NotForwarded = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization", "Host", "Connection", "Keep-Alive", "Transfer-Encoding", "TE", "Trailer", "Proxy-Authorization", "Content-Length",
    };

    public ApiAnswer Answer() => new() { Relay = RunAsync, LongRunning = true };

    public async Task RunAsync(HttpContext http)
    {
        try
        {
            if (http.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade) await UpgradeAsync(http, upgrade).ConfigureAwait(false);
            else await ForwardAsync(http).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException && !http.Response.HasStarted)
        {
            var status = Refuse.BadGateway($"error dialing backend: {e.Message}");
            var answer = Statuses.Of(status);
            http.Response.StatusCode = answer.Code;
            http.Response.ContentType = answer.ContentType;
            await http.Response.BodyWriter.WriteAsync(answer.Body, http.RequestAborted).ConfigureAwait(false);
        }
        catch (IOException) { } // one side has gone in the middle of the stream
    }

    async Task ForwardAsync(HttpContext http)
    {
        using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), target);
        if (http.Request.ContentLength > 0 || http.Request.Headers.TransferEncoding.Count > 0) request.Content = new StreamContent(http.Request.Body);
        foreach (var (name, values) in http.Request.Headers)
        {
            if (NotForwarded.Contains(name) || name.StartsWith(':')) continue;
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values)) request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }
        using var response = await connections.Http.SendAsync(request, http.RequestAborted).ConfigureAwait(false);
        http.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
        {
            if (!NotForwarded.Contains(name)) http.Response.Headers[name] = values.ToArray();
        }
        var body = await response.Content.ReadAsStreamAsync(http.RequestAborted).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            await http.Response.StartAsync(http.RequestAborted).ConfigureAwait(false);
            await CopyAsync(body, http.Response.Body, http.RequestAborted).ConfigureAwait(false);
        }
    }

    async Task UpgradeAsync(HttpContext http, IHttpUpgradeFeature upgrade)
    {
        var backend = await connections.ConnectAsync(target, http.RequestAborted).ConfigureAwait(false);
        await using (backend.ConfigureAwait(false))
        {
            await backend.WriteAsync(RequestHead(http.Request), http.RequestAborted).ConfigureAwait(false);
            await backend.FlushAsync(http.RequestAborted).ConfigureAwait(false);
            var (head, rest) = await ReadHeadAsync(backend, http.RequestAborted).ConfigureAwait(false);
            var code = ApplyHead(http.Response, head);
            if (code != 101)
            {
                http.Response.StatusCode = code;
                await http.Response.Body.WriteAsync(rest, http.RequestAborted).ConfigureAwait(false);
                await CopyAsync(backend, http.Response.Body, http.RequestAborted).ConfigureAwait(false);
                return;
            }
            var client = await upgrade.UpgradeAsync().ConfigureAwait(false);
            await using (client.ConfigureAwait(false))
            {
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
                await client.WriteAsync(rest, stop.Token).ConfigureAwait(false);
                await client.FlushAsync(stop.Token).ConfigureAwait(false);
                var up = CopyAsync(client, backend, stop.Token);
                var down = CopyAsync(backend, client, stop.Token);
                await Task.WhenAny(up, down).ConfigureAwait(false);
                // The client closes first when it has all it wants; what the node still sends has nobody to read it.
                await stop.CancelAsync().ConfigureAwait(false);
                await Task.WhenAll(up, down).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    byte[] RequestHead(HttpRequest request)
    {
        var head = new StringBuilder();
        head.Append($"{request.Method} {target.PathAndQuery} HTTP/1.1\r\nHost: {target.Authority}\r\nConnection: Upgrade\r\n");
        foreach (var (name, values) in request.Headers)
        {
            if (NotForwarded.Contains(name)) continue;
            foreach (var value in values) head.Append($"{name}: {value}\r\n");
        }
        if (!HttpMethods.IsGet(request.Method)) head.Append("Content-Length: 0\r\n");
        return Encoding.Latin1.GetBytes(head.Append("\r\n").ToString());
    }

    static async Task<(string Head, ReadOnlyMemory<byte> Remainder)> ReadHeadAsync(Stream stream, CancellationToken cancellation)
    {
        var buffer = new byte[MaxHead];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellation).ConfigureAwait(false);
            if (read == 0) throw new IOException("the node closed the connection before it answered");
            length += read;
            var end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (end >= 0) return (Encoding.Latin1.GetString(buffer, 0, end), buffer.AsMemory(end + 4, length - end - 4));
        }
        throw new IOException("the node's answer has too long a head");
    }

    /// <summary>Copies the headers and returns the status code.</summary>
    static int ApplyHead(HttpResponse response, string head)
    {
        var lines = head.Split("\r\n");
        if (lines[0].Split(' ') is not [_, var code, ..] || !int.TryParse(code, out var status)) throw new IOException("the node's answer is no HTTP");
        foreach (var line in lines.AsSpan(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || NotForwarded.Contains(line[..colon])) continue;
            response.Headers.Append(line[..colon], line[(colon + 1)..].Trim());
        }
        return status;
    }

    static async Task CopyAsync(Stream from, Stream to, CancellationToken cancellation)
    {
        var buffer = new byte[32 * 1024];
        while (await from.ReadAsync(buffer, cancellation).ConfigureAwait(false) is var read and > 0)
        {
            await to.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
            await to.FlushAsync(cancellation).ConfigureAwait(false);
        }
    }
}
