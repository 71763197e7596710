using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Network.Services;
using EndpointPort = Fairlead.Api.Discovery.V1.EndpointPort;

namespace Fairlead.Dataplanes.Tests.Kernel;

/// <summary>Short ways to write the API objects of the lab's cluster.</summary>
static class Objects
{
    public static readonly IReadOnlyList<string> Protocols = ["TCP", "UDP", "SCTP"];

    /// <summary>The lab's two nodes, and nothing else.</summary>
    public static ClusterSnapshot Cluster(Lab lab) =>
        lab.Nodes.Aggregate(new ClusterSnapshot { PodRanges = LabPlan.PodRanges }, (cluster, node) => cluster.With(node.Node));

    /// <summary>The n-th Service of a test with all addresses that a Service may have, at port 80 of each protocol, and a node port.</summary>
    /// <param name="n">1 to 4: no two share an address.</param>
    public static ServiceSpec Spec(int n = 1, int? nodePort = 30080) => new()
    {
        Type = "LoadBalancer",
        ClusterIP = LabPlan.ClusterIP(n, false).ToString(),
        ClusterIPs = [LabPlan.ClusterIP(n, false).ToString(), LabPlan.ClusterIP(n, true).ToString()],
        IpFamilies = ["IPv4", "IPv6"],
        ExternalIPs = [LabPlan.External(n, false).ToString(), LabPlan.External(n, true).ToString()],
        Ports = Ports(80, nodePort),
    };

    /// <summary>The load balancer's addresses that go with <see cref="Spec"/>.</summary>
    public static ServiceStatus Balanced(int n = 1, string? ipMode = null) => new()
    {
        LoadBalancer = new() { Ingress = [.. ((bool[])[false, true]).Select(v6 => new LoadBalancerIngress { Ip = LabPlan.External(n + 4, v6).ToString(), IpMode = ipMode })] },
    };

    public static Service Service(string name, ServiceSpec spec, ServiceStatus? status = null) => new()
    {
        Metadata = new() { Namespace = "default", Name = name, CreationTimestamp = DateTimeOffset.UnixEpoch },
        Spec = spec,
        Status = status,
    };

    public static EndpointSlice Slice(string service, bool ipv6, IEnumerable<Endpoint> endpoints, int port = 8080) => new()
    {
        Metadata = new()
        {
            Namespace = "default",
            Name = service + (ipv6 ? "-6" : "-4"),
            Labels = new Dictionary<string, string> { [ClusterSnapshot.ServiceNameLabel] = service },
        },
        AddressType = ipv6 ? "IPv6" : "IPv4",
        Ports = [.. Protocols.Select(p => new EndpointPort { Name = p.ToLowerInvariant(), Protocol = p, Port = port })],
        Endpoints = [.. endpoints],
    };

    /// <summary>The Service "s" and its slices of both families.</summary>
    /// <param name="endpoint">Makes a Pod's endpoint of one family; null: an endpoint that is ready.</param>
    public static ClusterSnapshot With(this ClusterSnapshot cluster, ServiceSpec spec, IReadOnlyList<int> pods, Func<int, bool, Endpoint>? endpoint = null) =>
        ((bool[])[false, true]).Aggregate(
            cluster.With(Service("s", spec, Balanced())),
            (snapshot, v6) => snapshot.With(Slice("s", v6, pods.Select(n => (endpoint ?? ((pod, ipv6) => Pod(pod, ipv6)))(n, v6)))));

    public static Endpoint Pod(int n, bool ipv6 = false, bool ready = true, bool draining = false) => new()
    {
        Addresses = [LabPlan.Pod(n, ipv6).ToString()],
        NodeName = $"n{LabPlan.NodeOf(n)}",
        Conditions = new() { Ready = ready && !draining, Serving = ready, Terminating = draining },
    };

    /// <summary>One port of each protocol.</summary>
    public static IReadOnlyList<ServicePort> Ports(int port, int? nodePort = null) =>
        [.. Protocols.Select(p => new ServicePort { Name = p.ToLowerInvariant(), Protocol = p, Port = port, NodePort = nodePort })];
}
