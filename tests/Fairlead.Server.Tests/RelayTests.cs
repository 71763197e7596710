using System.Net.WebSockets;
using System.Text;
using static Fairlead.Server.Tests.ScriptedNode;

namespace Fairlead.Server.Tests;

/// <summary>Streams through the API server, with a node that answers by script.</summary>
public sealed class RelayTests(TestServer server) : IClassFixture<TestServer>
{
    const string Refusal = "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n1a\r\ncontainer not found (\"x\")\n\r\n0\r\n\r\n";

    [Theory]
    [InlineData(Spdy, "\r\ncontainer not found (\"x\")\n\r\n")]
    [InlineData(WebSocketUpgrade, "container not found (\\\"x\\\")")]
    public async Task A_refused_upgrade_is_answered_with_the_nodes_words(string upgrade, string expected)
    {
        // The node keeps the connection open, as HTTP/1.1 does.
        var answer = await ExecAsync(upgrade, async node => { await WriteAsync(node, Refusal); await Task.Delay(AtMost * 4); }, s => ReadUntilAsync(s, "\r\n0\r\n\r\n", "\"code\":404}"));
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
        var said = await ExecAsync(WebSocketUpgrade.Replace("v5.channel.k8s.io", "SPDY/3.1+portforward.k8s.io", StringComparison.Ordinal), async node =>
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

    Task<string> ExecAsync(string upgrade, Func<Stream, Task> node, Func<Stream, Task<string>> client, string subresource = "exec") =>
        RunAsync(server, $"{(upgrade == Spdy ? "POST" : "GET")} /{subresource}?command=sh&stdin=true&stdout=true", upgrade, node, client);
}
