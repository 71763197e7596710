using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Fairlead.Server.Tests;

/// <summary>Streams through a server to a node that answers by script.</summary>
static class ScriptedNode
{
    public const string Spdy = "Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n";
    public const string WebSocketUpgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n";
    public const string Switch = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n";

    /// <summary>Longest wait for anything that a script expects.</summary>
    public static readonly TimeSpan AtMost = TimeSpan.FromSeconds(5);

    /// <summary>One request about Pod p of a new namespace: what the node does with its connection, and what the client does with its.</summary>
    /// <param name="request">Method and what comes behind the Pod's path: "POST /exec?stdin=true".</param>
    /// <param name="head">Lines of the request's head beside those that every one has.</param>
    /// <returns>What the client made of it.</returns>
    public static async Task<string> RunAsync(TestServer server, string request, string head, Func<Stream, Task> node, Func<Stream, Task<string>> client)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, node);
        var (ns, name) = (await server.NamespaceAsync("relay"), "n" + Guid.NewGuid().ToString("N"));
        await server.PostAsync("/api/v1/nodes", $$$"""{"metadata":{"name":"{{{name}}}"}}""");
        await server.PatchAsync($"/api/v1/nodes/{name}/status", "application/merge-patch+json",
            """{"status":{"addresses":[{"type":"InternalIP","address":"127.0.0.1"}],"daemonEndpoints":{"kubeletEndpoint":{"Port":PORT}}}}""".Replace("PORT", ((IPEndPoint)listener.LocalEndpoint).Port.ToString(), StringComparison.Ordinal));
        await server.PostAsync($"/api/v1/namespaces/{ns}/pods", $$$"""{"metadata":{"name":"p"},"spec":{"nodeName":"{{{name}}}","containers":[{"name":"x","image":"i"}]}}""");
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, server.Api.Port);
        await using var tls = new SslStream(socket.GetStream(), false, (_, remote, _, _) => remote is not null);
        await tls.AuthenticateAsClientAsync("localhost");
        var path = request.Split(' ') is ["proxy", var rest] ? $"GET /api/v1/nodes/{name}/proxy{rest}" : request.Replace(" ", $" /api/v1/namespaces/{ns}/pods/p", StringComparison.Ordinal);
        await WriteAsync(tls, $"{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TestServer.AdminToken}\r\n{head}\r\n");
        return await client(tls);
    }

    static async Task ServeAsync(TcpListener listener, Func<Stream, Task> script)
    {
        using var socket = await listener.AcceptTcpClientAsync();
        await using var tls = new SslStream(socket.GetStream());
        await tls.AuthenticateAsServerAsync(TestCertificates.Server());
        await ReadUntilAsync(tls, "\r\n\r\n");
        await script(tls);
    }

    public static Task WriteAsync(Stream stream, string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text)).AsTask();

    /// <summary>What comes until it ends in one of these, or ends.</summary>
    public static async Task<string> ReadUntilAsync(Stream stream, params string[] ends)
    {
        using var bound = new CancellationTokenSource(AtMost);
        var text = new StringBuilder();
        var one = new byte[1];
        while (!ends.Any(e => text.Length >= e.Length && text.ToString(text.Length - e.Length, e.Length) == e) && await stream.ReadAsync(one, bound.Token) == 1) text.Append((char)one[0]);
        return text.ToString();
    }
}
