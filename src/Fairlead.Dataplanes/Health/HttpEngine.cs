using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Fairlead.Dataplanes.Health;

/// <summary>
/// One HTTP/1.1 server for all ports that the proxy listens on, however many Services have one:
/// <code>
/// HttpPort (socket) ─┐
/// HttpPort (socket) ─┼─▶ AcceptedConnections ──▶ Kestrel ──▶ the site of the connection's HttpPort
/// HttpPort (socket) ─┘
/// </code>
/// </summary>
sealed class HttpEngine : IHttpApplication<HttpContext>, IAsyncDisposable
{
    const int MostConnections = 4096;
    static readonly TimeSpan HeadersWithin = TimeSpan.FromSeconds(10), StopWithin = TimeSpan.FromSeconds(1);

    readonly KestrelServer kestrel;

    HttpEngine()
    {
        var options = new KestrelServerOptions { AddServerHeader = false, ApplicationServices = NoServices.Instance };
        options.Limits.MaxConcurrentConnections = MostConnections;
        options.Limits.RequestHeadersTimeout = HeadersWithin;
        // Nobody has anything to send.
        options.Limits.MaxRequestBodySize = 64 * 1024;
        options.Listen(Connections.EndPoint, listen => listen.Protocols = HttpProtocols.Http1);
        kestrel = new(Options.Create(options), Connections, NullLoggerFactory.Instance);
    }

    /// <summary>Takes the connections that ports accept.</summary>
    public AcceptedConnections Connections { get; } = new();

    public static async Task<HttpEngine> StartAsync(CancellationToken cancellation)
    {
        var engine = new HttpEngine();
        await engine.kestrel.StartAsync(engine, cancellation).ConfigureAwait(false);
        return engine;
    }

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public Task ProcessRequestAsync(HttpContext context) => context.Features.GetRequiredFeature<HttpPort>().ServeAsync(context);

    public void DisposeContext(HttpContext context, Exception? exception) { }

    /// <summary>Ends open connections after a moment.</summary>
    public async ValueTask DisposeAsync()
    {
        using var bound = new CancellationTokenSource(StopWithin);
        await kestrel.StopAsync(bound.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        kestrel.Dispose();
    }

    // Kestrel asks for services only where TLS or a configuration file is used.
    sealed class NoServices : IServiceProvider
    {
        public static readonly NoServices Instance = new();
        public object? GetService(Type serviceType) => null;
    }
}
