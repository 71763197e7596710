using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.IO.Pipelines;
using Fairlead.Server.Auditing;
using Fairlead.Server.Authentication;
using Fairlead.Server.FlowControl;
using Fairlead.Server.Listen.Frames;
using Fairlead.Server.Responding;
using Fairlead.Server.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Fairlead.Server.Listen;

/// <summary>One request over a socket: Kestrel's context to an <see cref="ApiCall"/>, the answer back.</summary>
/// <param name="bodyTimeout">A body that comes more slowly is given up.</param>
public sealed class HttpExchange(ApiPipeline pipeline, ClientCertificates certificates, TimeSpan bodyTimeout, RequestHeaders? proxy = null)
{
    /// <summary>Answers of more bytes are compressed for clients that take it, as upstream.</summary>
    const int CompressFrom = 128 * 1024;

    /// <param name="stopping">The server stops: answers that have no end of their own end then.</param>
    public async Task HandleAsync(HttpContext http, CancellationToken stopping)
    {
        try
        {
            var answer = await AnswerAsync(http).ConfigureAwait(false);
            foreach (var warning in answer.Call.Warnings) Warn(http.Response, warning);
            if (answer.Call.Flow is { } flow) Mark(http.Response, flow);
            http.Response.Headers["Audit-Id"] = answer.Call.Audit?.Id ?? RequestAudit.IdOf(http);
            var content = YamlAnswer.IsAsked(http.Request.Headers.Accept) ? await YamlAnswer.OfAsync(answer.Answer, http.RequestAborted).ConfigureAwait(false) : answer.Answer;
            await WriteAsync(http, content, stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested) { }
        catch (BadHttpRequestException) when (http.Response.HasStarted) { }
        catch (BadHttpRequestException malformed)
        {
            await WriteAsync(http, Statuses.Of(Refuse.BadRequest(malformed.Message)), stopping).ConfigureAwait(false);
        }
    }

    async ValueTask<(ApiAnswer Answer, ApiCall Call)> AnswerAsync(HttpContext http)
    {
        UserInfo? user = null;
        if (proxy?.TryUser(http, out user) != true && http.Connection.ClientCertificate is { } certificate && !certificates.TryUser(certificate, out user))
        {
            var nobodys = Call(http, null);
            return (pipeline.Unauthorized(nobodys), nobodys);
        }
        var call = Call(http, user);
        return (await pipeline.HandleAsync(call, http.RequestAborted).ConfigureAwait(false), call);
    }

    ApiCall Call(HttpContext http, UserInfo? user)
    {
        var request = http.Request;
        var query = request.QueryString.Value;
        return new ApiCall
        {
            Method = request.Method,
            Path = request.Path.Value ?? "/",
            Query = string.IsNullOrEmpty(query) ? QueryParameters.Empty : new QueryParameters(query),
            Accept = request.Headers.Accept,
            ContentType = request.ContentType,
            IfNoneMatch = request.Headers.IfNoneMatch,
            UserAgent = request.Headers.UserAgent,
            Authorization = request.Headers.Authorization,
            Impersonation = Impersonation.Of(request.Headers),
            User = user,
            Http = http,
            ReadBody = (limit, cancellation) => ReadBodyAsync(request, limit, cancellation),
        };
    }

    async ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync(HttpRequest request, int limit, CancellationToken cancellation)
    {
        if (request.ContentLength > limit) throw Refuse.TooLarge(limit);
        var reader = request.BodyReader;
        try
        {
            // Most bodies are here with their head and need no clock.
            if (reader.TryRead(out var first))
            {
                if (first.IsCompleted) return Whole(reader, first, limit);
                reader.AdvanceTo(first.Buffer.Start, first.Buffer.End);
            }
            using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            bound.CancelAfter(bodyTimeout);
            while (true)
            {
                var read = await reader.ReadAsync(bound.Token).ConfigureAwait(false);
                if (read.Buffer.Length > limit) throw Refuse.TooLarge(limit);
                if (read.IsCompleted) return Whole(reader, read, limit);
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Refuse.Timeout($"the body of the request did not come within {bodyTimeout.TotalSeconds} s; nothing was changed: send it again, whole");
        }
        // It ends before its length, or its chunks are none.
        catch (BadHttpRequestException malformed) { throw Refuse.BadRequest(malformed.Message); }
    }

    static ReadOnlyMemory<byte> Whole(PipeReader reader, ReadResult read, int limit)
    {
        if (read.Buffer.Length > limit) throw Refuse.TooLarge(limit);
        var body = read.Buffer.ToArray();
        reader.AdvanceTo(read.Buffer.End);
        return body;
    }

    static async Task WriteAsync(HttpContext http, ApiAnswer answer, CancellationToken stopping)
    {
        // Only what may stay open long pays for a token of its own.
        using var open = answer.Relay is null && answer.Stream is null ? null : CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        if (open is not null) http.RequestAborted = open.Token;
        if (answer.Relay is { } relay)
        {
            await relay(http).ConfigureAwait(false);
            return;
        }
        var response = http.Response;
        response.StatusCode = answer.Code;
        response.ContentType = answer.ContentType;
        response.Headers.CacheControl = answer.CacheControl;
        if (answer.ETag is { } etag) response.Headers.ETag = etag;
        if (answer.RetryAfter is { } seconds and > 0) response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (answer.Stream is { } stream)
        {
            // Its client takes the answer for whole after its head, and goes on with another request on the connection.
            if (answer.LongRunning && HttpMethods.IsHead(http.Request.Method)) await open!.CancelAsync().ConfigureAwait(false);
            if (answer.Size > CompressFrom && AcceptsGzip(http.Request))
            {
                await CompressAsync(response, pipe => stream(pipe, http.RequestAborted)).ConfigureAwait(false);
                return;
            }
            if (answer.LongRunning && HttpMethods.IsGet(http.Request.Method) && OwnOutput(http) is { } own)
            {
                using (own)
                {
                    await response.BodyWriter.FlushAsync(http.RequestAborted).ConfigureAwait(false);
                    await stream(own, http.RequestAborted).ConfigureAwait(false);
                    await own.DrainAsync(http.RequestAborted).ConfigureAwait(false);
                }
                return;
            }
            await stream(response.BodyWriter, http.RequestAborted).ConfigureAwait(false);
            return;
        }
        if (answer.Code is 304 or 204) return;
        if (answer.Body.Length > CompressFrom && AcceptsGzip(http.Request))
        {
            await CompressAsync(response, pipe => pipe.WriteAsync(answer.Body, http.RequestAborted).AsTask()).ConfigureAwait(false);
            return;
        }
        response.ContentLength = answer.Body.Length;
        if (HttpMethods.IsHead(http.Request.Method)) return;
        await response.BodyWriter.WriteAsync(answer.Body, http.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>What takes the body past Kestrel, on an HTTP/2 connection.</summary>
    static StreamOutput? OwnOutput(HttpContext http) =>
        http.Features.Get<SharedOutput>()?.Take(http.Features.GetRequiredFeature<IHttp2StreamIdFeature>().StreamId);

    static bool AcceptsGzip(HttpRequest request) => ((string?)request.Headers.AcceptEncoding)?.Contains("gzip", StringComparison.OrdinalIgnoreCase) == true;

    static async Task CompressAsync(HttpResponse response, Func<PipeWriter, Task> write)
    {
        response.Headers.ContentEncoding = "gzip";
        response.Headers.Append("Vary", "Accept-Encoding");
        var gzip = new GZipStream(response.BodyWriter.AsStream(leaveOpen: true), CompressionLevel.Fastest);
        await using var end = gzip.ConfigureAwait(false);
        var pipe = PipeWriter.Create(gzip, new StreamPipeWriterOptions(leaveOpen: true));
        await write(pipe).ConfigureAwait(false);
        await pipe.CompleteAsync().ConfigureAwait(false);
    }

    /// <summary>What held the request up, by uid: names would tell users how they are judged (as upstream).</summary>
    static void Mark(HttpResponse response, FlowRule flow)
    {
        if (flow.Uid.Length > 0) response.Headers["X-Kubernetes-PF-FlowSchema-UID"] = flow.Uid;
        if (flow.LevelUid.Length > 0) response.Headers["X-Kubernetes-PF-PriorityLevel-UID"] = flow.LevelUid;
    }

    /// <summary>RFC 7234 §5.5, as Kubernetes writes it: code 299, no agent.</summary>
    static void Warn(HttpResponse response, string text)
    {
        var quoted = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        response.Headers.Append("Warning", $"299 - \"{new string([.. quoted.Select(c => c is < ' ' or > '~' ? '?' : c)])}\"");
    }
}
