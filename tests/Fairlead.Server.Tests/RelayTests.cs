using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace Fairlead.Server.Tests;

/// <summary>Streams through the API server, with a node that answers by script.</summary>
public sealed class RelayTests(TestServer server) : IClassFixture<TestServer>
{
    const string Spdy = "Upgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n";
    const string WebSocket = "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n";
    const string Refusal = "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n1a\r\ncontainer not found (\"x\")\n\r\n0\r\n\r\n";
    const string Switch = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n";

    static readonly TimeSpan AtMost = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(Spdy, "\r\ncontainer not found (\"x\")\n\r\n")]
    [InlineData(WebSocket, "container not found (\\\"x\\\")")]
    public async Task A_refused_upgrade_is_answered_with_the_nodes_words(string upgrade, string expected)
    {
        // The node keeps the connection open, as HTTP/1.1 does.
        var answer = await ExecAsync(upgrade, async node => { await WriteAsync(node, Refusal); await Task.Delay(AtMost * 4); }, s => ReadUntilAsync(s, "0\r\n\r\n", "\"code\":404}"));
        Assert.StartsWith("HTTP/1.1 404", answer);
        Assert.Contains(expected, answer);
        Assert.DoesNotContain("1a\r\n1a", answer);
    }

    [Fact]
    public async Task What_the_node_said_last_arrives_although_it_takes_no_input()
    {
        var answer = await ExecAsync(Spdy, async node =>
        {
            await WriteAsync(node, Switch);
            await Task.Delay(200);
            // No more than the next receiver takes at once: what is still here when the node closes, with input unread, its kernel throws away.
            await WriteAsync(node, new string('x', 16_000) + "exit status");
        }, async client =>
        {
            await ReadUntilAsync(client, "\r\n\r\n");
            var input = Task.Run(async () => { while (true) await client.WriteAsync(new byte[64 * 1024]); });
            var said = await ReadUntilAsync(client, "exit status");
            await Assert.ThrowsAnyAsync<IOException>(() => input.WaitAsync(AtMost));
            return said;
        });
        Assert.EndsWith("exit status", answer);
    }

    [Fact]
    public async Task The_end_of_the_client_is_the_nodes()
    {
        var gone = new TaskCompletionSource<int>();
        await ExecAsync(Spdy, async node =>
        {
            await WriteAsync(node, Switch);
            gone.SetResult(await node.ReadAsync(new byte[1]));
        }, client => ReadUntilAsync(client, "\r\n\r\n"));
        Assert.Equal(0, await gone.Task.WaitAsync(AtMost));
    }

    [Fact]
    public async Task The_end_of_the_node_is_the_clients()
    {
        var last = await ExecAsync(Spdy, async node => await WriteAsync(node, Switch + "bye"), async client =>
        {
            await ReadUntilAsync(client, "bye");
            return (await client.ReadAsync(new byte[1]).AsTask().WaitAsync(AtMost)).ToString();
        });
        Assert.Equal("0", last);
    }

    [Fact]
    public async Task A_websocket_carries_the_bytes_of_a_port_forward()
    {
        var said = await ExecAsync(WebSocket.Replace("v5.channel.k8s.io", "SPDY/3.1+portforward.k8s.io", StringComparison.Ordinal), async node =>
        {
            await WriteAsync(node, Switch + "hello");
            await WriteAsync(node, "got " + await ReadUntilAsync(node, "ping"));
        }, async stream =>
        {
            Assert.Contains("Sec-WebSocket-Protocol: SPDY/3.1+portforward.k8s.io\r\n", await ReadUntilAsync(stream, "\r\n\r\n"));
            using var socket = System.Net.WebSockets.WebSocket.CreateFromStream(stream, new() { IsServer = false });
            using var bound = new CancellationTokenSource(AtMost);
            await socket.SendAsync("ping"u8.ToArray(), WebSocketMessageType.Binary, true, bound.Token);
            var (text, buffer) = ("", new byte[64]);
            while (!text.EndsWith("ping", StringComparison.Ordinal))
            {
                var message = await socket.ReceiveAsync(buffer, bound.Token);
                Assert.Equal(WebSocketMessageType.Binary, message.MessageType);
                text += Encoding.ASCII.GetString(buffer, 0, message.Count);
            }
            return text;
        }, "portforward");
        Assert.Equal("hellogot ping", said);
    }

    /// <summary>One exec: what the node does with its connection, and what the client does with its.</summary>
    async Task<string> ExecAsync(string upgrade, Func<Stream, Task> node, Func<Stream, Task<string>> client, string subresource = "exec")
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = NodeAsync(listener, node);
        var (ns, name) = (await server.NamespaceAsync("relay"), "n" + Guid.NewGuid().ToString("N"));
        await server.PostAsync("/api/v1/nodes", $$$"""{"metadata":{"name":"{{{name}}}"}}""");
        await server.PatchAsync($"/api/v1/nodes/{name}/status", "application/merge-patch+json",
            """{"status":{"addresses":[{"type":"InternalIP","address":"127.0.0.1"}],"daemonEndpoints":{"kubeletEndpoint":{"Port":PORT}}}}""".Replace("PORT", ((IPEndPoint)listener.LocalEndpoint).Port.ToString(), StringComparison.Ordinal));
        await server.PostAsync($"/api/v1/namespaces/{ns}/pods", $$$"""{"metadata":{"name":"p"},"spec":{"nodeName":"{{{name}}}","containers":[{"name":"x","image":"i"}]}}""");
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, server.Api.Port);
        await using var tls = new SslStream(socket.GetStream(), false, (_, remote, _, _) => remote is not null);
        await tls.AuthenticateAsClientAsync("localhost");
        var method = upgrade == Spdy ? "POST" : "GET";
        await WriteAsync(tls, $"{method} /api/v1/namespaces/{ns}/pods/p/{subresource}?command=sh&stdin=true&stdout=true HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TestServer.AdminToken}\r\nConnection: Upgrade\r\n{upgrade}\r\n");
        return await client(tls);
    }

    static async Task NodeAsync(TcpListener listener, Func<Stream, Task> script)
    {
        using var socket = await listener.AcceptTcpClientAsync();
        await using var tls = new SslStream(socket.GetStream());
        await tls.AuthenticateAsServerAsync(TestCertificates.Server());
        await ReadUntilAsync(tls, "\r\n\r\n");
        await script(tls);
    }

    static Task WriteAsync(Stream stream, string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text)).AsTask();

    static async Task<string> ReadUntilAsync(Stream stream, params string[] ends)
    {
        using var bound = new CancellationTokenSource(AtMost);
        var text = new StringBuilder();
        var one = new byte[1];
        while (!ends.Any(e => text.Length >= e.Length && text.ToString(text.Length - e.Length, e.Length) == e) && await stream.ReadAsync(one, bound.Token) == 1) text.Append((char)one[0]);
        return text.ToString();
    }
}
