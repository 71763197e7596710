using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;
using static Fairlead.Dataplanes.Tests.Kernel.Objects;

namespace Fairlead.Dataplanes.Tests.Kernel;

/// <summary>From watch events to packets. Needs root.</summary>
[Collection(KernelCollection.Name)]
public sealed class ServiceDataplaneTests(Lab lab)
{
    static readonly Address Vip = LabPlan.ClusterIP(9, false);

    [Fact]
    public async Task FollowsTheWatch()
    {
        var api = new Api();
        api.Add(Service("s", new() { ClusterIP = Vip.ToString(), Ports = Ports(80) }));
        api.Add(Slice("s", false, [Pod(1)]));
        lab.Clear();
        using var stop = new CancellationTokenSource();
        var (client, feed) = (new KubeClient(api), new ClusterFeed());
        var informers = new InformerSet(client);
        informers.Of<Service>().OnChange(feed.Changed);
        informers.Of<EndpointSlice>().OnChange(feed.Changed);
        informers.Of<Node>().OnChange(feed.Changed);
        _ = informers.RunAsync(stop.Token);
        var dataplane = new ServiceDataplane(new("n1", LabPlan.PodRanges) { InNode = lab.Node(1).Run }, feed, client);
        var running = dataplane.RunAsync(informers.Synced, stop.Token);

        await dataplane.Programmed.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(1, (await SendAsync()).Pod);

        api.Change("MODIFIED", Slice("s", false, [Pod(2)]), 2);
        await UntilAsync(async () => (await SendAsync()).Pod == 2);

        // An event that changes nothing must be survived, and the last one must end the Service's frontends.
        api.Change("MODIFIED", Slice("s", false, [Pod(2)]), 3);
        api.Change("DELETED", Service("s", new() { ClusterIP = Vip.ToString(), Ports = Ports(80) }), 4);
        await UntilAsync(() => Task.FromResult(dataplane.Table.Frontends.IsEmpty));

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    Task<Answer> SendAsync() => lab["pod1"].AskAsync(Vip, TransportProtocol.Tcp, 80, TimeSpan.FromSeconds(3));

    static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!await holds()) await Task.Delay(1, limit.Token);
    }

    /// <summary>An API of lists given beforehand and events given one by one.</summary>
    sealed class Api : IApiTransport
    {
        readonly Dictionary<string, List<string>> lists = [];
        readonly Dictionary<string, Channel<string>> watches = new[] { KindOf<Service>.Path(null), KindOf<EndpointSlice>.Path(null), KindOf<Node>.Path(null), KindOf<ConfigMap>.Path("kube-system") }
            .ToDictionary(p => p, _ => Channel.CreateUnbounded<string>());

        public void Add<T>(T obj) where T : KubeObject
        {
            if (!lists.TryGetValue(KindOf<T>.Path(null), out var list)) lists[KindOf<T>.Path(null)] = list = [];
            list.Add(Json(obj, 1));
        }

        public void Change<T>(string type, T obj, int revision) where T : KubeObject =>
            watches[KindOf<T>.Path(null)].Writer.TryWrite($$"""{"type":"{{type}}","object":{{Json(obj, revision)}}}""");

        static string Json<T>(T obj, int revision) where T : KubeObject
        {
            var stamped = KindOf<T>.Stamp(obj);
            return Encoding.UTF8.GetString(ApiJson.Write(stamped with { Metadata = stamped.Metadata with { ResourceVersion = $"{revision}" } }));
        }

        public Task<ApiResponse> SendAsync(ApiRequest request, CancellationToken cancellation)
        {
            var items = string.Join(',', lists.GetValueOrDefault(request.PathAndQuery.Split('?')[0], []));
            return Task.FromResult(new ApiResponse(200, Encoding.UTF8.GetBytes($$"""{"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[{{items}}]}""")));
        }

        public async IAsyncEnumerable<ReadOnlyMemory<byte>> StreamAsync(ApiRequest request, [EnumeratorCancellation] CancellationToken cancellation)
        {
            await foreach (var document in watches[request.PathAndQuery.Split('?')[0]].Reader.ReadAllAsync(cancellation))
                yield return Encoding.UTF8.GetBytes(document);
        }
    }
}
