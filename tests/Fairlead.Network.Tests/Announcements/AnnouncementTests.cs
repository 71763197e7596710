using Fairlead.Api.Core.V1;
using Fairlead.Network.Addresses;
using Fairlead.Network.Announcements;
using Fairlead.Network.Services;
using static Fairlead.Network.Tests.Services.Given;

namespace Fairlead.Network.Tests.Announcements;

public class AnnouncementTests
{
    static Node Node(string name, bool ready = true, bool excluded = false) => new()
    {
        Metadata = new() { Name = name, Labels = excluded ? new Dictionary<string, string> { ["node.kubernetes.io/exclude-from-external-load-balancers"] = "" } : null },
        Status = new() { Conditions = [new NodeCondition { Type = "Ready", Status = ready ? "True" : "Unknown" }] },
    };

    static Service Balancer(string name, string? policy, params string[] ips) => Service(name, new ServiceSpec
    {
        Type = "LoadBalancer", ClusterIP = "10.96.0.1", ExternalTrafficPolicy = policy, Ports = [new ServicePort { Port = 80 }],
    }) with { Status = new() { LoadBalancer = new() { Ingress = [.. ips.Select(ip => new LoadBalancerIngress { Ip = ip, IpMode = "VIP" })] } } };

    /// <summary>"n1 n2! n3-": ready, not ready, excluded.</summary>
    static ClusterSnapshot Nodes(string nodes) => nodes.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Aggregate(new ClusterSnapshot(), (s, n) => s.With(Node(n.TrimEnd('!', '-'), !n.EndsWith('!'), n.EndsWith('-'))));

    static string Owners(ClusterSnapshot snapshot) => string.Join(' ', AnnouncementResolver.Resolve(snapshot).Values.Select(a => $"{a.Address}={a.Node}"));

    [Theory]
    [InlineData("the one node", "n1", null, "192.0.2.200=n1")]
    [InlineData("not one that is not ready", "n1! n2", null, "192.0.2.200=n2")]
    [InlineData("not one that is excluded", "n1- n2", null, "192.0.2.200=n2")]
    [InlineData("when none is ready any", "n1! n2-", null, "192.0.2.200=n1")]
    [InlineData("no node", "", null, "")]
    [InlineData("a node with an endpoint", "n1 n2 n3", "ready n3", "192.0.2.200=n3")]
    [InlineData("one whose endpoint drains, if there is no other", "n1 n2 n3", "draining n2", "192.0.2.200=n2")]
    [InlineData("no endpoint, no node", "n1 n2 n3", "unready n2", "")]
    [InlineData("its node is not ready", "n1 n2!", "ready n2", "")]
    public void One_node_announces(string name, string nodes, string? local, string expected)
    {
        var snapshot = Nodes(nodes).With(Balancer("web", local is null ? "Cluster" : "Local", "192.0.2.200"));
        if (local?.Split(' ') is [var state, var node])
            snapshot = snapshot.With(Slice("web", state switch { "ready" => Ready("10.0.0.1", node), "draining" => Draining("10.0.0.1", node), _ => NotReady("10.0.0.1", node) }));
        Assert.True(expected == Owners(snapshot), $"{name}: {Owners(snapshot)}");
    }

    [Theory]
    [InlineData("of another class", "class")]
    [InlineData("of another type", "type")]
    [InlineData("answered by the balancer itself", "proxy")]
    [InlineData("known by name alone", "name")]
    public void Not_ours_to_announce(string name, string what)
    {
        var service = Balancer("web", "Cluster", "192.0.2.200");
        service = what switch
        {
            "class" => service with { Spec = service.Spec! with { LoadBalancerClass = "example.com/cloud" } },
            "type" => service with { Spec = service.Spec! with { Type = "NodePort" } },
            "proxy" => service with { Status = new() { LoadBalancer = new() { Ingress = [new LoadBalancerIngress { Ip = "192.0.2.200", IpMode = "Proxy" }] } } },
            _ => service with { Status = new() { LoadBalancer = new() { Ingress = [new LoadBalancerIngress { Hostname = "a.example" }] } } },
        };
        Assert.True(Owners(Nodes("n1").With(service)).Length == 0, name);
    }

    [Fact]
    public void Families_are_announced_each_by_its_own_endpoints()
    {
        var snapshot = Nodes("n1 n2").With(Balancer("web", "Local", "192.0.2.200", "2001:db8::200")).With(Slice("web", Ready("10.0.0.1", "n1")))
            .With(Slice("web", Ready("fd00::1", "n2")) with { Metadata = new() { Namespace = "default", Name = "web-6", Labels = Owner("web") } });
        Assert.Equal("192.0.2.200=n1 2001:db8::200=n2", Owners(snapshot));
    }

    [Fact]
    public void Addresses_are_spread_and_those_of_a_node_that_goes_move_alone()
    {
        var addresses = Enumerable.Range(0, 250).Select(i => $"192.0.2.{i}").ToArray();
        ClusterSnapshot With(string nodes) => Nodes(nodes).With(Balancer("web", "Cluster", addresses));
        var before = AnnouncementResolver.Resolve(With("node1 node2 node3 node4 node5"));
        Assert.All(before.Values.CountBy(a => a.Node), n => Assert.InRange(n.Value, 30, 75));
        var after = AnnouncementResolver.Resolve(With("node1 node2 node3! node4 node5"));
        Assert.All(before.Values, a => Assert.True(a.Node == "node3" ? after[a.Address].Node != "node3" : after[a.Address].Node == a.Node));
        Assert.True(after.Values.Where(a => before[a.Address].Node == "node3").Select(a => a.Node).Distinct().Count() > 1);
    }

    [Fact]
    public void Incremental_equals_full()
    {
        for (var seed = 1; seed <= 100; seed++)
        {
            var random = new Random(seed);
            var (state, snapshot) = (new AnnouncementState(), new ClusterSnapshot());
            for (var step = 0; step < 60; step++)
            {
                var name = $"s{random.Next(5)}";
                var key = new ServiceKey("default", name);
                var node = $"n{random.Next(4)}";
                HashSet<ServiceKey> changed = [];
                switch (random.Next(5))
                {
                    case 0: snapshot = snapshot.With(Node(node, random.Next(3) > 0, random.Next(6) == 0)); break;
                    case 1 when snapshot.Nodes.TryGetValue(node, out var gone): snapshot = snapshot.Without(gone); break;
                    case 2 when snapshot.Services.TryGetValue(key, out var old): (snapshot, changed) = (snapshot.Without(old), [key]); break;
                    case 3: (snapshot, changed) = (snapshot.With(Slice(name, random.Next(3) switch { 0 => Ready("10.0.0.1", node), 1 => Draining("10.0.0.1", node), _ => NotReady("10.0.0.1", node) })), [key]); break;
                    default:
                        var service = Balancer(name, random.Next(2) == 0 ? "Local" : "Cluster", [.. Enumerable.Range(0, random.Next(3)).Select(_ => $"192.0.2.{random.Next(8)}").Distinct()]);
                        if (random.Next(5) == 0) service = service with { Spec = service.Spec! with { Type = "ClusterIP" } };
                        (snapshot, changed) = (snapshot.With(service), [key]);
                        break;
                }
                var table = state.Apply(snapshot, changed);
                Assert.True(AnnouncementResolver.Resolve(snapshot).SequenceEqual(table), $"seed {seed}, step {step}");
            }
        }
    }
}
