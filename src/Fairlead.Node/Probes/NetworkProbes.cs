using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;

namespace Fairlead.Node.Probes;

/// <summary>HTTP, TCP and gRPC probes, from the node to the Pod's address.</summary>
static class NetworkProbes
{
    // A probe asks a Pod under its address, where no certificate is valid; the kubelet does not check it either.
    static readonly HttpMessageInvoker Http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        // A connection kept open would hide that the server no longer takes new ones.
        PooledConnectionLifetime = TimeSpan.Zero,
#pragma warning disable CA5359
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true },
#pragma warning restore CA5359
    });

    public static async Task<ProbeResult> HttpAsync(HTTPGetAction get, Container container, IReadOnlyList<string> addresses, TimeSpan timeout, CancellationToken cancellation)
    {
        if (PortOf(get.Port, container) is not { } port) return new($"port {get.Port} is not a port of the container");
        var host = get.Host is { Length: > 0 } given ? given : addresses.Count > 0 ? addresses[0] : "127.0.0.1";
        var url = $"{(get.Scheme == "HTTPS" ? "https" : "http")}://{(host.Contains(':') ? $"[{host}]" : host)}:{port}/{(get.Path ?? "/").TrimStart('/')}";
        return await Bounded(timeout, $"Get \"{url}\"", async stop =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url) { Version = HttpVersion.Version11 };
            request.Headers.TryAddWithoutValidation("User-Agent", "kube-probe/1.33");
            request.Headers.TryAddWithoutValidation("Accept", "*/*");
            request.Headers.ConnectionClose = true;
            foreach (var header in get.HttpHeaders ?? [])
            {
                if (header.Name.Equals("Host", StringComparison.OrdinalIgnoreCase)) request.Headers.Host = header.Value;
                else
                {
                    request.Headers.Remove(header.Name);
                    request.Headers.TryAddWithoutValidation(header.Name, header.Value);
                }
            }
            using var answer = await Http.SendAsync(request, stop).ConfigureAwait(false);
            var code = (int)answer.StatusCode;
            return code is >= 200 and < 400 ? ProbeResult.Success : new($"HTTP probe failed with statuscode: {code}");
        }, cancellation).ConfigureAwait(false);
    }

    public static async Task<ProbeResult> TcpAsync(TCPSocketAction tcp, Container container, IReadOnlyList<string> addresses, TimeSpan timeout, CancellationToken cancellation)
    {
        if (PortOf(tcp.Port, container) is not { } port) return new($"port {tcp.Port} is not a port of the container");
        var host = tcp.Host is { Length: > 0 } given ? given : addresses.Count > 0 ? addresses[0] : "127.0.0.1";
        return await Bounded(timeout, $"dial tcp {host}:{port}", async stop =>
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(host, port, stop).ConfigureAwait(false);
            return ProbeResult.Success;
        }, cancellation).ConfigureAwait(false);
    }

    /// <summary>grpc.health.v1.Health/Check: the service has to answer SERVING.</summary>
    public static Task<ProbeResult> GrpcAsync(GRPCAction grpc, IReadOnlyList<string> addresses, TimeSpan timeout, CancellationToken cancellation) =>
        new GrpcProbe(addresses.Count > 0 ? addresses[0] : "127.0.0.1", grpc.Port, grpc.Service ?? "", timeout).RunAsync(cancellation);

    static int? PortOf(IntOrString port, Container container)
    {
        if (!port.IsString) return port.Int;
        return container.Ports?.FirstOrDefault(p => p.Name == port.Text)?.Number ?? (int.TryParse(port.Text, out var number) ? number : null);
    }

    static async Task<ProbeResult> Bounded(TimeSpan timeout, string what, Func<CancellationToken, Task<ProbeResult>> probe, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stop.CancelAfter(timeout);
        try { return await probe(stop.Token).ConfigureAwait(false); }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested) { return new($"{what}: context deadline exceeded (Client.Timeout exceeded while awaiting headers)"); }
        catch (Exception e) when (e is HttpRequestException or SocketException or IOException or UriFormatException) { return new($"{what}: {e.InnerException?.Message ?? e.Message}"); }
    }
}
