using System.Globalization;

namespace Fairlead.Network.Tests.Traces;

/// <summary>Where packets end while all is well.</summary>
public class HealthyTests
{
    const string Both = "10.244.1.11:8080 50%, 10.244.2.12:8080 50%";

    public static readonly TheoryData<string, string, string?, string> Ways = new()
    {
        { "client", "web:80", null, Both },
        { "client", "web", null, Both },
        { "client", "web:http", null, Both },
        { "client", "web.default:80", null, Both },
        { "client", "web.default.svc.cluster.local.:80", null, Both },
        { "client", "default/web:80", null, Both },
        { "client", "svc/web", null, Both },
        { "client", "10.96.0.20:80", null, Both },
        { "client", "192.0.2.1:30080", null, Both },
        { "client", "192.0.2.2:30080", null, Both },
        { "client", "203.0.113.10:80", null, Both },
        { "client", "shop", null, Both },
        { "client", "db:5432", null, "10.244.2.20:5432 100%" },
        { "client", "db-0.db:5432", null, "10.244.2.20:5432 100%" },
        { "client", "legacy:9000", null, "198.51.100.9:9000 100%" },
        { "client", "sig", null, "10.244.2.30:3868 100%" },
        { "client", "sig:3868", "sctp", "10.244.2.30:3868 100%" },
        { "client", "10.244.2.12:8080", null, "10.244.2.12:8080 100%" },
        { "client", "192.0.2.2:9100", null, "192.0.2.2:9100 100%" },
        { "client", "192.0.2.2:10250", null, "192.0.2.2:10250 100%" },
        { "client", "192.0.2.2:22", null, "192.0.2.2:22 100%" },
        { "client", "198.51.100.1:443", null, "198.51.100.1:443 100%" },
        { "default/web-1", "web", null, Both },
        { "node/n1", "web:80", null, Both },
        { "node/n1", "192.0.2.2:30080", null, Both },
        { "web-1", "127.0.0.1:8080", null, "127.0.0.1:8080 100%" },
        { "node/n1", "127.0.0.1:30080", null, Both },
        { "node/n2", "10.244.1.11:8080", null, "10.244.1.11:8080 100%" },
        { "192.0.2.1", "10.96.0.20:80", null, Both },
        { "10.244.1.5", "10.96.0.20:80", null, Both },
        { "198.51.100.7", "203.0.113.10:80", null, Both },
        { "198.51.100.7", "192.0.2.1:30080", null, Both },
        { "198.51.100.7", "web:80", null, Both },
        { "198.51.100.7", "shop", null, Both },
        { "198.51.100.7", "10.244.2.12:8080", null, "10.244.2.12:8080 100%" },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void Ends(string from, string to, string? protocol, string endpoints)
    {
        var result = HealthyCluster.Create().Trace(from, to, protocol);

        Assert.Null(result.Cause);
        Assert.True(result.Answers);
        Assert.Empty(result.Remarks);
        Assert.Equal(endpoints, string.Join(", ", result.Endpoints.Select(e => $"{e.Text} {(e.Probability * 100).ToString("0.#", CultureInfo.InvariantCulture)}%")));
        Assert.Equal(1, result.AnswerProbability, 9);
        Assert.NotEmpty(result.Steps);
    }

    [Fact]
    public void AnAliasLeadsOutOfTheCluster()
    {
        var result = HealthyCluster.Create().Trace("client", "partner:443");

        Assert.Equal("partner.example.org", result.OutsideName);
        Assert.True(result.Answers);
    }

    [Fact]
    public void EachStepNamesTheObjectBehindIt()
    {
        var result = HealthyCluster.Create().Trace("client", "web:80");

        Assert.Equal(
        [
            "sender  n1  default/client sends from 10.244.1.5 on n1  (Pod default/client status.podIPs)",
            "name  default/client  asks 10.96.0.10, Service kube-system/kube-dns  (Pod default/client spec.dnsPolicy)",
            "name    web.default.svc.cluster.local is 10.96.0.20  (Service default/web spec.clusterIPs)",
            "service  n1  ClusterIP 10.96.0.20:80/tcp of Service default/web  (Service default/web spec.clusterIPs)",
            "policy  n1  the sender 10.244.1.5 is a Pod  ()",
            "route  n1  10.244.1.11:8080: on n1 itself  ()",
            "route  n1  10.244.2.12:8080: route 10.244.2.0/24 via 192.0.2.2 (n2)  (Node n2 spec.podCIDRs)",
        ], result.Steps.Select(s => $"{s.Stage}  {s.At}  {s.Text}  ({s.Provenance})"));
    }

    [Fact]
    public void EndpointsSayWhoTheyAreAndWhomTheySee()
    {
        var cluster = HealthyCluster.Create();

        Assert.Equal(["default/web-1 on n1 sees 10.244.1.5", "default/web-2 on n2 sees 10.244.1.5"], Seen(cluster.Trace("client", "web")));
        Assert.Equal(["default/web-1 on n1 sees an address of n1", "default/web-2 on n2 sees 192.0.2.1"], Seen(cluster.Trace("node/n1", "web")));
        Assert.Equal(["default/web-1 on n1 sees an address of n1", "default/web-2 on n2 sees 10.244.1.11"], Seen(cluster.Trace("web-1", "web")));
        Assert.Equal([" on  sees 10.244.1.5"], Seen(cluster.Trace("client", "legacy")));

        static IEnumerable<string> Seen(Network.Traces.TraceResult result) => result.Endpoints.Select(e => $"{e.Pod} on {e.Node} sees {e.Source}");
    }

    [Fact]
    public void EndpointsThatAreLeftOutAreToldOf()
    {
        var cluster = HealthyCluster.Create();
        cluster.Spec("web", s => s with { InternalTrafficPolicy = "Local", ExternalTrafficPolicy = "Local" });

        Assert.Contains(cluster.Trace("client", "web").Steps, s => s.Text == "1 of 2 ready endpoints: spec.internalTrafficPolicy is Local" && s.Provenance?.Field == "spec.internalTrafficPolicy");
        Assert.Contains(cluster.Trace("198.51.100.7", "192.0.2.2:30080").Steps, s => s.Text == "1 of 2 ready endpoints: spec.externalTrafficPolicy is Local");
    }

    [Fact]
    public void ABalancersAddressIsEnteredByTheNodeThatAnswersForIt()
    {
        var cluster = HealthyCluster.Create();
        cluster.Spec("shop", s => s with { ExternalTrafficPolicy = "Local" });
        cluster.Pods.Remove(new("default", "web-1"));
        var result = cluster.Trace("198.51.100.7", "shop");

        Assert.Contains(result.Steps, s => s.Text == "n2 answers for 203.0.113.10 on the nodes' network");
        Assert.Equal(("10.244.2.12:8080", "198.51.100.7"), (Assert.Single(result.Endpoints).Text, result.Endpoints[0].Source));
    }

    [Fact]
    public void PartOfTheEndpointsMayFail()
    {
        var cluster = HealthyCluster.Create();
        cluster.Node("n2", n => n with { Spec = new() });
        var result = cluster.Trace("client", "web");

        Assert.True(result.Answers);
        Assert.Null(result.Cause);
        Assert.Equal(0.5, result.AnswerProbability);
        Assert.Equal("RouteMissing", Assert.Single(result.Remarks).Cause.Reason);
    }

    [Theory]
    [InlineData("nftables", "web-1", "web", "an address of n1, 10.244.1.11")]
    [InlineData("userspace", "web-1", "web", "an address of n1, 192.0.2.1")]
    [InlineData("ebpf", "web-1", "web", "10.244.1.11, 10.244.1.11")]
    [InlineData("ebpf", "node/n1", "web", "an address of n1, 192.0.2.1")]
    [InlineData("ebpf", "198.51.100.7", "192.0.2.1:30080", "an address of n1, 192.0.2.1")]
    public void ModesDifferInTheAddressThatIsSeen(string mode, string from, string to, string sources)
    {
        var cluster = HealthyCluster.Create();
        cluster.Configuration = new() { Mode = Enum.Parse<Network.Configuration.ProxyMode>(mode, true) };

        Assert.Equal(sources, string.Join(", ", cluster.Trace(from, to).Endpoints.Select(e => e.Source)));
    }
}
