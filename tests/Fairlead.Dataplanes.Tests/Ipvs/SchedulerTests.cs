using Fairlead.Dataplanes.Tests.Kernel;
using Fairlead.Dataplanes.Tests.Matrix;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Tests.Ipvs;

/// <summary>What each scheduler promises of new connections, and what all promise of old ones. Needs root and IPVS.</summary>
[Collection(KernelCollection.Name)]
public sealed class SchedulerTests(Lab lab) : IDisposable
{
    [Theory(Explicit = true)]
    [InlineData("rr")]
    [InlineData("wrr")]
    public async Task TheyTakeTurns(string scheduler)
    {
        Serve(scheduler);
        var counts = await lab["pod2"].CountAsync(40, Vip(false), TransportProtocol.Tcp, Destinations.Port, Sender.Patience);
        Assert.Equal([10, 10, 10, 10], counts.Values);
    }

    [Theory(Explicit = true)]
    [InlineData("lc")]
    [InlineData("wlc")]
    [InlineData("sed")]
    [InlineData("nq")]
    public async Task TheOneWithTheFewestConnectionsIsNext(string scheduler)
    {
        Serve(scheduler);
        var open = new Dictionary<string, int>();
        for (var n = 0; n < 8; n++) open[$"{scheduler}-{n}"] = await OpenAsync($"{scheduler}-{n}");
        Assert.Equal([2, 2, 2, 2], open.Values.GroupBy(pod => pod).Select(g => g.Count()));
        foreach (var (name, _) in open.Where(o => o.Value == 3)) await lab["pod2"].Probe.CloseAsync(name);
        for (var n = 8; n < 10; n++) Assert.Equal(3, await OpenAsync($"{scheduler}-{n}"));
        for (var n = 0; n < 10; n++) await lab["pod2"].Probe.CloseAsync($"{scheduler}-{n}");
    }

    [Fact(Explicit = true)]
    public async Task DhGivesAnAddressOneEndpoint()
    {
        Serve("dh");
        foreach (var ipv6 in (bool[])[false, true])
        {
            var pods = new HashSet<int>();
            foreach (var sender in NodeOnesSenders) pods.UnionWith(await PodsOfAsync(sender, ipv6));
            Assert.Single(pods);
        }
    }

    [Theory(Explicit = true)]
    [InlineData("sh")]
    [InlineData("mh")]
    public async Task AClientReturnsToItsEndpoint(string scheduler)
    {
        Serve(scheduler);
        var pods = new HashSet<int>();
        foreach (var ipv6 in (bool[])[false, true])
        {
            foreach (var sender in NodeOnesSenders) pods.Add(Assert.Single(await PodsOfAsync(sender, ipv6)));
        }
        Assert.True(pods.Count > 1, "all clients have one endpoint");
    }

    [Theory(Explicit = true)]
    [InlineData("rr")]
    [InlineData("wrr")]
    [InlineData("lc")]
    [InlineData("wlc")]
    [InlineData("sh")]
    [InlineData("mh")]
    [InlineData("sed")]
    [InlineData("nq")]
    public async Task AnEndpointThatGoesKeepsItsConnectionsAndGetsNoNewOnes(string scheduler)
    {
        var planes = Serve(scheduler);
        var pod = await OpenAsync("kept");
        int[] others = [.. Enumerable.Range(1, LabPlan.Pods).Where(n => n != pod)];
        planes.Apply(IpvsLab.Cluster(lab, others));
        Assert.Contains(IpvsLab.Print(lab.Nodes[0], "ipvsadm -Sn"), l => l.EndsWith($"-r {LabPlan.Pod(pod, false)}:8080 -m -w 0", StringComparison.Ordinal));

        var counts = await lab["pod2"].CountAsync(20, Vip(false), TransportProtocol.Tcp, Destinations.Port, Sender.Patience);
        Assert.All(counts.Keys, backend => Assert.Contains(backend, others.Select(n => $"{LabPlan.Pod(n, false)}:8080")));
        Assert.Equal(pod, (await lab["pod2"].Probe.AgainAsync("kept", Sender.Patience)).Pod);
        await lab["pod2"].Probe.CloseAsync("kept");
    }

    /// <summary>Those that reach Services by way of node n1.</summary>
    static readonly string[] NodeOnesSenders = ["pod1", "pod2", "n1", "outside1"];

    async Task<IEnumerable<int>> PodsOfAsync(string sender, bool ipv6)
    {
        var counts = await lab[sender].CountAsync(8, Vip(ipv6), TransportProtocol.Tcp, Destinations.Port, Sender.Patience);
        return counts.Keys.Select(backend => LabPlan.PodOf(Address.Parse(backend[..backend.LastIndexOf(':')].Trim('[', ']'))));
    }

    Planes Serve(string scheduler) => IpvsLab.Serve(lab, new() { Scheduler = scheduler });

    async Task<int> OpenAsync(string name) => (await lab["pod2"].OpenAsync(name, Vip(false), TransportProtocol.Tcp, Destinations.Port, Sender.Patience)).Pod;

    static Address Vip(bool ipv6) => LabPlan.ClusterIP(1, ipv6);

    public void Dispose() => lab.Clear();
}
