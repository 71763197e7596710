using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;

namespace Fairlead.Client.Https;

/// <summary>How to reach and convince an API server.</summary>
/// <param name="Server">Such as https://10.0.0.1:6443.</param>
/// <param name="Authority">The cluster's CA; the server's certificate must come from it.</param>
/// <param name="Certificate">Client certificate with private key, or null.</param>
/// <param name="Token">Bearer token, or null.</param>
public sealed record HttpsTransportOptions(Uri Server, X509Certificate2 Authority, X509Certificate2? Certificate, string? Token)
{
    /// <summary>The program that asks; what stands before a slash becomes the owner of the fields it writes.</summary>
    public string UserAgent { get; init; } = "fairlead";
}

/// <summary>The API over HTTPS, HTTP/2 where the server speaks it.</summary>
public sealed class HttpsTransport : IApiTransport, IDisposable
{
    // A watch document holds one object of at most 3 MiB and its frame.
    const int LongestDocument = 8 << 20;

    readonly HttpsTransportOptions options;
    HttpMessageInvoker http;
    volatile string? token;

    public HttpsTransport(HttpsTransportOptions options)
    {
        this.options = options;
        token = options.Token;
        http = Connections(options.Certificate);
    }

    /// <summary>
    /// Shows another client certificate from the next request on. What is under way ends over the connections that it
    /// has; they close when they have been idle.
    /// </summary>
    public void Renew(X509Certificate2 certificate) => Volatile.Write(ref http, Connections(certificate));

    /// <summary>Shows another bearer token from the next request on.</summary>
    public void UseToken(string other) => token = other;

    /// <summary>Connections to the same server, without credentials.</summary>
    /// <param name="agent">The program that asks.</param>
    public HttpsTransport Without(string agent) => new(options with { Certificate = null, Token = null, UserAgent = agent });

    HttpMessageInvoker Connections(X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            // A server that died without a word is noticed by its silence.
            KeepAlivePingDelay = TimeSpan.FromSeconds(10),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                    DisableCertificateDownloads = true,
                },
            },
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(options.Authority);
        if (certificate is not null) handler.SslOptions.ClientCertificates = [certificate];
        return new HttpMessageInvoker(handler);
    }

    /// <summary>The server that is spoken to.</summary>
    public Uri Server => options.Server;

    public async Task<ApiResponse> SendAsync(ApiRequest request, CancellationToken cancellation)
    {
        using var answer = await Volatile.Read(ref http).SendAsync(Message(request), cancellation).ConfigureAwait(false);
        var body = await answer.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        return new((int)answer.StatusCode, body);
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> StreamAsync(
        ApiRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var answer = await Volatile.Read(ref http).SendAsync(Message(request), cancellation).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
        {
            var body = await answer.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
            throw KubeClient.Refusal(new((int)answer.StatusCode, body));
        }
        var stream = await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await foreach (var line in Lines(stream, cancellation).ConfigureAwait(false)) yield return line;
    }

    public void Dispose() => http.Dispose();

    static async IAsyncEnumerable<ReadOnlyMemory<byte>> Lines(Stream stream, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var pipe = PipeReader.Create(stream);
        while (true)
        {
            var read = await pipe.ReadAsync(cancellation).ConfigureAwait(false);
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                var line = rest.Slice(0, end);
                if (line.Length > 0) yield return line.IsSingleSegment ? line.First : line.ToArray();
                rest = rest.Slice(rest.GetPosition(1, end));
            }
            if (rest.Length > LongestDocument) throw new IOException($"a watch document of more than {LongestDocument} bytes");
            pipe.AdvanceTo(rest.Start, rest.End);
            if (read.IsCompleted) yield break;
        }
    }

    HttpRequestMessage Message(ApiRequest request)
    {
        var message = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(options.Server, request.PathAndQuery))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        message.Headers.TryAddWithoutValidation("User-Agent", options.UserAgent);
        if (token is { } shown) message.Headers.Authorization = new("Bearer", shown);
        if (request.ContentType is null) return message;
        message.Content = new ReadOnlyMemoryContent(request.Body);
        message.Content.Headers.ContentType = new MediaTypeHeaderValue(request.ContentType);
        return message;
    }
}
