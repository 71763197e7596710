using System.Net;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Resources;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Linux.Namespaces;
using Fairlead.Linux.Netlink;
using Fairlead.Server;
using Fairlead.Server.Authentication;
using Fairlead.Server.Tests;
using Fairlead.Store.Memory;

namespace Fairlead.PodNetwork.Tests;

/// <summary>
/// Node n1 at 192.0.2.1/24 (2001:db8::1/64) in a namespace of its own, with its routes kept from the real API server in process.
/// </summary>
public sealed class Lab : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    static int count;

    readonly string name = $"cnit-routes-{Environment.ProcessId}-{Interlocked.Increment(ref count)}";
    readonly CancellationTokenSource stop = new();
    readonly NetworkNamespace space;
    readonly ApiServer server;
    readonly Informer<Node> nodes;
    readonly NodeRoutes routes;
    readonly List<string> logged = [];
    Task running = Task.CompletedTask;

    Lab()
    {
        server = new(new ApiServerOptions
        {
            Listen = new(IPAddress.Loopback, 0), Advertise = IPAddress.Parse("192.0.2.100"), Store = new InMemoryStore(),
            Certificate = TestCertificates.Server(), ClientAuthority = TestCertificates.Authority, Resources = BuiltInResources.All,
        });
        Client = new(server.Transport(new UserInfo("admin", [UserInfo.MastersGroup, UserInfo.AuthenticatedGroup])));
        space = NetworkNamespace.Create(name);
        Net = RouteNetlink.In(space);
        Net.Links.Add(new VethSpec("eth0", "peer") { Up = true });
        Net.Links.SetUp(Net.Links.Get("peer").Index);
        var index = Net.Links.Get("eth0").Index;
        Net.Addresses.Replace(index, IPAddress.Parse("192.0.2.1"), 24);
        Net.Addresses.Replace(index, IPAddress.Parse("2001:db8::1"), 64);
        var options = new PodNetworkOptions { NodeName = "n1", CniConfigurationDirectory = Folder + "/net.d", CniDataDirectory = "/data", Mtu = 1450 };
        nodes = new(Client);
        routes = new(options, nodes, Log) { Recheck = TimeSpan.FromMilliseconds(200), OpenKernel = () => RouteNetlink.In(space) };
    }

    public KubeClient Client { get; }
    public RouteNetlink Net { get; }
    public string Folder { get; } = Directory.CreateTempSubdirectory("cnit-routes-").FullName;
    public string ConfigurationFile => Folder + "/net.d/10-fairlead.conflist";

    public IReadOnlyList<string> Logged
    {
        get { lock (logged) return [.. logged]; }
    }

    /// <summary>What the kernel has of Fairlead's routes, as "destination via gateway", in order.</summary>
    public string Routes => string.Join(", ", Net.Routes.List().Where(r => r.Protocol == Route.FairleadProtocol && r.Gateway is not null)
        .Select(r => $"{r.Destination} via {r.Gateway}").Order(StringComparer.Ordinal));

    /// <summary>Starts the server; with <paramref name="prepare"/> done before the routes are kept.</summary>
    public static async Task<Lab> StartAsync(Action<Lab>? prepare = null)
    {
        var lab = new Lab();
        await lab.server.StartAsync(CancellationToken.None);
        prepare?.Invoke(lab);
        lab.running = Task.WhenAll(lab.nodes.RunAsync(lab.stop.Token), lab.routes.RunAsync(lab.stop.Token));
        return lab;
    }

    /// <summary>Makes a node with an address and Pod ranges.</summary>
    public async Task NodeAsync(string node, string? address, params string[] podCidrs)
    {
        var spec = podCidrs.Length == 0 ? new NodeSpec() : new NodeSpec { PodCIDR = podCidrs[0], PodCIDRs = podCidrs };
        await Client.CreateAsync(new Node { Metadata = new ObjectMeta { Name = node }, Spec = spec }, default);
        if (address is not null) await AddressAsync(node, address);
    }

    public async Task AddressAsync(string node, params string[] addresses)
    {
        var now = await Client.GetAsync<Node>(null, node, default);
        var list = addresses.Select(a => new NodeAddress { Type = "InternalIP", Address = a }).ToArray();
        await Client.UpdateStatusAsync(now with { Status = (now.Status ?? new()) with { Addresses = list } }, default);
    }

    public Task RemoveAsync(string node) => Client.DeleteAsync<Node>(null, node, new DeleteOptions(), default);

    /// <summary>Waits until the kernel has these routes of Fairlead's and no other.</summary>
    public async Task RoutesAreAsync(string expected)
    {
        await UntilAsync(() => Routes == expected, () => $"expected {expected}; there are {Routes}");
    }

    public static async Task UntilAsync(Func<bool> condition, Func<string> words)
    {
        for (var end = Environment.TickCount64 + (long)Patience.TotalMilliseconds; !condition(); await Task.Delay(5))
            Assert.True(Environment.TickCount64 < end, words());
    }

    void Log(string line)
    {
        lock (logged) logged.Add(line);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Patience));
        routes.Dispose();
        await server.DisposeAsync();
        Net.Dispose();
        space.Dispose();
        NetworkNamespace.Delete(name);
        Directory.Delete(Folder, recursive: true);
        stop.Dispose();
    }
}
