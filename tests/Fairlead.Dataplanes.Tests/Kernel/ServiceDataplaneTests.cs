using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
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
        var api = new ListedApi();
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

        api.Change("MODIFIED", Slice("s", false, [Pod(2)]));
        await UntilAsync(async () => (await SendAsync()).Pod == 2);

        // An event that changes nothing must be survived, and the last one must end the Service's frontends.
        api.Change("MODIFIED", Slice("s", false, [Pod(2)]));
        api.Change("DELETED", Service("s", new() { ClusterIP = Vip.ToString(), Ports = Ports(80) }));
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
}
