using System.Net.WebSockets;
using System.Text;
using Fairlead.Api.Errors;
using Fairlead.Api.Meta.V1;
using Fairlead.Client.Streams;
using Fairlead.Server.Listen;
using Fairlead.Server.Responding;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Fairlead.Server.Relaying;

/// <summary>
/// Passes a request on to a node, a Pod or another server and its answer back. An upgrade (SPDY/3.1, websocket) is a head each way and
/// then bytes that nobody here looks at, unless the client speaks a protocol that nodes don't: see <see cref="WebSocketStreams"/>.
/// </summary>
/// <param name="backend">Carries requests to the other side, with TLS as that demands.</param>
public sealed class StreamRelay(HttpMessageInvoker backend, Uri target)
{
    const int LongestRefusal = 2048;

    static readonly HashSet<string> NotForwarded = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization", "Host", "Connection", "Keep-Alive", "Transfer-Encoding", "TE", "Trailer", "Proxy-Authorization", "Content-Length",
    };

    /// <summary>True for a kubelet's plain answers, whose refusals the client gets as a Status.</summary>
    public bool RefusalsAreText { get; init; }

    /// <summary>The websocket protocol that is translated here for the node; null for none.</summary>
    public string? Translated { get; init; }

    /// <summary>Headers of the client that are kept from the other side, beside those that belong to its connection; null for none.</summary>
    public Func<string, bool>? Withheld { get; init; }

    /// <summary>Completes the request before it is sent; null for nothing.</summary>
    public Action<HttpRequestMessage>? Complete { get; init; }

    /// <summary>How long the other side may take to begin its answer; null for as long as the client waits.</summary>
    public TimeSpan? AnswerWithin { get; init; }

    /// <summary>What the client is told when the other side can't be reached.</summary>
    public Func<Exception, ApiAnswer> Unreached { get; init; } = fault => Statuses.Of(Refuse.BadGateway($"error dialing backend: {fault.Message}"));

    public ApiAnswer Answer() => new() { Relay = RunAsync, LongRunning = true };

    public async Task RunAsync(HttpContext http)
    {
        try
        {
            if (http.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade) await ForwardAsync(http).ConfigureAwait(false);
            else if (Translated is { } protocol && WebSocketStreams.Wanted(http.Request, protocol)) await new WebSocketStreams(backend, target, protocol).RunAsync(http, upgrade).ConfigureAwait(false);
            else await UpgradeAsync(http, upgrade).ConfigureAwait(false);
        }
        catch (ApiException refusal) when (!http.Response.HasStarted)
        {
            await RefuseAsync(http, Statuses.Of(refusal)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException && !http.Response.HasStarted)
        {
            await RefuseAsync(http, Unreached(e)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or WebSocketException) { http.Abort(); } // one side has gone in the middle of the stream: the other must not take it for the end
    }

    async Task ForwardAsync(HttpContext http)
    {
        using var request = RequestOf(http.Request);
        using var response = await backend.SendWithinAsync(request, AnswerWithin, http.RequestAborted).ConfigureAwait(false);
        if (RefusalsAreText && (int)response.StatusCode >= 400) throw await RefusalAsync(response, http.RequestAborted).ConfigureAwait(false);
        CopyHead(response, http.Response);
        var body = await response.Content.ReadAsStreamAsync(http.RequestAborted).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            // The head goes out now: the first event of a watch may be long in coming.
            await http.Response.Body.FlushAsync(http.RequestAborted).ConfigureAwait(false);
            await CopyAsync(body, http.Response.Body, http.RequestAborted).ConfigureAwait(false);
        }
    }

    async Task UpgradeAsync(HttpContext http, IHttpUpgradeFeature upgrade)
    {
        using var request = RequestOf(http.Request);
        using var answer = await UpgradedAnswer.SendAsync(backend, request, http.RequestAborted).ConfigureAwait(false);
        CopyHead(answer.Response, http.Response);
        if (!answer.IsUpgraded)
        {
            await CopyAsync(answer.Content, http.Response.Body, http.RequestAborted).ConfigureAwait(false);
            return;
        }
        var client = await upgrade.UpgradeAsync().ConfigureAwait(false);
        await using (client.ConfigureAwait(false)) await StreamPair.CopyAsync(client, answer.Content, http.RequestAborted).ConfigureAwait(false);
    }

    HttpRequestMessage RequestOf(HttpRequest from)
    {
        var request = new HttpRequestMessage(new HttpMethod(from.Method), target);
        if (from.ContentLength > 0 || from.Headers.TransferEncoding.Count > 0) request.Content = new StreamContent(from.Body);
        foreach (var (name, values) in from.Headers)
        {
            if (NotForwarded.Contains(name) || name.StartsWith(':') || Withheld?.Invoke(name) == true) continue;
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values)) request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }
        Complete?.Invoke(request);
        return request;
    }

    static void CopyHead(HttpResponseMessage from, HttpResponse to)
    {
        to.StatusCode = (int)from.StatusCode;
        foreach (var (name, values) in from.Headers.Concat(from.Content.Headers))
        {
            if (!NotForwarded.Contains(name)) to.Headers[name] = values.ToArray();
        }
    }

    /// <summary>A kubelet's refusal in plain text as the API's.</summary>
    internal static async Task<ApiException> RefusalAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var bytes = new byte[LongestRefusal];
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        var text = Encoding.UTF8.GetString(bytes, 0, length).Trim();
        return (int)response.StatusCode switch
        {
            400 => Refuse.BadRequest(text),
            404 => new ApiException(new Status { Outcome = "Failure", Code = 404, Reason = StatusReason.NotFound, Message = text }),
            _ => Refuse.Internal(text),
        };
    }

    static async Task RefuseAsync(HttpContext http, ApiAnswer answer)
    {
        http.Response.StatusCode = answer.Code;
        http.Response.ContentType = answer.ContentType;
        await http.Response.BodyWriter.WriteAsync(answer.Body, http.RequestAborted).ConfigureAwait(false);
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
