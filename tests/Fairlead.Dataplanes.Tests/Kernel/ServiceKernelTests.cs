using Fairlead.Api.Core.V1;
using Fairlead.Dataplanes.Nftables;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;
using static Fairlead.Dataplanes.Tests.Kernel.Objects;

namespace Fairlead.Dataplanes.Tests.Kernel;

/// <summary>Rules in a real kernel, told by real packets. Needs root.</summary>
public sealed class ServiceKernelTests(Lab lab) : IClassFixture<Lab>
{
    const string Vip = "10.96.0.10", Vip6 = "fd00:96::a";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3), Short = TimeSpan.FromMilliseconds(200);

    static readonly ServiceSpec Plain = new() { ClusterIP = Vip, ClusterIPs = [Vip, Vip6], IpFamilies = ["IPv4", "IPv6"], Type = "NodePort", Ports = Ports(80, 30080) };

    Task<Probe> Send(string from, string to, int port, TransportProtocol protocol = TransportProtocol.Tcp) =>
        lab.SendAsync(from, Address.Parse(to), protocol, port, Patience);

    ClusterSnapshot With(ServiceSpec spec, params int[] pods) => Cluster(lab).With(Service("s", spec))
        .With(Slice("s", false, pods.Select(n => Pod(n)))).With(Slice("s", true, pods.Select(n => Pod(n, true))));

    NftablesDataplane Applied(ClusterSnapshot snapshot)
    {
        var applier = lab.NewApplier();
        applier.Remove();
        applier.Converge(ServiceResolver.Resolve(snapshot, "n1"));
        return applier;
    }

    [Theory]
    [InlineData("pod4", Vip, TransportProtocol.Tcp)]
    [InlineData("pod4", Vip, TransportProtocol.Udp)]
    [InlineData("pod4", Vip6, TransportProtocol.Tcp)]
    [InlineData("pod4", Vip6, TransportProtocol.Udp)]
    [InlineData("node", Vip, TransportProtocol.Tcp)]
    [InlineData("node", Vip6, TransportProtocol.Udp)]
    [InlineData("outside", Vip, TransportProtocol.Tcp)]
    public async Task AClusterIPAnswers(string from, string to, TransportProtocol protocol)
    {
        using var applier = Applied(With(Plain, 1));
        Assert.Equal(Fate.Answered, (await Send(from, to, 80, protocol)).Fate);
    }

    [Fact]
    public async Task APodReachesItselfThroughItsService()
    {
        using var applier = Applied(With(Plain, 1));
        var probe = await Send("pod1", Vip, 80);
        Assert.Equal("10.244.1.2:8080", probe.Backend);
        Assert.Contains(probe.SeenSource, lab.NodeAddresses);
        Assert.Equal("[fd00:10:244:1::2]:8080", (await Send("pod1", Vip6, 80)).Backend);
    }

    [Theory]
    [InlineData("outside", "192.0.2.1")]
    [InlineData("node", "192.0.2.1")]
    [InlineData("pod1", "192.0.2.1")]
    [InlineData("outside", "2001:db8::1")]
    public async Task ANodePortAnswersOnTheNodesAddresses(string from, string to)
    {
        using var applier = Applied(With(Plain, 3));
        foreach (var protocol in (TransportProtocol[])[TransportProtocol.Tcp, TransportProtocol.Udp])
            Assert.Equal(Fate.Answered, (await Send(from, to, 30080, protocol)).Fate);
    }

    [Fact]
    public async Task APolicyOfLocalKeepsTheClientsAddress()
    {
        using var applier = Applied(With(Plain with { ExternalTrafficPolicy = "Local" }, 1, 3));
        for (var i = 0; i < 10; i++)
            Assert.Equal(new Probe(Fate.Answered, "10.244.1.2:8080", Lab.OutsideAddress(false)), await Send("outside", "192.0.2.1", 30080));
    }

    [Fact]
    public async Task NoEndpointIsRefusedAndNoLocalOneIsDropped()
    {
        using (Applied(With(Plain)))
        {
            foreach (var (from, to, port) in ((string, string, int)[])[("pod1", Vip, 80), ("node", Vip, 80), ("outside", "192.0.2.1", 30080), ("pod1", Vip6, 80)])
                Assert.Equal(Fate.Refused, (await Send(from, to, port)).Fate);
            Assert.Equal(Fate.Refused, (await Send("pod1", Vip, 80, TransportProtocol.Udp)).Fate);
        }
        using (Applied(With(Plain with { ExternalTrafficPolicy = "Local", InternalTrafficPolicy = "Local" }, 3)))
        {
            Assert.Equal(Fate.Silence, (await lab.SendAsync("outside", Lab.NodeAddress(false), TransportProtocol.Tcp, 30080, Short)).Fate);
            Assert.Equal(Fate.Silence, (await lab.SendAsync("pod1", Address.Parse(Vip), TransportProtocol.Tcp, 80, Short)).Fate);
        }
    }

    [Fact]
    public async Task ConnectionsSpreadEvenly()
    {
        using var applier = Applied(With(Plain, 1, 2, 3));
        const int Connections = 600;
        var counts = new Dictionary<string, int>();
        for (var i = 0; i < Connections; i++)
        {
            var backend = (await Send("pod4", Vip, 80)).Backend;
            counts[backend] = counts.GetValueOrDefault(backend) + 1;
        }
        // Five standard deviations of a binomial distribution: wrong once in a million runs.
        var bound = 5 * Math.Sqrt(Connections * (1 / 3.0) * (2 / 3.0));
        Assert.Equal(3, counts.Count);
        Assert.All(counts.Values, n => Assert.InRange(n, Connections / 3.0 - bound, Connections / 3.0 + bound));
    }

    [Fact]
    public async Task AClientReturnsToItsEndpointUntilThatGoes()
    {
        var spec = Plain with { SessionAffinity = "ClientIP", SessionAffinityConfig = new() { ClientIP = new() { TimeoutSeconds = 600 } } };
        var snapshot = With(spec, 1, 2, 3);
        var state = new NodeTableState("n1");
        using var applier = Applied(snapshot);
        state.Apply(snapshot, [new("default", "s")]);

        foreach (var (from, to, port) in ((string, string, int)[])[("pod4", Vip, 80), ("outside", "192.0.2.1", 30080), ("node", Vip, 80)])
        {
            var first = (await Send(from, to, port)).Backend;
            for (var i = 0; i < 12; i++) Assert.Equal(first, (await Send(from, to, port)).Backend);
        }

        var had = (await Send("pod4", Vip, 80)).Backend[7] - '0';
        var left = Enumerable.Range(1, 3).Where(n => n != had).ToArray();
        snapshot = snapshot.With(Slice("s", false, left.Select(n => Pod(n))));
        applier.Apply(state.Apply(snapshot, [new("default", "s")]), state.Table);

        var next = await Send("pod4", Vip, 80);
        Assert.Contains(next.Backend[7] - '0', left);
        for (var i = 0; i < 12; i++) Assert.Equal(next.Backend, (await Send("pod4", Vip, 80)).Backend);
    }

    [Fact]
    public async Task AChangeAfterTheRulesetWasFlushedBringsAllBack()
    {
        var snapshot = With(Plain, 1);
        var state = new NodeTableState("n1");
        state.Apply(snapshot, [new("default", "s")]);
        using var applier = Applied(snapshot);
        lab.Nft("flush ruleset");

        applier.Apply(state.Apply(snapshot.With(Slice("s", false, [Pod(2)])), [new("default", "s")]), state.Table);

        Assert.Equal("10.244.2.2:8080", (await Send("pod4", Vip, 80)).Backend);
        Assert.Equal(Fate.Answered, (await Send("pod4", Vip6, 80)).Fate);
    }

    [Theory]
    [InlineData("pod4", Vip, 80, false)]
    [InlineData("pod4", Vip6, 80, true)]
    [InlineData("outside", "192.0.2.1", 30080, false)]
    public async Task AUdpClientThatKeepsItsPortLeavesAnEndpointThatWent(string from, string to, int port, bool ipv6)
    {
        var snapshot = With(Plain, 1);
        var state = new NodeTableState("n1");
        state.Apply(snapshot, [new("default", "s")]);
        using var applier = Applied(snapshot);
        using var socket = lab.OpenUdp(from, Address.Parse(to), port);
        Assert.Contains(Lab.PodAddress(1, ipv6).ToString(), await Lab.AskAsync(socket));

        applier.Apply(state.Apply(snapshot.With(Slice("s", ipv6, [Pod(2, ipv6)])), [new("default", "s")]), state.Table);

        Assert.Contains(Lab.PodAddress(2, ipv6).ToString(), await Lab.AskAsync(socket));
    }

    [Fact]
    public void ForeignRulesAreNotTouched()
    {
        lab.Nft("add table ip other\nadd chain ip other c\nadd rule ip other c counter");
        var before = lab.Nft("list table ip other");
        using var applier = Applied(With(Plain, 1));
        applier.Remove();
        Assert.Equal(before, lab.Nft("list table ip other"));
        Assert.DoesNotContain("fairlead", lab.Nft("list tables"));
        lab.Nft("delete table ip other");
    }
}
