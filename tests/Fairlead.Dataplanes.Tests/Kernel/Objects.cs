using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Tests.Kernel;

/// <summary>API objects of the lab's cluster; node n1 is the lab's.</summary>
static class Objects
{
    public static ClusterSnapshot Cluster(Lab lab) => new ClusterSnapshot { PodRanges = Lab.PodRanges }.With(new Node
    {
        Metadata = new() { Name = "n1" },
        Status = new() { Addresses = [.. lab.NodeAddresses.Select(a => new NodeAddress { Type = "InternalIP", Address = a.ToString() })] },
    });

    public static Service Service(string name, ServiceSpec spec) => new()
    {
        Metadata = new() { Namespace = "default", Name = name, CreationTimestamp = DateTimeOffset.UnixEpoch },
        Spec = spec,
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
        Ports = [.. ((string[])["TCP", "UDP"]).Select(p => new Fairlead.Api.Discovery.V1.EndpointPort { Name = p.ToLowerInvariant(), Protocol = p, Port = port })],
        Endpoints = [.. endpoints],
    };

    public static Endpoint Pod(int n, bool ipv6 = false, bool ready = true, bool draining = false) => new()
    {
        Addresses = [Lab.PodAddress(n, ipv6).ToString()],
        NodeName = n <= 2 ? "n1" : "n2",
        Conditions = new() { Ready = ready && !draining, Serving = ready, Terminating = draining },
    };

    public static IReadOnlyList<ServicePort> Ports(int port, int? nodePort = null) =>
    [
        new() { Name = "tcp", Protocol = "TCP", Port = port, NodePort = nodePort },
        new() { Name = "udp", Protocol = "UDP", Port = port, NodePort = nodePort },
    ];
}
