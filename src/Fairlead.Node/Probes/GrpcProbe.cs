using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Fairlead.Node.Probes.Health;
using Google.Protobuf;

namespace Fairlead.Node.Probes;

/// <summary>
/// One probe of the gRPC health checking protocol (grpc.health.v1.Health/Check), without TLS, on a connection of its own.
/// Failures have the kubelet's words.
/// </summary>
sealed class GrpcProbe(string host, int port, string service, TimeSpan timeout)
{
    const int FrameHeader = 5;

    // An answer is a few bytes; more is a fault of the peer and must not make us allocate.
    const int LongestAnswer = 4096;

    static readonly TimeSpan ConnectAgain = TimeSpan.FromMilliseconds(50);

    // The status codes of gRPC by their numbers.
    static readonly string[] Codes =
    [
        "OK", "Canceled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound", "AlreadyExists", "PermissionDenied", "ResourceExhausted",
        "FailedPrecondition", "Aborted", "OutOfRange", "Unimplemented", "Internal", "Unavailable", "DataLoss", "Unauthenticated",
    ];

    readonly string address = $"{(host.Contains(':') ? $"[{host}]" : host)}:{port}";

    /// <summary>Fails after the timeout at the latest. Only cancellation is thrown.</summary>
    public async Task<ProbeResult> RunAsync(CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stop.CancelAfter(timeout);
        Stream? connection = null;
        try
        {
            connection = await ConnectAsync(stop.Token).ConfigureAwait(false);
            return await CheckAsync(connection, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new(connection is null ? $"timeout: failed to connect service \"{address}\" within {timeout.TotalSeconds}s: context deadline exceeded" : $"timeout: health rpc did not complete within {timeout.TotalSeconds}s");
        }
        catch (Exception e) when (e is HttpRequestException or IOException) { return Failed(14, e.InnerException?.Message ?? e.Message); }
        catch (SocketException e) { return new($"error: failed to connect service at \"{address}\": {e.Message}"); } // no address of any host
        finally
        {
            if (connection is not null) await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A server may be about to listen: as gRPC does it, a refused connection is tried again until the time is over.</summary>
    async Task<Stream> ConnectAsync(CancellationToken stop)
    {
        while (true)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(host, port, stop).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException e) when (e.SocketErrorCode is not (SocketError.HostNotFound or SocketError.NoData)) { socket.Dispose(); }
            catch
            {
                socket.Dispose();
                throw;
            }
            await Task.Delay(ConnectAgain, stop).ConfigureAwait(false);
        }
    }

    async Task<ProbeResult> CheckAsync(Stream connection, CancellationToken stop)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, ConnectCallback = (_, _) => new(connection) });
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{address}/grpc.health.v1.Health/Check")
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(Frame(new HealthCheckRequest { Service = service })),
        };
        request.Content.Headers.ContentType = new("application/grpc");
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Headers.TryAddWithoutValidation("user-agent", "kube-probe/1.33");
        using var answer = await http.SendAsync(request, stop).ConfigureAwait(false);
        var bytes = new byte[LongestAnswer];
        var body = await answer.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        var length = await body.ReadAtLeastAsync(bytes, LongestAnswer, throwOnEndOfStream: false, stop).ConfigureAwait(false);
        if (length == LongestAnswer) return Failed(8, $"the answer is longer than {LongestAnswer} bytes");
        var code = Header(answer, "grpc-status") is { } text ? int.TryParse(text, out var number) ? number : 2 : answer.StatusCode is HttpStatusCode.NotFound ? 12 : 2;
        if (code != 0) return Failed(code, Header(answer, "grpc-message") ?? $"unexpected HTTP status code received from server: {(int)answer.StatusCode} ({answer.ReasonPhrase})");
        if (length < FrameHeader || bytes[0] != 0 || BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(1)) != length - FrameHeader) return Failed(13, "the answer is no message");
        try
        {
            var status = HealthCheckResponse.Parser.ParseFrom(bytes, FrameHeader, length - FrameHeader).Status;
            return status == HealthCheckResponse.Types.ServingStatus.Serving ? ProbeResult.Success : new($"service unhealthy (responded with \"{Name(status)}\")");
        }
        catch (InvalidProtocolBufferException e) { return Failed(13, e.Message); }
    }

    static ProbeResult Failed(int code, string message) => new(code switch
    {
        4 => $"timeout: health rpc did not complete: {message}",
        12 => $"error: this server does not implement the grpc health protocol (grpc.health.v1.Health): {message}",
        _ => $"error: health rpc probe failed: rpc error: code = {(code >= 0 && code < Codes.Length ? Codes[code] : $"Code({code})")} desc = {message}",
    });

    static string Name(HealthCheckResponse.Types.ServingStatus status) => status switch
    {
        HealthCheckResponse.Types.ServingStatus.Unknown => "UNKNOWN",
        HealthCheckResponse.Types.ServingStatus.NotServing => "NOT_SERVING",
        HealthCheckResponse.Types.ServingStatus.ServiceUnknown => "SERVICE_UNKNOWN",
        var other => $"{(int)other}",
    };

    static byte[] Frame(HealthCheckRequest request)
    {
        var size = request.CalculateSize();
        var frame = new byte[FrameHeader + size];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), size);
        request.WriteTo(frame.AsSpan(FrameHeader));
        return frame;
    }

    // A refusal at once comes in the headers, any other in the trailers.
    static string? Header(HttpResponseMessage answer, string name) =>
        answer.TrailingHeaders.TryGetValues(name, out var values) || answer.Headers.TryGetValues(name, out values) ? Uri.UnescapeDataString(values.First()) : null;
}
