using Fairlead.Network.Addresses;
using Fairlead.Network.Names;
using Fairlead.Network.Services;
using static Fairlead.Network.Tests.Services.Given;

namespace Fairlead.Network.Tests.Names;

/// <summary>What each name of a small cluster holds, row by row after the Kubernetes DNS specification 1.1.0.</summary>
public class NameTests
{
    public static readonly NameZone Zone = new("cluster.local", [Address.Parse("10.96.0.10")]);

    static readonly NameTable Table = NameTable.Resolve(Zone, Cluster
        .With(Service("web", new()
        {
            ClusterIP = "10.96.0.1",
            ClusterIPs = ["10.96.0.1", "fd00:10:96::1"],
            Ports = [new() { Name = "http", Port = 80 }, new() { Name = "dns", Protocol = "UDP", Port = 53 }],
        }))
        .With(Service("plain", new() { ClusterIP = "10.96.0.2", Ports = [new() { Port = 80 }] }))
        .With(Service("db", new() { ClusterIP = "None" }))
        .With(Slice("db",
            Ready("10.244.1.2") with { Hostname = "db-0" }, Ready("10.244.1.3"), NotReady("10.244.1.4"), Endpoint("10.244.1.5", "n1", null)) with
        {
            Ports = [new() { Name = "sql", Protocol = "TCP", Port = 5432 }, new() { Name = "", Port = 9 }],
        })
        .With(Service("empty", new() { ClusterIP = "None", Ports = [new() { Name = "x", Port = 1 }] }))
        .With(Slice("empty", NotReady("10.244.1.9")))
        .With(Service("six", new() { ClusterIP = "None" }))
        .With(Slice("six", Ready("fd00::7")) with { Ports = null })
        .With(Service("away", new() { Type = "ExternalName", ExternalName = "WWW.Example.com." }))
        .With(Service("pending", new() { Ports = [new() { Name = "x", Port = 1 }] })),
        ["default", "bare"]);

    /// <summary>Records in the order of the table; "" for a name that exists without any; null for none.</summary>
    public static TheoryData<string, string?> Rows => new()
    {
        { "web.default.svc.cluster.local", "A 10.96.0.1, AAAA fd00:10:96::1" },
        { "_http._tcp.web.default.svc.cluster.local", "SRV 0 100 80 web.default.svc.cluster.local" },
        { "_dns._udp.web.default.svc.cluster.local", "SRV 0 100 53 web.default.svc.cluster.local" },
        { "_tcp.web.default.svc.cluster.local", "" },
        { "_http._udp.web.default.svc.cluster.local", null },
        { "_udp.plain.default.svc.cluster.local", null },
        { "plain.default.svc.cluster.local", "A 10.96.0.2" },
        { "1.0.96.10.in-addr.arpa", "PTR web.default.svc.cluster.local" },
        { "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.9.0.0.0.1.0.0.0.0.d.f.ip6.arpa", "PTR web.default.svc.cluster.local" },
        { "9.0.96.10.in-addr.arpa", null },
        { "96.10.in-addr.arpa", null },
        { "db.default.svc.cluster.local", "A 10.244.1.2, A 10.244.1.3, A 10.244.1.5" },
        { "db-0.db.default.svc.cluster.local", "A 10.244.1.2" },
        { "10-244-1-3.db.default.svc.cluster.local", "A 10.244.1.3" },
        { "10-244-1-2.db.default.svc.cluster.local", null },
        { "10-244-1-4.db.default.svc.cluster.local", null },
        {
            "_sql._tcp.db.default.svc.cluster.local",
            "SRV 0 33 5432 db-0.db.default.svc.cluster.local, SRV 0 33 5432 10-244-1-3.db.default.svc.cluster.local, "
            + "SRV 0 33 5432 10-244-1-5.db.default.svc.cluster.local"
        },
        { "2.1.244.10.in-addr.arpa", "PTR db-0.db.default.svc.cluster.local" },
        { "3.1.244.10.in-addr.arpa", "PTR 10-244-1-3.db.default.svc.cluster.local" },
        { "4.1.244.10.in-addr.arpa", null },
        { "empty.default.svc.cluster.local", null },
        { "six.default.svc.cluster.local", "AAAA fd00::7" },
        { "fd00--7.six.default.svc.cluster.local", "AAAA fd00::7" },
        { "away.default.svc.cluster.local", "CNAME www.example.com" },
        { "pending.default.svc.cluster.local", null },
        { "missing.default.svc.cluster.local", null },
        { "default.svc.cluster.local", "" },
        { "bare.svc.cluster.local", "" },
        { "other.svc.cluster.local", null },
        { "svc.cluster.local", "" },
        { "pod.cluster.local", "" },
        { "default.pod.cluster.local", "" },
        { "cluster.local", "NS ns.dns.cluster.local" },
        { "dns.cluster.local", "" },
        { "ns.dns.cluster.local", "A 10.96.0.10" },
        { "dns-version.cluster.local", "TXT \"1.1.0\"" },
        { "10-244-7-8.bare.pod.cluster.local", "A 10.244.7.8" },
        { "fd00--7.bare.pod.cluster.local", "AAAA fd00::7" },
        { "10-244-7.bare.pod.cluster.local", null },
        { "10-244-7-08.bare.pod.cluster.local", null },
        { "a.10-244-7-8.bare.pod.cluster.local", null },
        { "10-244-7-8.other.pod.cluster.local", null },
        { "", null },
        { "local", null },
        { "xcluster.local", null },
        { "www.example.com", null },
    };

    [Theory, MemberData(nameof(Rows))]
    public void NameHolds(string name, string? expected)
    {
        var entry = Table.Find(name);
        Assert.Equal(expected, entry is null ? null : string.Join(", ", entry.Records));
    }

    [Theory]
    [InlineData("web.default.svc.cluster.local", "Service default/web spec.clusterIPs")]
    [InlineData("_dns._udp.web.default.svc.cluster.local", "Service default/web spec.ports[1]")]
    [InlineData("10-244-1-3.db.default.svc.cluster.local", "EndpointSlice default/db-1 endpoints[1]")]
    [InlineData("away.default.svc.cluster.local", "Service default/away spec.externalName")]
    [InlineData("10-1-2-3.bare.pod.cluster.local", "Namespace bare metadata.name")]
    public void RecordKnowsWhereItComesFrom(string name, string source) =>
        Assert.Equal(source, Table.Find(name)!.Records[0].Source.ToString());

    [Theory]
    [InlineData("cluster.local", true)]
    [InlineData("a.cluster.local", true)]
    [InlineData("xcluster.local", false)]
    [InlineData("local", false)]
    [InlineData("", false)]
    public void ZoneEndsAtALabel(string name, bool inside) => Assert.Equal(inside, Zone.Contains(name));

    [Fact]
    public void AddressSharedByTwoServicesHasTwoPointers()
    {
        var table = NameTable.Resolve(Zone, Cluster
            .With(Service("b", new() { ClusterIP = "None" })).With(Slice("b", Ready("10.244.1.2")))
            .With(Service("a", new() { ClusterIP = "None" })).With(Slice("a", Ready("10.244.1.2"))), []);
        Assert.Equal(
            ["PTR 10-244-1-2.a.default.svc.cluster.local", "PTR 10-244-1-2.b.default.svc.cluster.local"],
            table.Find("2.1.244.10.in-addr.arpa")!.Records.Select(r => r.Text));
    }
}
