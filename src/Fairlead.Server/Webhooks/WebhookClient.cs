using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Server.Relaying;
using Fairlead.Server.Security;

namespace Fairlead.Server.Webhooks;

/// <summary>
/// Asks webhooks: one POST of JSON over HTTPS to an address or to a Service of the cluster. The other side must show a
/// certificate that the configuration's bundle, or without one the machine, trusts. Connections are kept for those who
/// are asked again.
/// </summary>
/// <param name="services">Finds what stands behind a Service.</param>
public sealed class WebhookClient(ServiceResolver services) : IDisposable
{
    /// <summary>The most that is read of an answer.</summary>
    const int MaxAnswer = 3 * 1024 * 1024;
    const int MaxHandlers = 100;

    readonly Dictionary<string, HttpMessageInvoker> invokers = new(StringComparer.Ordinal);
    readonly Lock gate = new();

    /// <summary>The body of the answer.</summary>
    /// <param name="config">A clientConfig: url or service, and caBundle.</param>
    /// <exception cref="WebhookException">Not reached, not trusted, not in time, or answered with anything but 200 and a JSON object.</exception>
    public async Task<JsonObject> PostAsync(JsonObject config, JsonObject body, TimeSpan within, CancellationToken cancellation)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        time.CancelAfter(within);
        try
        {
            var (address, connectTo) = await LocateAsync(config, time.Token).ConfigureAwait(false);
            using var request = new HttpRequestMessage(HttpMethod.Post, new UriBuilder(address) { Query = $"timeout={(int)within.TotalSeconds}s" }.Uri)
            {
                Content = new ReadOnlyMemoryContent(JsonTree.Write(body)) { Headers = { ContentType = new("application/json") } },
            };
            request.Headers.TryAddWithoutValidation("Accept", "application/json");
            using var response = await Invoker(config.Text("caBundle") ?? "", connectTo).SendAsync(request, time.Token).ConfigureAwait(false);
            var text = await ReadAsync(response, time.Token).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK) throw new WebhookException($"the server answered {(int)response.StatusCode}");
            return JsonTree.ParseObject(text);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested) { throw new WebhookException("context deadline exceeded"); }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or MalformedInputException or UriFormatException)
        {
            throw new WebhookException(e.InnerException is null ? e.Message : $"{e.Message} {e.InnerException.Message}", e);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            foreach (var invoker in invokers.Values) invoker.Dispose();
            invokers.Clear();
        }
    }

    static async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using var closed = stream.ConfigureAwait(false);
        using var whole = new MemoryStream();
        var part = new byte[16 * 1024];
        while (await stream.ReadAsync(part, cancellation).ConfigureAwait(false) is var count and > 0)
        {
            if (whole.Length + count > MaxAnswer) throw new WebhookException("the answer is too large");
            whole.Write(part, 0, count);
        }
        return whole.ToArray();
    }

    /// <summary>The address to ask, and for a Service the endpoint to connect to in place of its name.</summary>
    async ValueTask<(Uri Address, EndPoint? ConnectTo)> LocateAsync(JsonObject config, CancellationToken cancellation)
    {
        if (config.Text("url") is { } url) return (new Uri(url), null);
        var service = config.Object("service") ?? throw new WebhookException("it has neither url nor service");
        var (ns, name, port) = (service.Text("namespace") ?? "", service.Text("name") ?? "", service.Number("port") ?? 443);
        var address = await services.ResolveAsync(ns, name, port, cancellation).ConfigureAwait(false);
        if (address.Points.Count == 0) throw new WebhookException(address.Why);
        var path = service.Text("path") ?? "/";
        return (new Uri($"https://{name}.{ns}.svc:{port}{path}"), address.Points[0]);
    }

    HttpMessageInvoker Invoker(string bundle, EndPoint? connectTo)
    {
        var key = $"{connectTo} {bundle}";
        lock (gate)
        {
            if (invokers.TryGetValue(key, out var known)) return known;
            if (invokers.Count >= MaxHandlers) invokers.Clear(); // what is in use goes on; idle connections close by themselves
            return invokers[key] = new(Handler(bundle, connectTo));
        }
    }

    static SocketsHttpHandler Handler(string bundle, EndPoint? connectTo)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            SslOptions = { CertificateChainPolicy = Trust(bundle) },
        };
        if (connectTo is not null) handler.ConnectCallback = (_, cancellation) => ServiceResolver.ConnectAsync([connectTo], cancellation);
        return handler;
    }

    static X509ChainPolicy? Trust(string bundle)
    {
        if (bundle.Length == 0) return null;
        try { return CaBundle.Trust(bundle); }
        catch (System.Security.Cryptography.CryptographicException e) { throw new WebhookException("unable to load root certificates: " + e.Message, e); }
    }
}
