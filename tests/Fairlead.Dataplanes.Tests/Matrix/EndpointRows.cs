using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Dataplanes.Tests.Kernel;
using Fairlead.Network.Services;
using static Fairlead.Dataplanes.Tests.Kernel.Objects;
using static Fairlead.Dataplanes.Tests.Matrix.Rows;
using EndpointPort = Fairlead.Api.Discovery.V1.EndpointPort;

namespace Fairlead.Dataplanes.Tests.Matrix;

/// <summary>Which endpoints a sender may get.</summary>
static class EndpointRows
{
    const string None = "no endpoint", Ports = "ports", Internal = "internalTrafficPolicy: Local", External = "externalTrafficPolicy: Local";
    const string Ending = "terminating endpoints", Hints = "topology hints", Made = "made by hand";

    static readonly ServiceSpec InternalLocal = Spec() with { InternalTrafficPolicy = "Local" }, ExternalLocal = Spec() with { ExternalTrafficPolicy = "Local" };

    public static IEnumerable<Row> All => [.. NoEndpoint, .. PortRows, .. Policies, .. Fallbacks, .. Topology, .. HandMade];

    static IEnumerable<Row> NoEndpoint =>
    [
        Sends(None, "refused: by TCP with a reset, else with an ICMP error", c => c.With(Spec(), []), new Line("all", "clusterIP external balancer n1 n2 third gateway", "refused")),
        Sends(None, "no slice: refused", c => c.With(Service("s", Spec(), Balanced())), new Line("all", "clusterIP external balancer n1 n2 third", "refused")),
        Sends(None, "none that is ready: refused", c => c.With(Spec(), [1, 3], (n, v6) => Pod(n, v6, ready: false)), new Line("all", "clusterIP external n1 n2", "refused")),
        Sends(None, "none in one family: refused there, served in the other", c => c.With(Spec(), [3]).With(Slice("s", true, [])), new Line("all", "clusterIP external n1 n2", null)),
        Sends(None, "publishNotReadyAddresses: those that are not ready serve", c => c.With(Spec() with { PublishNotReadyAddresses = true }, [3],
            (n, v6) => Pod(n, v6) with { Conditions = new() { Ready = true, Serving = false, Terminating = false } }),
            new("pods", "clusterIP", null), new("outside nodes", "clusterIP external n1", "3*")),
    ];

    static IEnumerable<Row> PortRows =>
    [
        new(Ports, "named: each to the target port of its name", async scene =>
        {
            scene.Serve(Cluster(scene.Lab).With(Spec(), [3]).With(Service("s", Spec() with { Ports = [.. Named("web", 80), .. Named("admin", 81)] }))
                .With(NamedSlice(false)).With(NamedSlice(true)));
            await Task.WhenAll(
                from sender in scene.Lab.Senders
                from protocol in scene.Protocols
                from v6 in (bool[])[false, true]
                from port in (int[])[80, 81]
                select scene.CheckAsync(sender, LabPlan.ClusterIP(1, v6), protocol, port, (port == 80 ? "3" : "3:8081") + (sender.Place == SenderPlace.Pod && sender.Name != "pod3" ? "" : "*")));
        }),
        new(Ports, "of one protocol: no Service of another", async scene =>
        {
            scene.Serve(Cluster(scene.Lab).With(Spec() with { Ports = [new() { Name = "udp", Protocol = "UDP", Port = 80, NodePort = 30080 }] }, [1, 3]));
            await scene.CheckAsync(new("all", "clusterIP external", null), new("all", "n1 n2", null));
        }),
        new(Ports, "two Services at one address", async scene =>
        {
            var second = Spec(2, 30081) with { ClusterIP = Spec().ClusterIP, ClusterIPs = Spec().ClusterIPs, Ports = Objects.Ports(81, 30081) };
            scene.Serve(Cluster(scene.Lab).With(Spec(), [1]).With(Service("t", second)).With(Slice("t", false, [Pod(3)])).With(Slice("t", true, [Pod(3, true)])));
            await scene.CheckAsync(new("pod2 pod4", "clusterIP", "1"), new("outside", "n2", "1*"));
            foreach (var protocol in scene.Protocols) await scene.CheckAsync(scene.Lab["pod2"], LabPlan.ClusterIP(1, true), protocol, 81, "3");
        }),
    ];

    static IEnumerable<Row> Policies =>
    [
        Sends(Internal, "the node's own endpoints alone", c => c.With(InternalLocal, [1, 2, 3]),
            new("pod4", "clusterIP", "3"), new("n1 outside1", "clusterIP", "1* 2*"), new("n2 outside2", "clusterIP", "3*"), new("pods", "clusterIP", null)),
        Sends(Internal, "dropped where there is none", c => c.With(InternalLocal, [3]),
            new("pod1 pod2 n1 outside1", "clusterIP", "silence"), new("pod4", "clusterIP", "3"), new("n2 outside2", "clusterIP", "3*")),
        Sends(Internal, "refused where there is none anywhere", c => c.With(InternalLocal, []), new Line("all", "clusterIP", "refused")),
        Sends(Internal, "binds no other address", c => c.With(InternalLocal, [3]), new("outside n1 n2", "external balancer n1 n2 third", "3*"), new("pod1 pod2", "external n1", "3*")),
        Sends(External, "keeps the client's address, stays on the node", c => c.With(ExternalLocal, [1, 3, 4]),
            new("outside", "n1 third gateway", "1"), new("outside", "n2", "3 4"), new("outside1", "external balancer", "1"), new("outside2", "external balancer", "3 4")),
        Sends(External, "dropped where there is no endpoint", c => c.With(ExternalLocal, [3]),
            new("outside", "n1 third gateway", "silence"), new("outside1", "external balancer", "silence"), new("outside", "n2", "3"), new("outside2", "external balancer", "3")),
        Sends(External, "refused where there is none anywhere", c => c.With(ExternalLocal, []), new Line("all", "n1 n2 external balancer", "refused")),
        Sends(External, "a node that asks another one is outside", c => c.With(ExternalLocal, [3]), new("n1", "n2", "3"), new("n2", "n1 third", "silence")),
        Sends(External, "a node that asks itself gets any", c => c.With(ExternalLocal, [1, 3]), new("n1", "n1 third", "1* 3*"), new("n2", "n2", "1* 3*"), new("n1", "gateway", null), new("nodes", "external balancer", "1* 3*")),
        Sends(External, "Pods get any by an address of the Service", c => c.With(ExternalLocal, [3]), new("pod1 pod2 pod4", "external balancer", "3"), new("pod3", "external balancer", "3*")),
        Sends(External, "Pods get any by a node port", c => c.With(ExternalLocal, [1, 3]), new Line("pods", "n1 n2 third gateway", "1* 3*")),
        Sends(External, "does not bind the ClusterIP", c => c.With(ExternalLocal, [3]), new("pod1 pod2 pod4", "clusterIP", "3"), new("outside nodes", "clusterIP", "3*")),
        Sends(External, "with source ranges", c => c.With(ExternalLocal with { LoadBalancerSourceRanges = ["198.51.100.0/24", "2001:db8:51::/48"] }, [1]),
            new("outside1", "balancer", "1"), new("outside2 pods nodes", "balancer", "silence")),
        Sends(External, "both policies Local", c => c.With(ExternalLocal with { InternalTrafficPolicy = "Local" }, [1]),
            new("pod2", "clusterIP", "1"), new("pod3 n2", "clusterIP", "silence"), new("outside", "n1", "1"), new("outside", "n2", "silence")),
    ];

    static IEnumerable<Row> Fallbacks =>
    [
        Sends(Ending, "get nothing while one is ready", c => c.With(Spec(), [1, 3], DrainingBut(3)), new("pod1 pod2 pod4", "clusterIP", "3"), new("outside nodes", "n1 n2 external", "3*")),
        Sends(Ending, "serve when none is ready", c => c.With(Spec(), [1, 3], DrainingBut()), new("pod2 pod4", "clusterIP", "1 3"), new("outside nodes", "n1 n2 external", "1* 3*")),
        Sends(Ending, "serve under externalTrafficPolicy: Local when none of the node is ready", c => c.With(ExternalLocal, [1, 3], DrainingBut(3)),
            new("outside", "n1", "1"), new("outside1", "balancer", "1"), new("outside", "n2", "3"), new("pod1 pod2 pod4", "clusterIP", "3")),
        Sends(Ending, "serve under internalTrafficPolicy: Local when none of the node is ready", c => c.With(InternalLocal, [1, 3], DrainingBut(3)),
            new("pod2", "clusterIP", "1"), new("pod4", "clusterIP", "3")),
        Sends(Ending, "that serve no more get nothing", c => c.With(Spec(), [1, 3], (n, v6) => Pod(n, v6) with { Conditions = new() { Ready = false, Serving = false, Terminating = true } }),
            new Line("all", "clusterIP n1", "refused")),
    ];

    static IEnumerable<Row> Topology =>
    [
        Sends(Hints, "the zone's own endpoints", c => c.With(Spec(), [1, 3], Hinted(zones: true)), new("pod2", "clusterIP", "1"), new("pod4", "clusterIP", "3"), new("outside1", "external", "1*"), new("outside2", "external", "3*"), new("outside", "n1", "1*"), new("outside", "n2", "3*")),
        Sends(Hints, "the node's own endpoints", c => c.With(Spec(), [1, 2, 3], Hinted(nodes: true, zones: true)), new("n1", "clusterIP", "1* 2*"), new("pod4", "clusterIP", "3"), new("n2", "clusterIP", "3*")),
        Sends(Hints, "ignored when one endpoint has none", c => c.With(Spec(), [1, 3, 4], (n, v6) => n == 4 ? Pod(n, v6) : Hinted(zones: true)(n, v6)), new("pod2", "clusterIP", "1 3 4"), new("nodes", "clusterIP", "1* 3* 4*")),
        Sends(Hints, "ignored when none is for the zone", c => c.With(Spec(), [3, 4], Hinted(zones: true)), new("pod1 pod2", "clusterIP", "3 4"), new("n1 outside", "n1", "3* 4*")),
        Sends(Hints, "do not bind externalTrafficPolicy: Local", c => c.With(ExternalLocal, [1, 3], (n, v6) => Pod(n, v6) with { Hints = new() { ForZones = [new() { Name = n == 1 ? "b" : "a" }] } }),
            new("outside", "n1", "1"), new("outside", "n2", "3"), new("pod2", "clusterIP", "3"), new("pod4", "clusterIP", "1")),
    ];

    static IEnumerable<Row> HandMade =>
    [
        new(Made, "no selector: endpoints that are no Pods", async scene =>
        {
            // A host beyond the nodes, that is the world under one of its addresses.
            Endpoint Host(bool v6) => new() { Addresses = [LabPlan.External(9, v6).ToString()] };
            scene.Serve(Cluster(scene.Lab).With(Spec(), []).With(Slice("s", false, [Host(false)], 80)).With(Slice("s", true, [Host(true)], 80)));
            await scene.CheckAsync(new Line("all", "clusterIP external balancer n1 n2 third", null));
            await scene.CheckAsync(scene.Lab["pod1"], LabPlan.ClusterIP(1, false), TransportProtocol.Tcp, 80, "203.0.113.9:80");
        }),
        new(Made, "several slices are one Service", async scene =>
        {
            var other = Slice("s", false, [Pod(3)]);
            scene.Serve(Cluster(scene.Lab).With(Spec(), [1]).With(other with { Metadata = other.Metadata with { Name = "s-by-hand" } }));
            await scene.CheckAsync(new Line("outside nodes", "clusterIP n1 external", null));
            await scene.CheckAsync(scene.Lab["pod2"], LabPlan.ClusterIP(1, false), TransportProtocol.Tcp, 80, "1 3");
        }),
    ];

    static IEnumerable<ServicePort> Named(string name, int port) => Protocols.Select(p => new ServicePort { Name = $"{name}-{p.ToLowerInvariant()}", Protocol = p, Port = port });

    static EndpointSlice NamedSlice(bool ipv6) => Slice("s", ipv6, [Pod(3, ipv6)]) with
    {
        Ports =
        [
            .. from name in (string[])["admin", "web"]
               from protocol in Protocols
               select new EndpointPort { Name = $"{name}-{protocol.ToLowerInvariant()}", Protocol = protocol, Port = name == "web" ? 8080 : 8081 },
        ],
    };

    static Func<int, bool, Endpoint> DrainingBut(params int[] ready) => (n, v6) => Pod(n, v6, draining: !ready.Contains(n));

    static Func<int, bool, Endpoint> Hinted(bool nodes = false, bool zones = false) => (n, v6) => Pod(n, v6) with
    {
        Hints = new()
        {
            ForNodes = nodes ? [new() { Name = $"n{LabPlan.NodeOf(n)}" }] : null,
            ForZones = zones ? [new() { Name = LabPlan.NodeOf(n) == 1 ? "a" : "b" }] : null,
        },
    };
}
