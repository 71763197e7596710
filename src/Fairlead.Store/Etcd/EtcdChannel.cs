using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;

namespace Fairlead.Store.Etcd;

/// <summary>
/// gRPC to one of etcd's members: one HTTP/2 request a call, the five-byte frame before each message, the status in the
/// trailers. When a member can't be reached the next one is asked. Thread-safe.
/// </summary>
sealed class EtcdChannel : IDisposable
{
    const int FrameHeader = 5;

    // A page of a load is the longest; a longer message is a fault of the peer and must not make us allocate.
    const int LongestMessage = 512 << 20;

    static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(100);

    readonly EtcdStoreOptions options;
    readonly HttpMessageInvoker http;
    int current;

    public EtcdChannel(EtcdStoreOptions options)
    {
        this.options = options;
        http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            EnableMultipleHttp2Connections = true,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            ConnectTimeout = options.RequestTimeout / 2,
            InitialHttp2StreamWindowSize = 1 << 20,
            // etcd allows a ping every five seconds. A member that answers none is given up, and its watch with it.
            KeepAlivePingDelay = TimeSpan.FromSeconds(10),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
            SslOptions = Tls(options),
        });
    }

    /// <summary>The member that is asked next.</summary>
    public Uri Endpoint => options.Endpoints[Volatile.Read(ref current) % options.Endpoints.Count];

    /// <summary>One request, one answer, within the time.</summary>
    /// <param name="method">Service and method, such as KV/Range.</param>
    /// <param name="repeatable">It may be sent again when it is not known whether it arrived.</param>
    /// <exception cref="EtcdException">etcd refused.</exception>
    /// <exception cref="StoreUnavailableException">No member could be reached or answered in time.</exception>
    public async Task<T> CallAsync<T>(string method, IMessage request, MessageParser<T> parser, bool repeatable, CancellationToken cancellation) where T : IMessage<T>
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(options.RequestTimeout);
        Exception? failure = null;
        for (var attempt = 1; ; attempt++)
        {
            var asked = Volatile.Read(ref current);
            try
            {
                return await OnceAsync(method, request, parser, deadline.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (IsAnotherTry(e, repeatable, attempt))
            {
                failure = e;
                Interlocked.CompareExchange(ref current, asked + 1, asked);
            }
            catch (HttpRequestException e) { throw Unreachable(e); }
            catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
            {
                // Of a request that may have arrived nobody knows what became of it; one that changes nothing failed for what was seen before.
                throw repeatable && failure is HttpRequestException h ? Unreachable(h) : TooLate(failure ?? e);
            }
            try { await Task.Delay(RetryAfter, deadline.Token).ConfigureAwait(false); }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested) { throw failure is HttpRequestException h ? Unreachable(h) : TooLate(failure); }
        }
    }

    /// <summary>Opens a watch and gives its answers until the member ends it. Throws as <see cref="CallAsync"/>, when it breaks too.</summary>
    public async IAsyncEnumerable<WatchResponse> WatchAsync(WatchCreateRequest create, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var content = new OpenRequest(Frame(new WatchRequest { CreateRequest = create }));
        using var message = Message(Endpoint, "Watch/Watch", content);
        // A member that lost the others ends the watch, instead of staying silent.
        message.Headers.TryAddWithoutValidation("hasleader", "true");
        using var answer = await SendAsync(message, cancellation).ConfigureAwait(false);
        var stream = await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var header = new byte[FrameHeader];
            while (await stream.ReadAtLeastAsync(header, FrameHeader, false, cancellation).ConfigureAwait(false) == FrameHeader)
            {
                var length = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1));
                if (length is < 0 or > LongestMessage) throw new EtcdException(EtcdException.Internal, $"a message of {length} bytes");
                var body = new byte[length];
                await stream.ReadExactlyAsync(body, cancellation).ConfigureAwait(false);
                yield return WatchResponse.Parser.ParseFrom(body);
            }
            CheckStatus(answer);
        }
    }

    /// <summary>Asks another member from now on.</summary>
    public void Next() => Interlocked.Increment(ref current);

    public void Dispose() => http.Dispose();

    async Task<T> OnceAsync<T>(string method, IMessage request, MessageParser<T> parser, CancellationToken cancellation) where T : IMessage<T>
    {
        using var message = Message(Endpoint, method, new ByteArrayContent(Frame(request)));
        using var answer = await http.SendAsync(message, cancellation).ConfigureAwait(false);
        var body = await answer.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        CheckStatus(answer);
        if (body.Length < FrameHeader) throw new EtcdException(EtcdException.Internal, "an answer without a message");
        return parser.ParseFrom(body.AsSpan(FrameHeader));
    }

    async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, CancellationToken cancellation)
    {
        try { return await http.SendAsync(message, cancellation).ConfigureAwait(false); }
        catch (HttpRequestException e) { throw Unreachable(e); }
    }

    /// <summary>Sent again: what surely did not arrive, and reads. Certificates that are not believed won't be a moment later.</summary>
    bool IsAnotherTry(Exception e, bool repeatable, int attempt) => e switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => attempt < options.Endpoints.Count,
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } => true,
        HttpRequestException or IOException or EtcdException { Code: EtcdException.Unavailable } => repeatable,
        _ => false,
    };

    StoreUnavailableException Unreachable(HttpRequestException e) =>
        new($"etcd can't be reached at {string.Join(", ", options.Endpoints)}: {(e.InnerException ?? e).Message}", e);

    StoreUnavailableException TooLate(Exception? e) =>
        new($"etcd at {Endpoint} did not answer within {options.RequestTimeout.TotalSeconds:0.#} s", e) { IsTimeout = true };

    static byte[] Frame(IMessage request)
    {
        var size = request.CalculateSize();
        var frame = new byte[FrameHeader + size];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), size);
        request.WriteTo(frame.AsSpan(FrameHeader));
        return frame;
    }

    static HttpRequestMessage Message(Uri endpoint, string method, HttpContent content)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint, "/etcdserverpb." + method))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        message.Headers.TryAddWithoutValidation("te", "trailers");
        return message;
    }

    static void CheckStatus(HttpResponseMessage answer)
    {
        var status = Header(answer, "grpc-status");
        if (status == "0") return;
        var code = int.TryParse(status, out var number) ? number : EtcdException.Unknown;
        throw new EtcdException(code, Header(answer, "grpc-message") ?? $"HTTP {(int)answer.StatusCode}");
    }

    // A refusal at once comes in the headers, any other in the trailers.
    static string? Header(HttpResponseMessage answer, string name) =>
        answer.TrailingHeaders.TryGetValues(name, out var values) || answer.Headers.TryGetValues(name, out values)
            ? Uri.UnescapeDataString(values.First())
            : null;

    static SslClientAuthenticationOptions Tls(EtcdStoreOptions options)
    {
        var tls = new SslClientAuthenticationOptions();
        if (options.ClientCertificate is { } own) tls.ClientCertificateContext = SslStreamCertificateContext.Create(own, null, offline: true);
        if (options.Authorities is not { } authorities) return tls;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        tls.CertificateChainPolicy = policy;
        return tls;
    }

    /// <summary>A request that stays open: etcd ends a watch whose client has nothing more to say.</summary>
    sealed class OpenRequest(byte[] frame) : HttpContent
    {
        readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(frame, cancellationToken).ConfigureAwait(false);
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            await ended.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            ended.TrySetResult();
            base.Dispose(disposing);
        }
    }
}
