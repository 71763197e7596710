using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Api.Resources;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Dns.Cluster;
using Fairlead.Network.Services;
using Fairlead.Server;
using Fairlead.Server.Authentication;
using Fairlead.Server.Security;
using Fairlead.Store.Memory;
using Fairlead.Wire.Dns;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fairlead.Dns.Tests;

/// <summary>From writes to the API to answers.</summary>
public class ApiTests
{
    const string Name = "db.default.svc.cluster.local";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task AnswersFollowTheApi()
    {
        await using var api = NewApi();
        using var stop = new CancellationTokenSource();
        await api.StartAsync(stop.Token);
        var kube = new KubeClient(api.Transport(new UserInfo("dns", [UserInfo.MastersGroup])));
        var options = RunningServer.Options() with { Listen = [RunningServer.Nobody()] };
        var (informers, feed) = (new InformerSet(kube), new ClusterFeed());
        informers.Of<Service>().OnChange(feed.Changed);
        informers.Of<EndpointSlice>().OnChange(feed.Changed);
        _ = informers.RunAsync(stop.Token);
        var serving = DnsServer.RunAsync(options, feed, informers.Synced, kube, stop.Token);
        var dns = new Client(options.Listen[0]);

        await UntilAsync(async () => (await dns.AskAsync("kubernetes.default.svc.cluster.local", DnsType.A)).Data.SequenceEqual(["10.96.0.1"]));

        var web = await kube.CreateAsync(new Service { Metadata = new() { Namespace = "default", Name = "web" }, Spec = new() { Ports = [new() { Port = 80 }] } }, stop.Token);
        await UntilAsync(async () => (await dns.AskAsync("web.default.svc.cluster.local", DnsType.A)).Data.SequenceEqual([web.Spec!.ClusterIP!]));

        await kube.CreateAsync(new Service { Metadata = new() { Namespace = "default", Name = "db" }, Spec = new() { ClusterIP = "None" } }, stop.Token);
        var slice = await kube.CreateAsync(Slice("10.244.1.2"), stop.Token);
        await UntilAsync(async () => (await dns.AskAsync(Name, DnsType.A)).Data.SequenceEqual(["10.244.1.2"]));

        await kube.UpdateAsync(slice with { Endpoints = Slice("10.244.1.3").Endpoints }, stop.Token);
        await UntilAsync(async () => (await dns.AskAsync(Name, DnsType.A)).Data.SequenceEqual(["10.244.1.3"]));
        Assert.Equal(DnsRcode.NXDomain, (await dns.AskAsync("10-244-1-2." + Name, DnsType.A)).Rcode);

        await kube.DeleteAsync<Service>("default", "db", new(), stop.Token);
        await UntilAsync(async () => (await dns.AskAsync(Name, DnsType.A)).Rcode == DnsRcode.NXDomain);

        Assert.Equal(DnsRcode.NXDomain, (await dns.AskAsync("10-1-1-1.mine.pod.cluster.local", DnsType.A)).Rcode);
        await kube.CreateAsync(new Namespace { Metadata = new() { Name = "mine" } }, stop.Token);
        await UntilAsync(async () => (await dns.AskAsync("10-1-1-1.mine.pod.cluster.local", DnsType.A)).Data.SequenceEqual(["10.1.1.1"]));

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => serving.WaitAsync(Patience));
    }

    [Fact]
    public async Task NodeIsAnEndpointOfKubeDns()
    {
        await using var api = NewApi();
        using var stop = new CancellationTokenSource();
        await api.StartAsync(stop.Token);
        var kube = new KubeClient(api.Transport(new UserInfo("dns", [UserInfo.MastersGroup])));
        var moved = await kube.CreateAsync(Slice("192.0.2.9") with { Metadata = new() { Namespace = "kube-system", Name = "kube-dns-n2" } }, stop.Token);

        Task[] keeping =
        [
            NodeEndpoint.KeepAsync("n1", new(IPAddress.Parse("192.0.2.5"), 53), kube, Ignore, stop.Token),
            NodeEndpoint.KeepAsync("n2", new(IPAddress.Parse("192.0.2.6"), 53), kube, Ignore, stop.Token),
        ];
        EndpointSlice? n1 = null, n2 = null;
        await UntilAsync(async () => (n1 = await kube.FindAsync<EndpointSlice>("kube-system", "kube-dns-n1", stop.Token)) is not null);
        await UntilAsync(async () => (n2 = await kube.FindAsync<EndpointSlice>("kube-system", "kube-dns-n2", stop.Token))!.Metadata.ResourceVersion != moved.Metadata.ResourceVersion);
        Assert.Equal(("192.0.2.5", "n1", true), (n1!.Endpoints![0].Addresses![0], n1.Endpoints[0].NodeName, n1.Endpoints[0].Conditions!.Ready));
        Assert.Equal(["dns UDP 53", "dns-tcp TCP 53"], n1.Ports!.Select(p => $"{p.Name} {p.Protocol} {p.Port}"));
        Assert.Equal("kube-dns", n1.Metadata.Labels!["kubernetes.io/service-name"]);
        Assert.Equal(("192.0.2.6", "n2"), (n2!.Endpoints![0].Addresses![0], n2.Endpoints[0].NodeName));

        await stop.CancelAsync();
        foreach (var one in keeping) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one.WaitAsync(Patience));

        static void Ignore(string line) { }
    }

    static EndpointSlice Slice(string address) => new()
    {
        Metadata = new() { Namespace = "default", Name = "db-1", Labels = new Dictionary<string, string> { ["kubernetes.io/service-name"] = "db" } },
        AddressType = "IPv4",
        Endpoints = [new() { Addresses = [address], Conditions = new() { Ready = true } }],
    };

    static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!await holds()) await Task.Delay(1, limit.Token);
    }

    static ApiServer NewApi()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var certificate = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return new ApiServer(new ApiServerOptions
        {
            Listen = new(IPAddress.Loopback, 0),
            Advertise = IPAddress.Parse("192.0.2.1"),
            Certificate = certificate,
            ClientAuthority = certificate,
            Store = new InMemoryStore(),
            Resources = BuiltInResources.All,
            TokenIssuer = new ServiceAccountTokens(ECDsa.Create(ECCurve.NamedCurves.nistP256), ServiceAccountTokens.DefaultIssuer, TimeProvider.System, null),
            Tokens = [StaticTokens.Parse(["token,admin,1,\"system:masters\""])],
        });
    }
}
