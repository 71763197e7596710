using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Fairlead.Api.Errors;
using Fairlead.Node.Cri;
using Fairlead.Node.Pods;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Fairlead.Node.Serving;

/// <summary>
/// The kubelet's HTTPS server, for the API server: logs, exec, attach, port-forward, statistics. Whoever connects must
/// show a client certificate of the cluster's authority.
/// </summary>
sealed class KubeletServer
{
    readonly WebApplication app;
    readonly NodeContext node;

    public KubeletServer(NodeContext node, PodWorkers workers)
    {
        this.node = node;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Configure);
        app = builder.Build();
        var routes = new KubeletRoutes(node, workers);
        app.Run(context => ServeAsync(routes, context));
    }

    /// <summary>The port it listens at, once started.</summary>
    public int Port { get; private set; }

    public async Task StartAsync(CancellationToken cancellation)
    {
        await app.StartAsync(cancellation).ConfigureAwait(false);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        Port = new Uri(addresses!.Addresses.First().Replace("[::]", "localhost").Replace("0.0.0.0", "localhost")).Port;
    }

    /// <summary>Ends open streams after a moment.</summary>
    public async Task StopAsync()
    {
        using var atMost = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try { await app.StopAsync(atMost.Token).ConfigureAwait(false); }
        catch (OperationCanceledException) { }
        await app.DisposeAsync().ConfigureAwait(false);
    }

    void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        var any = node.Options.NodeIps[0].AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;
        kestrel.Listen(any, node.Options.Port, listen =>
        {
            // Upgrades to SPDY and websocket exist in HTTP/1.1 alone.
            listen.Protocols = HttpProtocols.Http1;
            listen.UseHttps(new HttpsConnectionAdapterOptions
            {
                ServerCertificateSelector = (_, _) => node.Options.ServingCertificate!(),
                ClientCertificateMode = ClientCertificateMode.RequireCertificate,
                ClientCertificateValidation = (certificate, _, _) => IsTrusted(certificate),
                CheckCertificateRevocation = false,
            });
        });
    }

    bool IsTrusted(X509Certificate2 certificate)
    {
        if (node.Options.ClientAuthority is not { } authority) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid("1.3.6.1.5.5.7.3.2"));
        return chain.Build(certificate);
    }

    async Task ServeAsync(KubeletRoutes routes, HttpContext context)
    {
        try { await routes.ServeAsync(context).ConfigureAwait(false); }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested) { }
        catch (Exception e) when (e is CriException or ApiException or IOException or HttpRequestException or SocketException or UnauthorizedAccessException)
        {
            if (context.Response.HasStarted) return;
            context.Response.StatusCode = e is CriException { IsNotFound: true } or FileNotFoundException or DirectoryNotFoundException ? 404 : 500;
            await context.Response.WriteAsync(e.Message + "\n").ConfigureAwait(false);
        }
    }
}
