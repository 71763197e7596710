using Fairlead.Api.Core.V1;
using Fairlead.Dataplanes.Tests.Kernel;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;
using static Fairlead.Dataplanes.Tests.Kernel.Objects;
using static Fairlead.Dataplanes.Tests.Matrix.Rows;

namespace Fairlead.Dataplanes.Tests.Matrix;

/// <summary>By which addresses a Service is reached, and from where.</summary>
static class AddressRows
{
    const string NodePort = "node port", Balancer = "load balancer address";

    public static IEnumerable<Row> All =>
    [
        .. Reached("ClusterIP", "clusterIP", pods: ""),
        .. Reached(NodePort, "n1 n2 third gateway", pods: "*"),
        .. Reached(Balancer, "balancer", pods: "*"),
        .. Reached("external IP", "external", pods: "*"),
        .. NodePorts,
        .. Balancers,
        .. None,
        .. Protocols.Select(protocol => new Row("protocol", protocol, async scene =>
        {
            scene.Serve(Cluster(scene.Lab).With(Spec(), [1, 3]));
            foreach (var sender in scene.Lab.Senders)
            {
                foreach (var ipv6 in (bool[])[false, true])
                    await scene.CheckAsync(sender, LabPlan.ClusterIP(1, ipv6), Enum.Parse<TransportProtocol>(protocol, ignoreCase: true), Destinations.Port);
            }
        })
        { Within = mode => mode.Sctp || protocol != "SCTP" }),
        Sends("ClusterIP", "masqueradeAll", c => c.With(Spec(), [1, 3]) with { Settings = new() { MasqueradeAll = true } },
            new("pod2 pod4", "clusterIP", "1* 3*"), new("nodes outside", "clusterIP", "1* 3*")),
    ];

    static IEnumerable<Row> Reached(string feature, string to, string pods)
    {
        Row Row(string name, string from, string says) => Sends(feature, name, c => c.With(Spec(), [1]), new Line(from, to, says));
        yield return Row("from the endpoint's own Pod", "pod1", "1*");
        yield return Row("from another Pod of its node", "pod2", "1" + pods);
        yield return Row("from a Pod of another node", "pod3 pod4", "1" + pods);
        yield return Row("from its node", "n1", "1*");
        yield return Row("from another node", "n2", "1*");
        yield return Row("from outside, by way of either node", "outside", "1*");
    }

    static IEnumerable<Row> NodePorts =>
    [
        Sends(NodePort, "nodePortAddresses: one that no Node status mentions", c => c.With(Spec(), [1, 3]) with { Settings = Answering($"{LabPlan.Third(false)}/32", $"{LabPlan.Third(true)}/128") },
            new("all", "third", "1* 3*"), new("pod2 pod4 nodes outside", "n1 n2 gateway", "refused")),
        Sends(NodePort, "nodePortAddresses: a range that has both nodes", c => c.With(Spec(), [1, 3]) with { Settings = Answering("192.0.2.0/28", "2001:db8::/124") },
            new("all", "n1 n2", "1* 3*"), new("all", "third gateway", "refused")),
        Sends(NodePort, "nodePortAddresses: primary", c => c.With(Spec(), [1, 3]) with { Settings = new() { NodePortOnPrimary = true } },
            new("all", "n1 n2", "1* 3*"), new("all", "third gateway", "refused")),
        Sends(NodePort, "nodePortAddresses bind nothing else", c => c.With(Spec(), [3]) with { Settings = Answering("127.0.0.0/8") },
            new("all", "n1 n2 third gateway", "refused"), new("pod1 pod2", "clusterIP", "3"), new("nodes outside", "external balancer clusterIP", "3*")),
        Sends(NodePort, "on loopback, where asked for", c => c.With(Spec(), [1, 3]) with { Settings = new() { LocalhostNodePorts = true } },
            new("nodes", "loopback", "1* 3*"), new("nodes outside", "n1 n2", "1* 3*")),
        Sends(NodePort, "not on loopback, where not", c => c.With(Spec(), [1, 3]), new Line("nodes", "loopback", "refused")),
        Sends(NodePort, "allocateLoadBalancerNodePorts: false", c => c.With(Spec(nodePort: null), [1, 3]),
            new("all", "n1 n2 third", "refused"), new("outside", "balancer external", "1* 3*")),
    ];

    static IEnumerable<Row> Balancers =>
    [
        Sends(Balancer, "source ranges let in a client outside", c => c.With(Let("198.51.100.0/24", "2001:db8:51::/48"), [1, 3]),
            new("outside", "balancer", "1* 3*"), new("pods nodes", "balancer", "silence")),
        Sends(Balancer, "source ranges let in Pods", c => c.With(Let("10.244.0.0/16", "fd00:10:244::/56"), [1]),
            new("pods", "balancer", "1*"), new("outside", "balancer", "silence")),
        Sends(Balancer, "source ranges let in some Pods", c => c.With(Let($"{LabPlan.Pod(2, false)}/32", $"{LabPlan.Pod(2, true)}/128", $"{LabPlan.Pod(3, false)}/32", $"{LabPlan.Pod(3, true)}/128"), [1]),
            new("pod2 pod3", "balancer", "1*"), new("pod1 pod4 nodes outside", "balancer", "silence")),
        Sends(Balancer, "source ranges let in a node", c => c.With(Let($"{LabPlan.Node(1, false)}/32", $"{LabPlan.Node(1, true)}/128", $"{LabPlan.Third(true)}/128"), [1, 3]),
            new("n1", "balancer", "1* 3*"), new("n2 pods outside", "balancer", "silence")),
        Sends(Balancer, "source ranges of the other family let nobody in", c => c.With(Let("2001:db8:113::/48"), [1, 3]), new Line("all", "balancer", "silence")),
        Sends(Balancer, "source ranges that are everybody's", c => c.With(Let("0.0.0.0/0", "::/0"), [1, 3]), new Line("nodes outside", "balancer", "1* 3*")),
        Sends(Balancer, "source ranges bind no other address", c => c.With(Let("198.18.0.0/15"), [3]),
            new("all", "balancer", "silence"), new("pod1 pod2", "clusterIP", "3"), new("outside nodes", "clusterIP external n1 n2 third", "3*")),
        Sends(Balancer, "source ranges come before the refusal without endpoints", c => c.With(Let("198.51.100.0/24", "2001:db8:51::/48"), []),
            new("outside", "balancer", "refused"), new("pods nodes", "balancer", "silence")),
        Sends(Balancer, "ipMode Proxy: the balancer itself is reached", c => c.With(Spec(), [1, 3]).With(Service("s", Spec(), Balanced(ipMode: "Proxy"))),
            new("all", "balancer", "passes"), new("outside", "n1 external", "1* 3*")),
        Sends(Balancer, "not that of a Service that is none any more", c => c.With(Spec() with { Type = "NodePort" }, [1, 3]), new("all", "balancer", "passes"), new("outside", "n1", "1* 3*")),
    ];

    static IEnumerable<Row> None =>
    [
        Sends("no address", "headless", c => c.With(Spec(nodePort: null) with { Type = "ClusterIP", ClusterIP = "None", ClusterIPs = ["None"], ExternalIPs = null }, [1, 3]),
            new Line("all", "clusterIP", "passes")),
        Sends("no address", "ExternalName", c => c.With(Spec(nodePort: null) with { Type = "ExternalName", ExternalName = "example.com" }, [1, 3]),
            new Line("all", "clusterIP external balancer", "passes")),
        Sends("no address", "no Service at all", c => c, new("all", "clusterIP external balancer", "passes"), new("all", "n1 n2 third gateway loopback", "refused")),
        Sends("no address", "a Service of one family has none of the other", c => c.With(Spec() with { ClusterIPs = [LabPlan.ClusterIP(1, false).ToString()], ExternalIPs = null, IpFamilies = ["IPv4"] }, [1, 3]),
            new Line("all", "clusterIP n1 n2", null)),
    ];

    static ServiceSpec Let(params string[] ranges) => Spec() with { LoadBalancerSourceRanges = ranges };

    static ProxySettings Answering(params string[] ranges) => new() { NodePortAddresses = [.. ranges.Select(AddressRange.Parse)] };
}
