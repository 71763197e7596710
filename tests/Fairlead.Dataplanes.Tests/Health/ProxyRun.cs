using System.Net;
using System.Net.Sockets;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Dataplanes.Tests.Kernel;
using Fairlead.Network.Configuration;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Tests.Health;

/// <summary>The whole proxy of node n1, with an API that says what the test wants, and callers on both nodes.</summary>
sealed class ProxyRun : IAsyncDisposable
{
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    readonly CancellationTokenSource stop = new();
    readonly Lab lab;
    readonly Task running, feeding;

    ProxyRun(Lab lab, ListedApi api, IReadOnlyList<DataplaneEntry>? catalog)
    {
        (this.lab, Api) = (lab, api);
        lab.Clear();
        var (client, feed) = (new KubeClient(api), new ClusterFeed());
        var informers = new InformerSet(client);
        informers.Of<Service>().OnChange(feed.Changed);
        informers.Of<EndpointSlice>().OnChange(feed.Changed);
        informers.Of<Node>().OnChange(feed.Changed);
        Plane = new();
        Dataplane = new(new("n1", LabPlan.PodRanges)
        {
            InNode = lab.Node(1).Run, Log = Log.Enqueue, Catalog = catalog ?? [new(ProxyMode.Nftables, (_, _) => Plane)],
        }, feed, client);
        feeding = informers.RunAsync(stop.Token);
        running = Dataplane.RunAsync(informers.Synced, stop.Token);
    }

    public ListedApi Api { get; }

    /// <summary>What stands for the kernel, unless there is a catalog.</summary>
    public FakePlane Plane { get; }

    public ServiceDataplane Dataplane { get; }

    public System.Collections.Concurrent.ConcurrentQueue<string> Log { get; } = [];

    /// <summary>Starts it and waits until it serves.</summary>
    public static async Task<ProxyRun> StartAsync(Lab lab, Action<ListedApi> given, IReadOnlyList<DataplaneEntry>? catalog = null)
    {
        var api = new ListedApi();
        api.Add(lab.Node(1).Node);
        given(api);
        var run = new ProxyRun(lab, api, catalog);
        await run.Dataplane.Programmed.WaitAsync(Longest);
        return run;
    }

    /// <summary>ConfigMap kube-proxy with these lines.</summary>
    public static ConfigMap Configuration(string lines) => new()
    {
        Metadata = new() { Namespace = ProxyConfiguration.ConfigMapNamespace, Name = ProxyConfiguration.ConfigMapName },
        Data = new Dictionary<string, string> { [ProxyConfiguration.Key] = $"apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n{lines}\n" },
    };

    /// <summary>Calls from a node, over a connection of its own.</summary>
    public async Task<HttpResponseMessage> SendAsync(int fromNode, HttpMethod method, string url)
    {
        using var client = Client(fromNode);
        using var request = new HttpRequestMessage(method, url);
        return await client.SendAsync(request);
    }

    /// <summary>Status and body of a GET from n1, when the status is what it should become.</summary>
    public Task<string> BecomesAsync(HttpStatusCode wished, string url) => UntilAsync($"{url} is {wished}", async () =>
    {
        try
        {
            using var answer = await SendAsync(1, HttpMethod.Get, url);
            return answer.StatusCode == wished ? await answer.Content.ReadAsStringAsync() : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    });

    /// <summary>Waits until nobody listens there.</summary>
    public Task ClosesAsync(string url) => UntilAsync($"{url} closes", async () =>
    {
        try
        {
            (await SendAsync(1, HttpMethod.Get, url)).Dispose();
            return null;
        }
        catch (HttpRequestException e)
        {
            // One that was just accepted is reset.
            return e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused } ? "" : null;
        }
    });

    /// <summary>Polls until there is a result.</summary>
    public static async Task<T> UntilAsync<T>(string what, Func<Task<T?>> result) where T : class
    {
        for (var end = Environment.TickCount64 + (long)Longest.TotalMilliseconds; ; await Task.Delay(5))
        {
            if (await result() is { } found) return found;
            Assert.True(Environment.TickCount64 < end, $"not within {Longest}: {what}");
        }
    }

    /// <summary>A client whose connections come from a node.</summary>
    public HttpClient Client(int fromNode) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellation) => new NetworkStream(await ConnectAsync(fromNode, IPEndPoint.Parse(
            $"{(context.DnsEndPoint.Host.Contains(':') ? $"[{context.DnsEndPoint.Host.Trim('[', ']')}]" : context.DnsEndPoint.Host)}:{context.DnsEndPoint.Port}"), cancellation), ownsSocket: true),
    }) { Timeout = Longest };

    /// <summary>A connection from a node.</summary>
    public async Task<Socket> ConnectAsync(int fromNode, IPEndPoint to, CancellationToken cancellation)
    {
        var socket = lab.Node(fromNode).Space.Run(() => new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        try
        {
            await socket.ConnectAsync(to, cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(running, feeding).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }
}
