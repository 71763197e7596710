using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Fairlead.Api.Errors;
using Fairlead.Client.Streams;
using Fairlead.Server.Responding;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Fairlead.Server.Relaying;

/// <summary>
/// The websocket protocols of newer clients, which end here: container runtimes speak SPDY. v5.channel.k8s.io of exec
/// and attach becomes SPDY streams; in port-forward the websocket carries SPDY itself (KEP-4006).
/// </summary>
sealed class WebSocketStreams(HttpMessageInvoker http, Uri target, string protocol)
{
    /// <summary>Of exec and attach.</summary>
    public const string Channels = "v5.channel.k8s.io";

    /// <summary>Of port-forward.</summary>
    public const string Tunnel = TunnelPrefix + "portforward.k8s.io";

    const string TunnelPrefix = "SPDY/3.1+";
    static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(5);

    /// <summary>True if the client offers the protocol. If not, the bytes of its websocket are passed on as they are.</summary>
    public static bool Wanted(HttpRequest request, string protocol) =>
        string.Equals(request.Headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase)
        && request.Headers.SecWebSocketProtocol.Any(h => (h ?? "").Split(',', StringSplitOptions.TrimEntries).Contains(protocol));

    public async Task RunAsync(HttpContext client, IHttpUpgradeFeature upgrade)
    {
        var key = client.Request.Headers.SecWebSocketKey.ToString();
        if (key.Length == 0 || client.Request.Headers.SecWebSocketVersion != "13") throw Refuse.BadRequest("the websocket request has no Sec-WebSocket-Key, or a version other than 13");
        var tunnel = protocol.StartsWith(TunnelPrefix, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Post, target);
        request.Headers.TryAddWithoutValidation("Upgrade", "SPDY/3.1");
        request.Headers.TryAddWithoutValidation("X-Stream-Protocol-Version", tunnel ? protocol[TunnelPrefix.Length..] : "v4.channel.k8s.io");
        using var answer = await UpgradedAnswer.SendAsync(http, request, client.RequestAborted).ConfigureAwait(false);
        if (!answer.IsUpgraded) throw await StreamRelay.RefusalAsync(answer.Response, client.RequestAborted).ConfigureAwait(false);
        client.Response.Headers.Upgrade = "websocket";
        client.Response.Headers.SecWebSocketAccept = Accept(key);
        client.Response.Headers.SecWebSocketProtocol = protocol;
        var stream = await upgrade.UpgradeAsync().ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            // SubProtocol stays unset: the class takes no slash in it, and the handshake is done.
            using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
            if (tunnel) await TunnelAsync(socket, answer.Content, client.RequestAborted).ConfigureAwait(false);
            else await new ChannelTranslation(socket, new SpdyConnection(answer.Content), client.Request.Query).RunAsync(client.RequestAborted).ConfigureAwait(false);
        }
    }

    static async Task TunnelAsync(WebSocket socket, Stream backend, CancellationToken cancellation)
    {
        var bytes = WebSocketStream.Create(socket, WebSocketMessageType.Binary, ownsWebSocket: false);
        await using (bytes.ConfigureAwait(false)) await StreamPair.CopyAsync(bytes, backend, cancellation).ConfigureAwait(false);
        if (socket.State != WebSocketState.Open) return;
        using var bound = new CancellationTokenSource(CloseWithin);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", bound.Token).ConfigureAwait(false);
    }

    /// <summary>RFC 6455 §4.2.2: shows that the server has understood the handshake; no secret.</summary>
#pragma warning disable CA5350
    static string Accept(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
}
