using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Fairlead.Server.Listen;

/// <summary>HTTPS on Kestrel, with one delegate for every request and no middleware. HTTP/1.1 and HTTP/2.</summary>
public sealed class KestrelListener : IAsyncDisposable
{
    static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(2);

    readonly WebApplication app;
    volatile SslServerAuthenticationOptions tls;

    public KestrelListener(IPEndPoint address, X509Certificate2 certificate, HttpExchange exchange)
    {
        tls = Tls(certificate);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        // After Kestrel's own.
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, KestrelBlocks>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // The body limit is enforced while reading, so that the answer is a Status.
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.Http2.MaxStreamsPerConnection = 1000;
            kestrel.Limits.Http2.InitialStreamWindowSize = 1024 * 1024;
            kestrel.Limits.Http2.InitialConnectionWindowSize = 4 * 1024 * 1024;
            kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
            kestrel.Limits.MaxResponseBufferSize = 256 * 1024;
            kestrel.Listen(address, listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                ((IConnectionBuilder)listen).Use(SocketOutput.Of);
                // Asked at every handshake, so that a certificate can be replaced; what costs is made once for each certificate.
                listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => new(tls) });
                ((IConnectionBuilder)listen).Use(RecordOutput.Of);
            });
        });
        app = builder.Build();
        app.Run(http => exchange.HandleAsync(http, app.Lifetime.ApplicationStopping));
    }

    /// <summary>The port that is listened on; after <see cref="StartAsync"/>.</summary>
    public int Port { get; private set; }

    /// <summary>Handshakes from now on show this certificate; connections that are open stay.</summary>
    public void UseCertificate(X509Certificate2 certificate) => tls = Tls(certificate);

    public async Task StartAsync(CancellationToken cancellation)
    {
        await app.StartAsync(cancellation).ConfigureAwait(false);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        Port = new Uri(addresses!.Addresses.First()).Port;
    }

    public async ValueTask DisposeAsync()
    {
        using var bound = new CancellationTokenSource(StopWithin);
        await app.StopAsync(bound.Token).ConfigureAwait(false);
        await app.DisposeAsync().ConfigureAwait(false);
    }

    [SuppressMessage("Security", "CA5359", Justification = "It is the clients' certificates, which ClientCertificates checks, so that a bad one is answered with 401.")]
    static SslServerAuthenticationOptions Tls(X509Certificate2 certificate) => new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true),
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        ClientCertificateRequired = true, // asked for; one that shows none is taken too
        RemoteCertificateValidationCallback = (_, _, _, _) => true,
    };
}
