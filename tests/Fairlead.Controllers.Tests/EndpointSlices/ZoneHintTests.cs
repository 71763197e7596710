using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Controllers.EndpointSlices;

namespace Fairlead.Controllers.Tests.EndpointSlices;

/// <summary>Hints by the zones' shares of the CPUs: annotation service.kubernetes.io/topology-mode Auto.</summary>
public class ZoneHintTests
{
    static readonly Service Auto = new()
    {
        Metadata = new ObjectMeta { Name = "web", Namespace = "ns", Uid = "s", Annotations = new Dictionary<string, string> { ["service.kubernetes.io/topology-mode"] = "Auto" } },
        Spec = new ServiceSpec { ClusterIP = "10.96.0.9", Selector = new Dictionary<string, string> { ["app"] = "web" }, Ports = [new ServicePort { Port = 80 }] },
    };

    static Node Node(string zone, string cpu, bool ready = true, string? role = null)
    {
        var labels = new Dictionary<string, string>();
        if (zone.Length > 0) labels["topology.kubernetes.io/zone"] = zone;
        if (role is not null) labels["node-role.kubernetes.io/" + role] = "";
        return new()
        {
            Metadata = new ObjectMeta { Name = "n-" + zone, Labels = labels },
            Status = new NodeStatus
            {
                Allocatable = cpu.Length == 0 ? null : new Dictionary<string, Quantity> { ["cpu"] = Quantity.Parse(cpu) },
                Conditions = [new NodeCondition { Type = "Ready", Status = ready ? "True" : "False" }],
            },
        };
    }

    /// <summary>"a:2 b:3": so many CPUs in each zone.</summary>
    static List<Node> Nodes(string zones) => [.. zones.Split(' ').Select(z => z.Split(':')).Select(z => Node(z[0], z[1]))];

    /// <summary>"a:2 b:3": so many Pods in each zone.</summary>
    static List<Pod> Pods(string zones) =>
        [.. zones.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(z => z.Split(':')).SelectMany(z => Enumerable.Range(0, int.Parse(z[1]))
            .Select(i => Given.Pod($"{z[0]}{i:000}", $"10.{z[0][0]}.{i / 200}.{i % 200 + 1}".Replace(z[0][..1], $"{z[0][0] - 'a'}"), node: "n-" + z[0])))];

    static SlicePlan.Changes Plan(List<Pod> pods, List<Node> nodes, IReadOnlyList<EndpointSlice> existing) =>
        SlicePlan.For(Auto, pods, existing, name => nodes.Find(n => n.Metadata.Name == name), ZoneShares.Of(nodes));

    static string Hints(IEnumerable<EndpointSlice> slices) =>
        string.Join(' ', slices.SelectMany(s => s.Endpoints!).Where(e => e.Hints is not null).Select(e => e.Hints!.ForZones![0].Name)
            .CountBy(z => z).OrderBy(z => z.Key).Select(z => $"{z.Key}:{z.Value}"));

    [Theory]
    [InlineData("as the CPUs are", "a:1 b:1", "a:5 b:5", "a:5 b:5")]
    [InlineData("one zone has all Pods", "a:1 b:1", "a:10", "a:5 b:5")]
    [InlineData("a larger zone gets more", "a:3 b:1", "a:4 b:4", "a:6 b:2")]
    [InlineData("three zones", "a:1 b:1 c:1", "a:6 b:3", "a:3 b:3 c:3")]
    [InlineData("within the threshold nothing moves", "a:1 b:1", "a:10 b:11", "a:10 b:11")]
    [InlineData("a zone without nodes keeps its own", "a:1 b:1", "a:5 b:5 c:1", "a:5 b:5 c:1")]
    public void Endpoints_by_the_share_of_the_CPUs(string name, string cpus, string pods, string expected)
    {
        var nodes = Nodes(cpus);
        nodes.Add(Node("c", "4", ready: false));
        var changes = Plan(Pods(pods), nodes, []);
        Assert.Null(changes.Hints.Single().Refused);
        Assert.True(expected == Hints(changes.Create), $"{name}: {Hints(changes.Create)}");
        var written = Named(changes.Create);
        var again = Plan(Pods(pods), nodes, written);
        Assert.Empty(again.Update);
    }

    [Theory]
    [InlineData("one zone", "a:4", "a:10", "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes")]
    [InlineData("a node without zone", "a:4 b:4 :4", "a:5 b:5", "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes")]
    [InlineData("a node without CPUs", "a:4 b:0", "a:5 b:5", "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes")]
    [InlineData("fewer endpoints than zones", "a:1 b:1", "a:1", "Insufficient number of endpoints (1 endpoints, 2 zones)")]
    [InlineData("someone would be overloaded", "a:1 b:1", "a:2 b:1", "Unable to allocate minimum required endpoints to each zone without exceeding overload threshold (3 endpoints, 2 zones)")]
    public void No_hints_where_they_would_do_harm(string name, string cpus, string pods, string expected)
    {
        var changes = Plan(Pods(pods), Nodes(cpus), []);
        Assert.Equal("", Hints(changes.Create));
        Assert.True(expected == changes.Hints.Single().Refused, $"{name}: {changes.Hints.Single().Refused}");
        Assert.Equal(expected + ", addressType: IPv4", changes.Hints.Single().Message);
    }

    [Fact]
    public void No_hints_while_an_endpoint_is_in_no_zone()
    {
        var pods = Pods("a:5 b:5");
        pods.Add(Given.Pod("x", "10.9.0.1"));
        Assert.Equal("One or more endpoints do not have a zone specified", Plan(pods, Nodes("a:1 b:1"), []).Hints.Single().Refused);
    }

    [Theory]
    [InlineData("control plane", "control-plane")]
    [InlineData("control plane, the older label", "master")]
    public void Some_nodes_do_not_count(string name, string role)
    {
        var nodes = Nodes("a:1 b:1");
        nodes.Add(Node("c", "64", role: role));
        nodes.Add(Node("d", "64", ready: false));
        Assert.True(ZoneShares.Of(nodes)!.Ratios.Count == 2, name);
    }

    [Fact]
    public void Hints_go_when_they_cannot_be_just_any_more_and_one_write_a_slice_does_it()
    {
        var nodes = Nodes("a:1 b:1");
        var slices = Named(Plan(Pods("a:100 b:50"), nodes, []).Create);
        Assert.Equal("a:75 b:75", Hints(slices));
        var gone = Plan(Pods("a:100 b:50"), [Node("a", "1"), Node("b", "1", ready: false)], slices);
        Assert.Equal((2, ""), (gone.Update.Count, Hints(gone.Update)));
    }

    [Fact]
    public void A_Pod_more_touches_the_slice_it_comes_to()
    {
        var nodes = Nodes("a:1 b:1");
        var slices = Named(Plan(Pods("a:125 b:125"), nodes, []).Create);
        var changes = Plan(Pods("a:126 b:125"), nodes, slices);
        Assert.Equal((0, 1, 0), (changes.Create.Count, changes.Update.Count, changes.Delete.Count));
    }

    /// <summary>However Pods and nodes come and go: no hints at all, or every zone has at least its minimum.</summary>
    [Fact]
    public void Every_zone_has_its_part_after_any_history()
    {
        for (var seed = 1; seed <= 40; seed++)
        {
            var random = new Random(seed);
            List<EndpointSlice> slices = [];
            for (var step = 0; step < 15; step++)
            {
                var nodes = Nodes($"a:{random.Next(1, 5)} b:{random.Next(1, 5)} c:{random.Next(1, 5)}");
                var pods = Pods($"a:{random.Next(120)} b:{random.Next(120)} c:{random.Next(120)}");
                var changes = Plan(pods, nodes, slices);
                slices = [.. slices.Where(s => !changes.Delete.Contains(s)).Select(s => changes.Update.FirstOrDefault(u => u.Metadata.Name == s.Metadata.Name) ?? s), .. Named(changes.Create, $"{step}-")];
                var where = $"seed {seed}, step {step}";
                var counts = slices.SelectMany(s => s.Endpoints!).Where(e => e.Hints is not null).CountBy(e => e.Hints!.ForZones!.Single().Name).ToDictionary();
                var (allocations, refused) = ZoneShares.Of(nodes)!.Allocate(pods.Count);
                Assert.True(refused == changes.Hints.Single().Refused, where);
                Assert.True(counts.Values.Sum() == (refused is null ? pods.Count : 0), where);
                if (refused is null) Assert.All(allocations!, a => Assert.True(counts.GetValueOrDefault(a.Key) >= a.Value.Minimum, where));
                Assert.Empty(Plan(pods, nodes, slices).Update);
            }
        }
    }

    static List<EndpointSlice> Named(IReadOnlyList<EndpointSlice> slices, string prefix = "") =>
        [.. slices.Select((s, i) => s with { Metadata = s.Metadata with { Name = $"s{prefix}{i}" } })];
}
