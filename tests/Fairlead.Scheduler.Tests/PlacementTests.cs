using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;

namespace Fairlead.Scheduler.Tests;

public class PlacementTests
{
    const string Unhelpful = "Preemption is not helpful for scheduling";
    const string NoVictims = "No preemption victims found for incoming pod";

    static readonly Taint Dedicated = new() { Key = "dedicated", Value = "db", Effect = "NoSchedule" };
    static readonly Taint Lost = new() { Key = "node.kubernetes.io/unreachable", Effect = "NoExecute" };

    static (string? Node, string Reason) Choose(Pod pod, ClusterState cluster) => new Placement(new Random(1)).Choose(new PodToPlace(pod), cluster);

    public static TheoryData<string, Pod, Node[], string> Refused => new()
    {
        { "no nodes", Given.Pod("p"), [], "no nodes available to schedule pods" },
        { "too big for any node", Given.Pod("p", "cpu=5"), [Given.Node("a")], $"0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 {Unhelpful}." },
        { "too big in two ways", Given.Pod("p", "cpu=5 memory=9Gi"), [Given.Node("a"), Given.Node("b", "cpu=8 memory=8Gi pods=110")], $"0/2 nodes are available: 1 Insufficient cpu, 2 Insufficient memory. preemption: 0/2 nodes are available: 2 {Unhelpful}." },
        { "a resource that no node has", Given.Pod("p", "example.com/gpu=1"), [Given.Node("a")], $"0/1 nodes are available: 1 Insufficient example.com/gpu. preemption: 0/1 nodes are available: 1 {Unhelpful}." },
        { "a node that has not said what it has", Given.Pod("p"), [Given.Node("a", "cpu=4 memory=8Gi")], $"0/1 nodes are available: 1 Too many pods. preemption: 0/1 nodes are available: 1 {NoVictims}." },
        { "no more Pods", Given.Pod("p"), [Given.Node("a", "cpu=4 memory=8Gi pods=0")], $"0/1 nodes are available: 1 Too many pods. preemption: 0/1 nodes are available: 1 {NoVictims}." },
        { "cordoned", Given.Pod("p"), [Given.Node("a", unschedulable: true)], $"0/1 nodes are available: 1 node(s) were unschedulable. preemption: 0/1 nodes are available: 1 {Unhelpful}." },
        { "taints", Given.Pod("p"), [Given.Node("a", taints: Dedicated), Given.Node("b", taints: Lost)],
            "0/2 nodes are available: 1 node(s) had untolerated taint {dedicated: db}, 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling." },
        { "nodeSelector", Selecting("disk", "ssd"), [Given.Node("a", labels: "disk=hdd"), Given.Node("b")], $"0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/2 nodes are available: 2 {Unhelpful}." },
        { "a taint is told before a selector", Selecting("disk", "ssd"), [Given.Node("a", taints: Dedicated)], $"0/1 nodes are available: 1 node(s) had untolerated taint {{dedicated: db}}. preemption: 0/1 nodes are available: 1 {Unhelpful}." },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void Why_there_is_no_node(string name, Pod pod, Node[] nodes, string expected)
    {
        var (node, reason) = Choose(pod, Given.Cluster(nodes));
        Assert.True(node is null && reason == expected, $"{name}: {reason}");
    }

    [Fact]
    public void What_others_take_is_missing_and_what_they_give_back_is_there_again()
    {
        var cluster = Given.Cluster(Given.Node("a"));
        var first = new PodToPlace(Given.Pod("first", "cpu=3"));
        cluster.Place(first, "a");
        Assert.Equal($"0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 {NoVictims}.", Choose(Given.Pod("p", "cpu=2"), cluster).Reason);
        cluster.Remove(first.Key);
        Assert.Equal("a", Choose(Given.Pod("p", "cpu=2"), cluster).Node);
        cluster.RemoveNode("a");
        Assert.Equal("no nodes available to schedule pods", Choose(Given.Pod("p"), cluster).Reason);
    }

    [Theory]
    [InlineData("another port", 81, "TCP", null, true)]
    [InlineData("another protocol", 80, "UDP", null, true)]
    [InlineData("another address", 80, "TCP", "10.0.0.2", true)]
    [InlineData("the same", 80, "TCP", "10.0.0.1", false)]
    [InlineData("every address", 80, "TCP", null, false)]
    public void Host_ports_are_taken_once(string name, int port, string protocol, string? ip, bool fits)
    {
        static Pod Taking(string name, int port, string protocol, string? ip) => Given.Pod(name) with
        {
            Spec = new PodSpec { Containers = [new Container { Name = "c", Ports = [new ContainerPort { Number = 1, HostPort = port, Protocol = protocol, HostIP = ip }] }] },
        };
        var cluster = Given.Cluster(Given.Node("a"));
        cluster.Place(new PodToPlace(Taking("first", 80, "TCP", "10.0.0.1")), "a");
        var (node, reason) = Choose(Taking("p", port, protocol, ip), cluster);
        Assert.True(fits == node is not null, $"{name}: {reason}");
        if (!fits) Assert.Equal($"0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports. preemption: 0/1 nodes are available: 1 {NoVictims}.", reason);
    }

    [Theory]
    [InlineData("In", "disk", "ssd", true)]
    [InlineData("In", "disk", "hdd", false)]
    [InlineData("NotIn", "disk", "hdd", true)]
    [InlineData("NotIn", "none", "hdd", true)]
    [InlineData("Exists", "disk", null, true)]
    [InlineData("Exists", "none", null, false)]
    [InlineData("DoesNotExist", "none", null, true)]
    [InlineData("Gt", "cores", "7", true)]
    [InlineData("Gt", "cores", "8", false)]
    [InlineData("Lt", "cores", "9", true)]
    [InlineData("Lt", "disk", "9", false)] // no number
    public void Required_affinity(string op, string key, string? value, bool fits)
    {
        var term = new NodeSelectorTerm { MatchExpressions = [new NodeSelectorRequirement { Key = key, Operator = op, Values = value is null ? null : [value] }] };
        Assert.Equal(fits, Choose(Affine(new NodeAffinity { RequiredDuringSchedulingIgnoredDuringExecution = new NodeSelector { NodeSelectorTerms = [term] } }),
            Given.Cluster(Given.Node("a", labels: "disk=ssd cores=8"))).Node is not null);
    }

    [Fact]
    public void Preferred_affinity_and_soft_taints_choose()
    {
        var nodes = new[] { Given.Node("a"), Given.Node("b", labels: "disk=ssd"), Given.Node("c", labels: "disk=ssd", taints: new Taint { Key = "old", Effect = "PreferNoSchedule" }) };
        var term = new NodeSelectorTerm { MatchExpressions = [new NodeSelectorRequirement { Key = "disk", Operator = "Exists" }] };
        var pod = Affine(new NodeAffinity { PreferredDuringSchedulingIgnoredDuringExecution = [new PreferredSchedulingTerm { Weight = 10, Preference = term }] });
        Assert.Equal("b", Choose(pod, Given.Cluster(nodes)).Node);
    }

    [Theory]
    [InlineData("dedicated", "Equal", "db", "NoSchedule", true)]
    [InlineData("dedicated", "Equal", "web", "NoSchedule", false)]
    [InlineData("dedicated", "Exists", null, null, true)]
    [InlineData(null, "Exists", null, null, true)]
    [InlineData("dedicated", "Exists", null, "NoExecute", false)]
    public void Tolerated_taints_do_not_matter(string? key, string op, string? value, string? effect, bool fits)
    {
        var pod = Given.Pod("p");
        pod = pod with { Spec = pod.Spec! with { Tolerations = [new Toleration { Key = key, Operator = op, Value = value, Effect = effect }] } };
        Assert.Equal(fits, Choose(pod, Given.Cluster(Given.Node("a", taints: Dedicated))).Node is not null);
    }

    [Theory]
    [InlineData("of one owner", "web", "cpu=100m")]
    [InlineData("without owner", null, "cpu=100m")]
    [InlineData("that ask for nothing", null, "")]
    public void Pods_are_spread(string name, string? owner, string requests)
    {
        var cluster = Given.Cluster(Enumerable.Range(0, 5).Select(i => Given.Node($"n{i}")));
        var placement = new Placement(new Random(3));
        for (var i = 0; i < 20; i++)
        {
            var pod = new PodToPlace(Given.Pod($"p{i}", requests, owner));
            cluster.Place(pod, placement.Choose(pod, cluster).Node!);
        }
        Assert.True(cluster.Nodes.All(n => n.Pods.Count == 4), $"{name}: {string.Join(' ', cluster.Nodes.Select(n => n.Pods.Count))}");
    }

    static Pod Selecting(string key, string value)
    {
        var pod = Given.Pod("p");
        return pod with { Spec = pod.Spec! with { NodeSelector = new Dictionary<string, string> { [key] = value } } };
    }

    static Pod Affine(NodeAffinity affinity)
    {
        var pod = Given.Pod("p");
        return pod with { Spec = pod.Spec! with { Affinity = new Affinity { NodeAffinity = affinity } } };
    }
}
