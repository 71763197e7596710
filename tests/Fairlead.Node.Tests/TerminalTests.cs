using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;

namespace Fairlead.Node.Tests;

/// <summary>The size of a terminal, and its change while a command runs in it.</summary>
[Collection(nameof(TestNode))]
public sealed class TerminalTests
{
    static readonly TimeSpan AtMost = TimeSpan.FromSeconds(20);
    const string ShowSize = "while :; do busybox stty size; sleep 0.1; done";

    readonly TestNode node;

    public TerminalTests(TestNode node)
    {
        TestNode.SkipIfMissing();
        this.node = node;
    }

    [Theory]
    [InlineData("websocket", "true")]
    [InlineData("spdy", "false")]
    public async Task AWindowThatChangesIsTheContainersToo(string name, string websockets)
    {
        var kubectl = node.Kubectl();
        await node.RunAsync(name, "exec sleep 100000");
        await node.UntilReadyAsync(name);
        var shared = node.MakeDirectory("term-" + name);
        await File.WriteAllTextAsync(shared + "/run", $"tty > {shared}/tty; stty rows 20 cols 77; exec {string.Join(' ', kubectl.CommandLine("exec", "-it", name, "--", "sh", "-c", $"'{ShowSize}'"))}\n");
        var start = new ProcessStartInfo("script", ["-qfc", $"sh {shared}/run", "/dev/null"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["KUBECTL_REMOTE_COMMAND_WEBSOCKETS"] = websockets;
        using var terminal = Process.Start(start)!;
        try
        {
            await UntilAsync(terminal.StandardOutput, "20 77\r\n");
            using var resize = Process.Start("stty", ["-F", (await File.ReadAllTextAsync(shared + "/tty")).Trim(), "rows", "33", "cols", "111"]);
            await UntilAsync(terminal.StandardOutput, "33 111\r\n");
        }
        finally
        {
            terminal.Kill(entireProcessTree: true);
            await terminal.WaitForExitAsync();
        }
        await node.RemoveAsync(name);
    }

    [Theory]
    [InlineData("v4.channel.k8s.io")]
    [InlineData("v5.channel.k8s.io")]
    public async Task TheFifthChannelOfAWebsocketIsTheSize(string protocol)
    {
        var name = protocol[..2];
        await node.RunAsync(name, "exec sleep 100000");
        await node.UntilReadyAsync(name);
        using var http = node.Http();
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(protocol);
        using var bound = new CancellationTokenSource(AtMost);
        await socket.ConnectAsync(new Uri($"wss://127.0.0.1:{node.Address.Port}/api/v1/namespaces/default/pods/{name}/exec?tty=true&stdin=true&stdout=true&command=sh&command=-c&command={Uri.EscapeDataString(ShowSize)}"), http, bound.Token);
        Assert.Equal(protocol, socket.SubProtocol);
        foreach (var (wide, high) in new[] { (90, 30), (120, 44) })
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes($"\u0004{{\"Width\":{wide},\"Height\":{high}}}"), WebSocketMessageType.Binary, true, bound.Token);
            var (text, buffer) = ("", new byte[4096]);
            while (!text.Contains($"{high} {wide}\r\n", StringComparison.Ordinal))
            {
                var message = await socket.ReceiveAsync(buffer, bound.Token);
                Assert.True(message.MessageType == WebSocketMessageType.Binary && (message.Count == 0 || buffer[0] == 1), Encoding.ASCII.GetString(buffer, 0, message.Count));
                text += Encoding.ASCII.GetString(buffer, 1, Math.Max(0, message.Count - 1));
            }
        }
        await node.RemoveAsync(name);
    }

    static async Task UntilAsync(StreamReader output, string expected)
    {
        var (text, buffer) = (new StringBuilder(), new char[256]);
        while (!text.ToString().Contains(expected, StringComparison.Ordinal))
        {
            var read = await output.ReadAsync(buffer).AsTask().WaitAsync(AtMost);
            Assert.True(read > 0, $"no \"{expected}\" in {text}");
            text.Append(buffer, 0, read);
        }
    }
}
