using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Linux.Conntrack;
using Fairlead.Linux.Tests;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;
using static Fairlead.Dataplanes.Tests.Kernel.Objects;

namespace Fairlead.Dataplanes.Tests.Kernel;

/// <summary>From watch events to packets. Needs root.</summary>
[Collection(KernelCollection.Name)]
public sealed class ServiceDataplaneTests(Lab lab)
{
    static readonly Address Vip = LabPlan.ClusterIP(9, false);

    const byte StrangersFlow = 201, StaleFlow = 202;

    [Fact]
    public async Task FollowsTheWatch()
    {
        var api = new ListedApi();
        api.Add(Service("s", new() { ClusterIP = Vip.ToString(), Ports = Ports(80) }));
        api.Add(Slice("s", false, [Pod(1)]));
        lab.Clear();
        LeaveFlow(1, StrangersFlow);
        LeaveFlow(9, StaleFlow);
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
        await UntilAsync(() => Task.FromResult(!Senders().Contains(StaleFlow)));
        Assert.Contains(StrangersFlow, Senders());

        api.Change("MODIFIED", Slice("s", false, [Pod(2)]));
        await UntilAsync(async () => (await SendAsync()).Pod == 2);

        // An event that changes nothing must be survived, and the last one must end the Service's frontends.
        api.Change("MODIFIED", Slice("s", false, [Pod(2)]));
        api.Change("DELETED", Service("s", new() { ClusterIP = Vip.ToString(), Ports = Ports(80) }));
        await UntilAsync(() => Task.FromResult(dataplane.Table.Frontends.IsEmpty));

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        lab.ForgetFlows();
    }

    Task<Answer> SendAsync() => lab["pod1"].AskAsync(Vip, TransportProtocol.Tcp, 80, TimeSpan.FromSeconds(3));

    /// <summary>A datagram flow of an earlier time, to port 80 of the n-th ClusterIP, which an endpoint answered that is none now.</summary>
    void LeaveFlow(uint n, byte sender) => lab.Node(1).Run(() =>
    {
        using var filler = new FlowFiller();
        filler.Add(false, (byte)TransportProtocol.Udp, sender, 0x0a600000 + n, 80, 0x0af40163, 8080);
        Assert.Equal(0, filler.Finish());
    });

    /// <summary>The last number of the address of who sent each flow that n1 knows.</summary>
    List<byte> Senders() => lab.Node(1).Run(() =>
    {
        using var table = new ConntrackTable();
        return table.List(2, _ => true).Select(f => f.Source[^1]).ToList();
    });

    static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!await holds()) await Task.Delay(1, limit.Token);
    }
}
