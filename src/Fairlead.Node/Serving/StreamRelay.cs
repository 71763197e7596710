using Fairlead.Client.Streams;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Fairlead.Node.Serving;

/// <summary>
/// Passes an upgrade (SPDY/3.1 or websocket) on to the runtime's streaming server and then bytes both ways, without a
/// look into them. What the runtime refuses is passed back as it is, so that kubectl falls back to its other protocol.
/// </summary>
static class StreamRelay
{
    static readonly HttpMessageInvoker Http = new(new SocketsHttpHandler
    {
        ConnectTimeout = TimeSpan.FromSeconds(10), UseProxy = false, UseCookies = false, AllowAutoRedirect = false,
    });

    // Those that frame a body or hold a connection are each connection's own.
    static readonly HashSet<string> NotForwarded = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Authorization", "Connection", "Content-Length", "Transfer-Encoding",
    };

    public static async Task RelayAsync(HttpContext context, Uri target)
    {
        var cancellation = context.RequestAborted;
        if (context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync("the request must upgrade to SPDY/3.1 or websocket\n", cancellation).ConfigureAwait(false);
            return;
        }
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), target);
        foreach (var (name, values) in context.Request.Headers)
        {
            if (!NotForwarded.Contains(name)) request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }
        using var answer = await UpgradedAnswer.SendAsync(Http, request, cancellation).ConfigureAwait(false);
        context.Response.StatusCode = (int)answer.Response.StatusCode;
        foreach (var (name, values) in answer.Response.Headers.Concat(answer.Response.Content.Headers))
        {
            if (!NotForwarded.Contains(name)) context.Response.Headers[name] = values.ToArray();
        }
        if (!answer.IsUpgraded)
        {
            await answer.Content.CopyToAsync(context.Response.Body, cancellation).ConfigureAwait(false);
            return;
        }
        var client = await upgrade.UpgradeAsync().ConfigureAwait(false);
        await using (client.ConfigureAwait(false)) await StreamPair.CopyAsync(client, answer.Content, cancellation).ConfigureAwait(false);
    }
}
