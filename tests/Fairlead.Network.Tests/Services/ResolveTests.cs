using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;
using static Fairlead.Network.Tests.Services.Given;

namespace Fairlead.Network.Tests.Services;

/// <summary>What each field of a Service and its slices means, seen through the interpreter.</summary>
public class ResolveTests
{
    const string Pod = "10.244.9.9", Host = "192.0.2.1", Stranger = "198.51.100.7", Vip = "10.96.0.10";

    public sealed record Case(string Name, ServiceSpec Spec, Endpoint[] Endpoints, string From, string To, int Port, string Expected)
    {
        public ServiceStatus? Status { get; init; }
        public ProxySettings Settings { get; init; } = ProxySettings.Default;
        public string[] Local { get; init; } = [];
        public override string ToString() => Name;
    }

    static readonly ServiceSpec ClusterIP = new() { ClusterIP = Vip, Ports = [new() { Port = 80 }] };
    static readonly ServiceSpec NodePort = ClusterIP with { Type = "NodePort", Ports = [new() { Port = 80, NodePort = 30080 }] };
    static readonly ServiceSpec LocalNodePort = NodePort with { ExternalTrafficPolicy = "Local" };
    static readonly ServiceSpec Balanced = NodePort with { Type = "LoadBalancer" };
    static readonly ServiceStatus Ingress = new() { LoadBalancer = new() { Ingress = [new() { Ip = "203.0.113.6" }] } };
    static readonly Endpoint[] Two = [Ready("10.244.2.2"), Ready("10.244.1.1", "n1")];
    static readonly Endpoint[] Far = [Ready("10.244.2.2")];

    static readonly Case[] Rows =
    [
        new("a Pod reaches a ClusterIP under its own address", ClusterIP, Two, Pod, Vip, 80, "10.244.1.1:8080 10.244.2.2:8080"),
        new("the node's traffic to a ClusterIP is masqueraded", ClusterIP, Two, Host, Vip, 80, "10.244.1.1:8080* 10.244.2.2:8080*"),
        new("outside traffic to a ClusterIP is masqueraded", ClusterIP, Two, Stranger, Vip, 80, "10.244.1.1:8080* 10.244.2.2:8080*"),
        new("a Pod that reaches itself is masqueraded", ClusterIP, Two, "10.244.1.1", Vip, 80, "10.244.1.1:8080* 10.244.2.2:8080"),
        new("and so where nobody said which node it is on", ClusterIP, [Endpoint("10.244.1.1", "", null)], "10.244.1.1", Vip, 80, "10.244.1.1:8080*"),
        new("another port is no Service", ClusterIP, Two, Pod, Vip, 81, "NotAService"),
        new("no endpoints: rejected", ClusterIP, [], Pod, Vip, 80, "Reject"),
        new("none ready: rejected", ClusterIP, [NotReady("10.244.2.2")], Pod, Vip, 80, "Reject"),
        new("conditions absent mean ready", ClusterIP, [Endpoint("10.244.2.2", "n2", null)], Pod, Vip, 80, "10.244.2.2:8080"),
        new("draining endpoints are left out while one is ready", ClusterIP, [Ready("10.244.2.2"), Draining("10.244.2.3")], Pod, Vip, 80, "10.244.2.2:8080"),
        new("draining endpoints serve when none is ready", ClusterIP, [NotReady("10.244.2.2"), Draining("10.244.2.3")], Pod, Vip, 80, "10.244.2.3:8080"),
        new("headless has no frontend", ClusterIP with { ClusterIP = "None" }, Two, Pod, Vip, 80, "NotAService"),
        new("ExternalName has no frontend", ClusterIP with { Type = "ExternalName" }, Two, Pod, Vip, 80, "NotAService"),
        new("node port from outside", NodePort, Two, Stranger, Host, 30080, "10.244.1.1:8080* 10.244.2.2:8080*"),
        new("node port from a Pod", NodePort, Far, Pod, Host, 30080, "10.244.2.2:8080*"),
        new("node port of another host", NodePort, Far, Pod, "192.0.2.99", 30080, "NotAService"),
        new("node port on loopback", NodePort, Far, Host, "127.0.0.1", 30080, "NotAService"),
        new("node port without endpoints: rejected", NodePort, [], Stranger, Host, 30080, "Reject"),
        new("external Local keeps the client and stays on the node", LocalNodePort, Two, Stranger, Host, 30080, "10.244.1.1:8080"),
        new("external Local without local endpoint: dropped", LocalNodePort, Far, Stranger, Host, 30080, "Drop"),
        new("external Local without any endpoint: rejected", LocalNodePort, [], Stranger, Host, 30080, "Reject"),
        new("external Local from a Pod: any endpoint, masqueraded", LocalNodePort, Two, Pod, Host, 30080, "10.244.1.1:8080* 10.244.2.2:8080*"),
        new("external Local from a Pod, by an address of the Service: any endpoint", LocalNodePort with { ExternalIPs = ["203.0.113.5"] }, Two, Pod, "203.0.113.5", 80, "10.244.1.1:8080 10.244.2.2:8080"),
        new("external Local from the node: any endpoint, masqueraded", LocalNodePort, Far, Host, Host, 30080, "10.244.2.2:8080*"),
        new("external Local falls back to local draining ones", LocalNodePort, [Ready("10.244.2.2"), Draining("10.244.1.1", "n1")], Stranger, Host, 30080, "10.244.1.1:8080"),
        new("and never to those of other nodes", LocalNodePort, [Draining("10.244.2.3")], Stranger, Host, 30080, "Drop"),
        new("and senders in the cluster do not use those", LocalNodePort, [Ready("10.244.2.2"), Draining("10.244.1.1", "n1")], Pod, Host, 30080, "10.244.2.2:8080*"),
        new("external Local does not bind the ClusterIP", LocalNodePort, Two, Pod, Vip, 80, "10.244.1.1:8080 10.244.2.2:8080"),
        new("internal Local", ClusterIP with { InternalTrafficPolicy = "Local" }, Two, Pod, Vip, 80, "10.244.1.1:8080"),
        new("internal Local without local endpoint: dropped", ClusterIP with { InternalTrafficPolicy = "Local" }, Far, Pod, Vip, 80, "Drop"),
        new("internal Local does not bind the node port", NodePort with { InternalTrafficPolicy = "Local" }, Far, Stranger, Host, 30080, "10.244.2.2:8080*"),
        new("external IP", ClusterIP with { ExternalIPs = ["203.0.113.5"] }, Far, Stranger, "203.0.113.5", 80, "10.244.2.2:8080*"),
        new("load balancer address", NodePort with { Type = "LoadBalancer" }, Far, Stranger, "203.0.113.6", 80, "10.244.2.2:8080*")
        {
            Status = new() { LoadBalancer = new() { Ingress = [new() { Ip = "203.0.113.6" }] } },
        },
        new("load balancer address of a proxy", NodePort with { Type = "LoadBalancer" }, Far, Stranger, "203.0.113.6", 80, "NotAService")
        {
            Status = new() { LoadBalancer = new() { Ingress = [new() { Ip = "203.0.113.6", IpMode = "Proxy" }] } },
        },
        new("load balancer lets in a range", Balanced with { LoadBalancerSourceRanges = ["198.51.100.0/24"] }, Far, Stranger, "203.0.113.6", 80, "10.244.2.2:8080*") { Status = Ingress },
        new("load balancer lets in nobody else", Balanced with { LoadBalancerSourceRanges = ["198.51.101.0/24"] }, Far, Stranger, "203.0.113.6", 80, "Drop") { Status = Ingress },
        new("source ranges bind Pods too", Balanced with { LoadBalancerSourceRanges = ["198.51.100.0/24"] }, Far, Pod, "203.0.113.6", 80, "Drop") { Status = Ingress },
        new("source ranges do not bind the node port", Balanced with { LoadBalancerSourceRanges = ["198.51.101.0/24"] }, Far, Stranger, Host, 30080, "10.244.2.2:8080*") { Status = Ingress },
        new("the balancer's own address where a range has the node", Balanced with { LoadBalancerSourceRanges = ["192.0.2.0/24"] }, Far, "203.0.113.6", "203.0.113.6", 80, "10.244.2.2:8080*") { Status = Ingress },
        new("a range of the other family lets nobody in", Balanced with { LoadBalancerSourceRanges = ["2001:db8::/32"] }, Far, Stranger, "203.0.113.6", 80, "Drop") { Status = Ingress },
        new("masqueradeAll", ClusterIP, Far, Pod, Vip, 80, "10.244.2.2:8080*") { Settings = new() { MasqueradeAll = true } },
        new("node port on an address of a link", NodePort, Far, Stranger, "192.0.2.77", 30080, "10.244.2.2:8080*") { Local = ["192.0.2.77"] },
        new("node ports on the primary address alone", NodePort, Far, Stranger, "192.0.2.77", 30080, "NotAService") { Local = ["192.0.2.77"], Settings = new() { NodePortOnPrimary = true } },
        new("nodePortAddresses leaves an address out", NodePort, Far, Stranger, Host, 30080, "NotAService") { Settings = new() { NodePortAddresses = [AddressRange.Parse("192.0.3.0/24")] } },
        new("nodePortAddresses has an address", NodePort, Far, Stranger, Host, 30080, "10.244.2.2:8080*") { Settings = new() { NodePortAddresses = [AddressRange.Parse("192.0.2.0/24")] } },
        new("node port on loopback where asked for", NodePort, Far, "127.0.0.1", "127.0.0.1", 30080, "10.244.2.2:8080*") { Settings = new() { LocalhostNodePorts = true } },
        new("hints: endpoints for this node's zone", ClusterIP, [InZone("10.244.2.2", "a"), InZone("10.244.2.3", "b")], Pod, Vip, 80, "10.244.2.2:8080"),
        new("hints are ignored when one endpoint has none", ClusterIP, [InZone("10.244.2.2", "a"), Ready("10.244.2.3")], Pod, Vip, 80, "10.244.2.2:8080 10.244.2.3:8080"),
        new("hints are ignored when none is for this zone", ClusterIP, [InZone("10.244.2.2", "b"), InZone("10.244.2.3", "c")], Pod, Vip, 80, "10.244.2.2:8080 10.244.2.3:8080"),
        new("hints for this node win over its zone", ClusterIP, [ForNode("10.244.1.1", "n1"), ForNode("10.244.2.3", "n2")], Pod, Vip, 80, "10.244.1.1:8080"),
        new("an endpoint that is not ready spoils no hints", ClusterIP, [InZone("10.244.2.2", "a"), InZone("10.244.2.4", "b"), NotReady("10.244.2.3")], Pod, Vip, 80, "10.244.2.2:8080"),
        new("hints do not bind external Local", LocalNodePort, [InZone("10.244.1.1", "b", "n1"), InZone("10.244.2.3", "a")], Stranger, Host, 30080, "10.244.1.1:8080"),
        new("IPv6", ClusterIP with { ClusterIP = "fd00:96::a", ClusterIPs = ["fd00:96::a"] }, [Ready("fd00:10:244::5")], "fd00:10:244:1::1", "fd00:96::a", 80, "[fd00:10:244::5]:8080"),
        new("no endpoint of the family: rejected", ClusterIP with { ClusterIPs = [Vip, "fd00:96::a"] }, Far, "fd00:10:244:1::1", "fd00:96::a", 80, "Reject"),
    ];

    public static TheoryData<Case> Cases => [.. Rows];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Says(Case row)
    {
        var snapshot = Cluster.With(Service("s", row.Spec) with { Status = row.Status }) with
        {
            Settings = row.Settings,
            LocalAddresses = [.. row.Local.Select(Address.Parse)],
        };
        if (row.Endpoints.Length > 0) snapshot = snapshot.With(Slice("s", row.Endpoints));

        var trace = ServiceInterpreter.Walk(ServiceResolver.Resolve(snapshot, "n1"), Tcp(row.From, row.To, row.Port));

        Assert.Equal(row.Expected, string.Join(' ', trace.Outcomes
            .Select(o => o.Kind == OutcomeKind.Forward ? $"{o.Backend}{(o.Masquerade ? "*" : "")}" : o.Kind.ToString())
            .Order(StringComparer.Ordinal)));
        Assert.Equal(1, trace.Outcomes.Sum(o => o.Probability), 9);
    }

    [Fact]
    public void PortsAreFoundByNameAndProtocol()
    {
        var spec = new ServiceSpec
        {
            ClusterIP = Vip,
            Ports = [new() { Name = "dns", Protocol = "UDP", Port = 53 }, new() { Name = "dns-tcp", Protocol = "TCP", Port = 53 }],
        };
        var slice = Slice("s", Ready("10.244.2.2")) with
        {
            Ports = [new() { Name = "dns", Protocol = "UDP", Port = 5353 }, new() { Name = "dns-tcp", Protocol = "TCP", Port = 5354 }],
        };
        var table = ServiceResolver.Resolve(Cluster.With(Service("s", spec)).With(slice), "n1");

        var tcp = Tcp(Pod, Vip, 53);
        Assert.Equal(5354, ServiceInterpreter.Walk(table, tcp).Outcomes[0].Backend!.Port);
        Assert.Equal(5353, ServiceInterpreter.Walk(table, tcp with { Protocol = TransportProtocol.Udp }).Outcomes[0].Backend!.Port);
    }

    [Fact]
    public void AnEndpointInTwoSlicesCountsOnceInItsBetterState()
    {
        var other = Slice("s", NotReady("10.244.2.2"), Ready("10.244.2.3")) with { Metadata = new() { Namespace = "default", Name = "s-0", Labels = Owner("s") } };
        var snapshot = Cluster.With(Service("s", ClusterIP)).With(Slice("s", Ready("10.244.2.2"), Ready("10.244.2.3"))).With(other);

        Assert.Equal(2, ServiceInterpreter.Walk(ServiceResolver.Resolve(snapshot, "n1"), Tcp(Pod, Vip, 80)).Outcomes.Length);
    }

    [Fact]
    public void TheOlderServiceKeepsAnAddressThatTwoClaim()
    {
        var old = Service("z", ClusterIP) with { Metadata = new() { Namespace = "default", Name = "z", CreationTimestamp = DateTimeOffset.UnixEpoch } };
        var young = Service("a", ClusterIP) with { Metadata = new() { Namespace = "default", Name = "a", CreationTimestamp = DateTimeOffset.UnixEpoch.AddDays(1) } };

        var table = ServiceResolver.Resolve(Cluster.With(young).With(old), "n1");

        Assert.Equal("z", Assert.Single(table.Frontends).Value.Service.Name);
    }

    [Fact]
    public void AffinityHasItsDefaultAndItsOwnTimeout()
    {
        TimeSpan? Of(ServiceSpec spec) => Assert.Single(ServiceResolver.Resolve(Cluster.With(Service("s", spec)), "n1").Frontends).Value.Affinity;

        Assert.Null(Of(ClusterIP));
        Assert.Equal(TimeSpan.FromHours(3), Of(ClusterIP with { SessionAffinity = "ClientIP" }));
        Assert.Equal(TimeSpan.FromSeconds(7), Of(ClusterIP with { SessionAffinity = "ClientIP", SessionAffinityConfig = new() { ClientIP = new() { TimeoutSeconds = 7 } } }));
    }
}
