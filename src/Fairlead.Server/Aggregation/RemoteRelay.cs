using System.IO.Pipelines;
using System.Net.Sockets;
using System.Security.Cryptography;
using Fairlead.Server.Authentication;
using Fairlead.Server.Decoding;
using Fairlead.Server.Listen;
using Fairlead.Server.Relaying;
using Fairlead.Server.Responding;
using Microsoft.AspNetCore.Http;

namespace Fairlead.Server.Aggregation;

/// <summary>
/// Passes requests on to other API servers, as the front proxy on behalf of the user: from a socket as bytes, upgrades
/// included; from this process as one request. What can't be reached is answered with 503, in upstream's words.
/// </summary>
public sealed class RemoteRelay(RemoteConnections connections)
{
    /// <summary>As long as upstream gives any request that is no watch.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>The other server's answer.</summary>
    public async ValueTask<ApiAnswer> AnswerAsync(ApiCall call, RemoteApi api, UserInfo user, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(api);
        if (!api.Available) return Unavailable(call, "service unavailable");
        HttpMessageInvoker backend;
        try { backend = connections.To(api); }
        catch (CryptographicException e) { return ApiAnswer.Text($"the caBundle of APIService {api.Served.Name} can't be used: {e.Message}: it must be PEM certificates in base64\n", 500); }
        var target = Target(api, call);
        if (call.Http is null) return await InProcessAsync(backend, target, call, user, cancellation).ConfigureAwait(false);
        return new StreamRelay(backend, target)
        {
            Withheld = FrontProxyHeaders.Withheld,
            Complete = request =>
            {
                FrontProxyHeaders.Set(request, user);
                FrontProxyHeaders.Forwarded(request, call.Http.Connection.RemoteIpAddress);
            },
            AnswerWithin = call.Query.Flag("watch") ? null : Longest,
            Unreached = fault => Unavailable(call, Reaching(fault)),
        }.Answer();
    }

    // As it came: what was judged is what is asked for.
    static Uri Target(RemoteApi api, ApiCall call) => new(
        $"https://{api.Host}:{api.Port}{new PathString(call.Path).ToUriComponent()}{call.Query.Raw}",
        new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    static async ValueTask<ApiAnswer> InProcessAsync(HttpMessageInvoker backend, Uri target, ApiCall call, UserInfo user, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(new HttpMethod(call.Method), target);
        var body = await call.ReadBody(ObjectDecoder.MaxBody, cancellation).ConfigureAwait(false);
        if (body.Length > 0)
        {
            request.Content = new ReadOnlyMemoryContent(body);
            if (call.ContentType is { } type) request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }
        request.Headers.TryAddWithoutValidation("Accept", call.Accept ?? ApiAnswer.Json);
        if (call.UserAgent is { } agent) request.Headers.TryAddWithoutValidation("User-Agent", agent);
        try
        {
            FrontProxyHeaders.Set(request, user);
            var response = await backend.SendWithinAsync(request, Longest, cancellation).ConfigureAwait(false);
            var answer = new ApiAnswer
            {
                Code = (int)response.StatusCode,
                ContentType = response.Content.Headers.ContentType?.ToString() ?? ApiAnswer.Json,
                LongRunning = call.Query.Flag("watch"),
                Stream = (pipe, stop) => CopyAsync(response, pipe, stop),
            };
            // Whoever asked for a stream reads a refusal as a whole.
            return answer.Code < 400 ? answer : await answer.WholeAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or IOException) { return Unavailable(call, Reaching(e)); }
    }

    static async Task CopyAsync(HttpResponseMessage response, PipeWriter pipe, CancellationToken cancellation)
    {
        using (response)
        {
            var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            await using var closed = body.ConfigureAwait(false);
            while (await body.ReadAsync(pipe.GetMemory(16 * 1024), cancellation).ConfigureAwait(false) is var count and > 0)
            {
                pipe.Advance(count);
                await pipe.FlushAsync(cancellation).ConfigureAwait(false);
            }
        }
    }

    static string Reaching(Exception fault) =>
        $"error trying to reach service: {(fault.InnerException is { } inner and not OperationCanceledException ? $"{fault.Message} {inner.Message}" : fault.Message)}";

    // Upstream answers in plain text; components of this process read a Status.
    static ApiAnswer Unavailable(ApiCall call, string why) => call.Http is null ? Statuses.Of(Refuse.Unavailable(why)) : ApiAnswer.Text(why + "\n", 503);
}
