using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Fairlead.Client;
using Fairlead.Server.Authentication;

namespace Fairlead.Server.Tests;

[Collection(nameof(TestServer))]
public sealed class PodTests(TestServer server)
{
    static string Pod(string name) => $$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"containers":[{"name":"c","image":"example.com/c:1"}]}}""";

    async Task<string> BoundPodAsync(string ns, string node)
    {
        var path = $"/api/v1/namespaces/{ns}/pods";
        Assert.Equal(201, (await server.PostAsync(path, Pod("p"))).Code);
        var bound = await server.PostAsync($"{path}/p/binding", $$$"""{"metadata":{"name":"p"},"target":{"kind":"Node","name":"{{{node}}}"}}""");
        Assert.Equal((201, "Success"), (bound.Code, bound.At("status")));
        return $"{path}/p";
    }

    [Fact]
    public async Task A_new_Pod_is_completed()
    {
        var ns = await server.NamespaceAsync("pod");
        var pod = await server.PostAsync($"/api/v1/namespaces/{ns}/pods", Pod("p"));
        Assert.Equal("default", pod.At("spec.serviceAccountName"));
        Assert.StartsWith("kube-api-access-", pod.At("spec.volumes.0.name"));
        Assert.Equal("/var/run/secrets/kubernetes.io/serviceaccount", pod.At("spec.containers.0.volumeMounts.0.mountPath"));
        Assert.Equal("node.kubernetes.io/not-ready", pod.At("spec.tolerations.0.key"));
        Assert.Equal("Always", pod.At("spec.restartPolicy"));
        Assert.Equal("0", pod.At("spec.priority"));
    }

    [Theory]
    [InlineData("application/merge-patch+json", """{"spec":null}""")]
    [InlineData("application/strategic-merge-patch+json", """{"spec":null}""")]
    [InlineData("application/strategic-merge-patch+json", """{"spec":{"$patch":"delete"}}""")]
    [InlineData("application/json-patch+json", """[{"op":"remove","path":"/spec"}]""")]
    [InlineData("application/json-patch+json", """[{"op":"move","from":"/spec","path":"/metadata"}]""")]
    [InlineData("application/merge-patch+json", """{"spec":{"containers":null}}""")]
    public async Task A_Pod_does_not_lose_its_spec(string type, string patch)
    {
        var path = $"/api/v1/namespaces/{await server.NamespaceAsync("spec")}/pods";
        await server.PostAsync(path, Pod("p"));
        var refused = await server.PatchAsync(path + "/p", type, patch);
        Assert.True(refused.Code is 400 or 422, refused.Text);
        Assert.Equal("c", (await server.GetAsync(path + "/p")).At("spec.containers.0.name"));
    }

    [Fact]
    public async Task A_bound_Pod_goes_with_grace_and_at_once_with_none()
    {
        var ns = await server.NamespaceAsync("grace");
        var path = await BoundPodAsync(ns, "n1");
        Assert.Equal(409, (await server.PostAsync($"{path}/binding", """{"target":{"name":"n2"}}""")).Code);
        var marked = await server.DeleteAsync(path);
        Assert.Equal((200, "30"), (marked.Code, marked.At("metadata.deletionGracePeriodSeconds")));
        Assert.Equal("PodScheduled", (await server.GetAsync(path)).At("status.conditions.0.type"));
        Assert.Equal(200, (await server.DeleteAsync(path, """{"gracePeriodSeconds":0}""")).Code);
        Assert.Equal(404, (await server.GetAsync(path)).Code);
    }

    [Fact]
    public async Task Status_is_written_apart()
    {
        var ns = await server.NamespaceAsync("status");
        var path = await BoundPodAsync(ns, "n1");
        var patched = await server.PatchAsync($"{path}/status", "application/merge-patch+json", """{"status":{"phase":"Running"},"spec":{"nodeName":"other"}}""");
        Assert.Equal(("Running", "n1"), (patched.At("status.phase"), patched.At("spec.nodeName")));
        var ignored = await server.PatchAsync(path, "application/merge-patch+json", """{"status":{"phase":"Failed"}}""");
        Assert.Equal("Running", ignored.At("status.phase"));
    }

    [Fact]
    public async Task A_component_of_this_process_takes_the_same_path()
    {
        var client = server.Api.Transport(new UserInfo("system:kube-scheduler", []));
        var answer = await client.SendAsync(ApiRequest.Get("/api/v1/namespaces/default"), default);
        Assert.Equal(200, answer.StatusCode);
        await foreach (var document in client.StreamAsync(ApiRequest.Get("/api/v1/namespaces?watch=1&timeoutSeconds=5"), default))
        {
            Assert.StartsWith("{\"type\":\"ADDED\"", Encoding.UTF8.GetString(document.Span));
            break;
        }
    }

    [Fact]
    public async Task An_upgrade_is_relayed_byte_for_byte()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var node = NodeAsync(listener);
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await server.PostAsync("/api/v1/nodes", """{"metadata":{"name":"relay"}}""");
        var told = await server.PatchAsync("/api/v1/nodes/relay/status", "application/merge-patch+json",
            """{"status":{"addresses":[{"type":"InternalIP","address":"127.0.0.1"}],"daemonEndpoints":{"kubeletEndpoint":{"Port":PORT}}}}""".Replace("PORT", port.ToString(), StringComparison.Ordinal));
        Assert.Equal(200, told.Code);
        var ns = await server.NamespaceAsync("relay");
        var path = await BoundPodAsync(ns, "relay");

        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, server.Api.Port);
        await using var tls = new SslStream(socket.GetStream(), false, (_, remote, _, _) => remote is not null);
        await tls.AuthenticateAsClientAsync("localhost");
        var head = $"POST {path}/exec?command=sh&command=-c&stdin=true&stdout=true HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TestServer.AdminToken}\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\nContent-Length: 0\r\n\r\n";
        await tls.WriteAsync(Encoding.ASCII.GetBytes(head));
        var answer = await ReadUntilAsync(tls, "hello");
        Assert.StartsWith("HTTP/1.1 101", answer);
        Assert.Contains("X-Stream-Protocol-Version: v4.channel.k8s.io", answer);
        await tls.WriteAsync("ping"u8.ToArray());
        Assert.Equal("ping", await ReadUntilAsync(tls, "ping"));
        var asked = await node.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.StartsWith($"POST /exec/{ns}/p/c?command=sh&command=-c&input=1&output=1 HTTP/1.1\r\n", asked);
        Assert.DoesNotContain("Authorization", asked);
    }

    /// <summary>A node that accepts one upgrade, says hello, and gives back four bytes.</summary>
    static async Task<string> NodeAsync(TcpListener listener)
    {
        using var socket = await listener.AcceptTcpClientAsync();
        await using var tls = new SslStream(socket.GetStream());
        await tls.AuthenticateAsServerAsync(TestCertificates.Server());
        var asked = await ReadUntilAsync(tls, "\r\n\r\n");
        await tls.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\nhello"));
        await tls.WriteAsync(Encoding.ASCII.GetBytes(await ReadUntilAsync(tls, "ping")));
        return asked;
    }

    static async Task<string> ReadUntilAsync(Stream stream, string end)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var text = "";
        var one = new byte[1];
        while (!text.EndsWith(end, StringComparison.Ordinal) && await stream.ReadAsync(one, bound.Token) == 1) text += (char)one[0];
        return text;
    }
}
