using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Network.Tests.Services;

/// <summary>Short ways to write the objects of a case. The node under test is n1; Pods are in 10.244.0.0/16.</summary>
static class Given
{
    public static readonly ClusterSnapshot Cluster = new ClusterSnapshot
    {
        PodRanges = [AddressRange.Parse("10.244.0.0/16"), AddressRange.Parse("fd00:10:244::/56")],
    }.With(new Node
    {
        Metadata = new() { Name = "n1", Labels = new Dictionary<string, string> { ["topology.kubernetes.io/zone"] = "a" } },
        Status = new() { Addresses = [new() { Type = "InternalIP", Address = "192.0.2.1" }, new() { Type = "Hostname", Address = "n1" }] },
    });

    public static Service Service(string name, ServiceSpec spec) => new()
    {
        Metadata = new() { Namespace = "default", Name = name },
        Spec = spec,
    };

    public static EndpointSlice Slice(string service, params Endpoint[] endpoints) => new()
    {
        Metadata = new() { Namespace = "default", Name = service + "-1", Labels = Owner(service) },
        AddressType = endpoints is [{ Addresses: [var first, ..] }, ..] && first.Contains(':') ? "IPv6" : "IPv4",
        Ports = [new() { Name = "", Protocol = "TCP", Port = 8080 }],
        Endpoints = endpoints,
    };

    public static Dictionary<string, string> Owner(string service) => new() { [ClusterSnapshot.ServiceNameLabel] = service };

    public static Endpoint Ready(string address, string node = "n2") => Endpoint(address, node, new() { Ready = true, Serving = true, Terminating = false });

    public static Endpoint Draining(string address, string node = "n2") => Endpoint(address, node, new() { Ready = false, Serving = true, Terminating = true });

    public static Endpoint NotReady(string address, string node = "n2") => Endpoint(address, node, new() { Ready = false, Serving = false, Terminating = false });

    public static Endpoint Endpoint(string address, string node, EndpointConditions? conditions) =>
        new() { Addresses = [address], NodeName = node, Conditions = conditions };

    public static Endpoint InZone(string address, string zone, string node = "n2") => Ready(address, node) with { Hints = new() { ForZones = [new() { Name = zone }] } };

    public static Endpoint ForNode(string address, string node) =>
        Ready(address, node) with { Hints = new() { ForNodes = [new() { Name = node }], ForZones = [new() { Name = "a" }] } };

    public static Packet Tcp(string source, string destination, int port) =>
        new(Address.Parse(source), Address.Parse(destination), TransportProtocol.Tcp, port);
}
