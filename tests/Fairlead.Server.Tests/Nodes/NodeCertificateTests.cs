using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Fairlead.Server.Tests.Nodes;

/// <summary>--kubelet-certificate-authority: whose certificates nodes must show, for the addresses at which they are reached. Pods may show any.</summary>
public sealed class NodeCertificateTests
{
    [Theory]
    [InlineData("none", "127.0.0.2", 200)] // as upstream without the flag
    [InlineData("its own", "127.0.0.1", 200)]
    [InlineData("its own", "127.0.0.2", 502)] // the certificate is for 127.0.0.1
    [InlineData("another", "127.0.0.1", 502)]
    public async Task A_node_is_spoken_to_if_its_certificate_is_of_the_authority_and_for_its_address(string authority, string address, int code)
    {
        using var listener = new TcpListener(IPAddress.Parse(address), 0);
        listener.Start();
        var serving = ServeAsync(listener);
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var other = TestCertificates.MakeAuthority("CN=test-ca");
        var server = new TestServer
        {
            Change = o => o with { NodeAuthorities = authority switch { "none" => null, "another" => new X509Certificate2Collection(other), _ => new X509Certificate2Collection(TestCertificates.Authority) } },
        };
        await server.InitializeAsync();
        try
        {
            await server.PostAsync("/api/v1/nodes", """{"metadata":{"name":"n"}}""");
            await server.PatchAsync("/api/v1/nodes/n/status", "application/merge-patch+json", $$$"""
                {"status":{"addresses":[{"type":"InternalIP","address":"{{{address}}}"}],"daemonEndpoints":{"kubeletEndpoint":{"Port":{{{port}}} } } } }
                """);
            var ns = await server.NamespaceAsync("certificates");
            await server.PostAsync($"/api/v1/namespaces/{ns}/pods", """{"metadata":{"name":"p"},"spec":{"nodeName":"n","containers":[{"name":"x","image":"i"}]}}""");
            await server.PatchAsync($"/api/v1/namespaces/{ns}/pods/p/status", "application/merge-patch+json", $$$"""{"status":{"podIP":"{{{address}}}","podIPs":[{"ip":"{{{address}}}"}]}}""");
            foreach (var path in (string[])[$"/api/v1/namespaces/{ns}/pods/p/log", "/api/v1/nodes/n/proxy/healthz"])
            {
                var answer = await server.GetAsync(path);
                Assert.Equal((path, code), (path, answer.Code));
                Assert.Contains(code == 200 ? "ok" : "error dialing backend: The SSL connection could not be established", answer.Text);
            }
            Assert.Equal(200, (await server.GetAsync($"/api/v1/namespaces/{ns}/pods/https:p:{port}/proxy/")).Code);
        }
        finally { await server.DisposeAsync(); }
        listener.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => serving);
    }

    /// <summary>Answers whoever takes the certificate, until the listener stops.</summary>
    static async Task ServeAsync(TcpListener listener)
    {
        while (true)
        {
            using var socket = await listener.AcceptTcpClientAsync();
            await using var tls = new SslStream(socket.GetStream());
            try
            {
                await tls.AuthenticateAsServerAsync(TestCertificates.Server());
                _ = await tls.ReadAsync(new byte[4096]);
                await tls.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"));
            }
            catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException) { } // it does not
        }
    }
}
