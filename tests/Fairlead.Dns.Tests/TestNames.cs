using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Network.Addresses;
using Fairlead.Network.Names;
using Fairlead.Network.Services;

namespace Fairlead.Dns.Tests;

/// <summary>The cluster that the tests ask about.</summary>
static class TestNames
{
    public static readonly NameZone Zone = new("cluster.local", [Address.Parse("10.96.0.10")]);

    public static readonly NameTable Table = NameTable.Resolve(Zone, new ClusterSnapshot()
        .With(Service("web", new() { ClusterIP = "10.96.0.1", Ports = [new() { Name = "http", Port = 80 }] }))
        .With(Service("db", new() { ClusterIP = "None" }))
        .With(Slice("db", ("10.244.1.2", "db-0"), ("10.244.1.3", "db-1"), ("10.244.1.4", null)))
        .With(Service("many", new() { ClusterIP = "None" }))
        .With(Slice("many", [.. Enumerable.Range(1, 200).Select(i => ($"10.244.2.{i}", (string?)null))]))
        .With(Service("away", new() { Type = "ExternalName", ExternalName = "www.example.com" }))
        .With(Service("inside", new() { Type = "ExternalName", ExternalName = "web.default.svc.cluster.local" }))
        .With(Service("round", new() { Type = "ExternalName", ExternalName = "round.default.svc.cluster.local" })),
        ["default"]);

    static Service Service(string name, ServiceSpec spec) => new() { Metadata = new() { Namespace = "default", Name = name }, Spec = spec };

    static EndpointSlice Slice(string service, params (string Address, string? Host)[] endpoints) => new()
    {
        Metadata = new() { Namespace = "default", Name = service + "-x", Labels = new Dictionary<string, string> { [ClusterSnapshot.ServiceNameLabel] = service } },
        AddressType = "IPv4",
        Ports = [new() { Name = "sql", Protocol = "TCP", Port = 5432 }],
        Endpoints = [.. endpoints.Select(e => new Endpoint { Addresses = [e.Address], Hostname = e.Host, Conditions = new() { Ready = true } })],
    };
}
