using System.Net;
using Fairlead.Api.Resources;
using Fairlead.Server;
using Fairlead.Server.Security;
using Fairlead.Store;
using Fairlead.Store.Embedded;
using Fairlead.Store.Etcd;

namespace Fairlead.Bench;

/// <summary>The API server as the product wires it, on a free port of loopback, until standard input ends.</summary>
static class ServeCommand
{
    /// <summary>The argument for a server without priority and fairness.</summary>
    public const string Unlimited = "--unlimited";

    /// <param name="args">The address of etcd, or none, and <see cref="Unlimited"/>, or not.</param>
    public static async Task RunAsync(string folder, params string[] args)
    {
        var etcd = args.FirstOrDefault(a => a != Unlimited);
        var isLimited = !args.Contains(Unlimited);
        using var authority = ClusterAuthority.Open(Path.Combine(folder, "pki"), TimeProvider.System);
        using var key = authority.TokenKey();
        var tokens = new ServiceAccountTokens(key, ServiceAccountTokens.DefaultIssuer, TimeProvider.System, null);
        await using IStore store = etcd is null ? EmbeddedStore.Open(new(Path.Combine(folder, "store.db"))) : await EtcdStore.OpenAsync(new([new Uri(etcd)]), CancellationToken.None);
        await using var server = new ApiServer(new ApiServerOptions
        {
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Advertise = IPAddress.Parse("192.0.2.1"),
            Certificate = authority.Issue(CertificateRequestSpec.ApiServer([IPAddress.Parse("10.96.0.1")])),
            ClientAuthority = authority.Certificate,
            Store = store,
            Tokens = [tokens],
            TokenIssuer = tokens,
            Resources = BuiltInResources.All,
            MaxRequestsInFlight = isLimited ? 400 : 0,
            MaxMutatingRequestsInFlight = isLimited ? 200 : 0,
        });
        await server.StartAsync(CancellationToken.None);
        Console.WriteLine(server.Port);
        while (await Console.In.ReadLineAsync() is not null) { }
    }
}
