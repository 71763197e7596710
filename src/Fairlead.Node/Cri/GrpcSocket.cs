using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Google.Protobuf;

namespace Fairlead.Node.Cri;

/// <summary>
/// gRPC over a Unix socket: one HTTP/2 request a call, the five-byte frame before each message, the status in the
/// trailers (the gRPC over HTTP/2 protocol). A connection that broke is made anew by the next call. Thread-safe.
/// </summary>
sealed class GrpcSocket : IDisposable
{
    const int FrameHeader = 5;

    // containerd's own limit is 16 MiB; more is a fault of the peer and must not make us allocate.
    const int LongestMessage = 32 << 20;

    readonly HttpMessageInvoker http;

    public GrpcSocket(string socketPath)
    {
        http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            EnableMultipleHttp2Connections = true,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellation).ConfigureAwait(false);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        });
    }

    /// <summary>One request, one answer.</summary>
    /// <param name="path">Service and method, such as runtime.v1.RuntimeService/Version.</param>
    /// <exception cref="CriException">The runtime refused.</exception>
    /// <exception cref="HttpRequestException">The runtime can't be reached.</exception>
    public async Task<T> CallAsync<T>(string path, IMessage request, MessageParser<T> parser, CancellationToken cancellation) where T : IMessage<T>
    {
        using var message = Request(path, request, null);
        using var answer = await http.SendAsync(message, cancellation).ConfigureAwait(false);
        var body = await answer.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        CheckStatus(path, answer);
        if (body.Length < FrameHeader) throw new CriException(path, 13, "an answer without a message");
        return parser.ParseFrom(body.AsSpan(FrameHeader));
    }

    /// <summary>One request, answers until the peer ends the stream.</summary>
    /// <param name="containerdNamespace">Sent as containerd's namespace header.</param>
    public async IAsyncEnumerable<T> StreamAsync<T>(
        string path, IMessage request, MessageParser<T> parser, string containerdNamespace,
        [EnumeratorCancellation] CancellationToken cancellation) where T : IMessage<T>
    {
        using var message = Request(path, request, containerdNamespace);
        using var answer = await http.SendAsync(message, cancellation).ConfigureAwait(false);
        var stream = await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var header = new byte[FrameHeader];
            while (await stream.ReadAtLeastAsync(header, FrameHeader, false, cancellation).ConfigureAwait(false) == FrameHeader)
            {
                var length = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1));
                if (length is < 0 or > LongestMessage) throw new CriException(path, 13, $"a message of {length} bytes");
                var body = new byte[length];
                await stream.ReadExactlyAsync(body, cancellation).ConfigureAwait(false);
                yield return parser.ParseFrom(body);
            }
            CheckStatus(path, answer);
        }
    }

    public void Dispose() => http.Dispose();

    static HttpRequestMessage Request(string path, IMessage request, string? containerdNamespace)
    {
        var size = request.CalculateSize();
        var frame = new byte[FrameHeader + size];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), size);
        request.WriteTo(frame.AsSpan(FrameHeader));
        var message = new HttpRequestMessage(HttpMethod.Post, $"http://localhost/{path}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame),
        };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        message.Headers.TryAddWithoutValidation("te", "trailers");
        if (containerdNamespace is not null) message.Headers.TryAddWithoutValidation("containerd-namespace", containerdNamespace);
        return message;
    }

    static void CheckStatus(string path, HttpResponseMessage answer)
    {
        var status = Header(answer, "grpc-status");
        if (status == "0") return;
        var code = int.TryParse(status, out var number) ? number : 2;
        throw new CriException(path[(path.LastIndexOf('/') + 1)..], code, Header(answer, "grpc-message") ?? $"HTTP {(int)answer.StatusCode}");
    }

    // A refusal at once comes in the headers, any other in the trailers.
    static string? Header(HttpResponseMessage answer, string name) =>
        answer.TrailingHeaders.TryGetValues(name, out var values) || answer.Headers.TryGetValues(name, out values)
            ? Uri.UnescapeDataString(values.First())
            : null;
}
