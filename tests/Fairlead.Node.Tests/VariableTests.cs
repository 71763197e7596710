using Fairlead.Api.Core.V1;
using Fairlead.Node.Variables;

namespace Fairlead.Node.Tests;

public class VariableTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("$(A)", "1")]
    [InlineData("x$(A)y$(B)", "x1y2")]
    [InlineData("$(C)", "$(C)")]
    [InlineData("$$(A)", "$(A)")]
    [InlineData("$$$(A)", "$1")]
    [InlineData("$A", "$A")]
    [InlineData("$(A", "$(A")]
    [InlineData("cost$", "cost$")]
    public void Expands(string text, string expected) =>
        Assert.Equal(expected, VariableExpansion.Expand(text, name => name switch { "A" => "1", "B" => "2", _ => null }));

    static Service Service(string name, string ns, string? ip, params ServicePort[] ports) =>
        new() { Metadata = new() { Name = name, Namespace = ns }, Spec = new() { ClusterIP = ip, ClusterIPs = ip is null ? null : [ip, "fd00::9"], Ports = ports } };

    static string Text(IEnumerable<KeyValuePair<string, string>> variables) => string.Join('\n', variables.Select(v => $"{v.Key}={v.Value}"));

    [Fact]
    public void A_Service_of_one_port_has_seven_variables() => Assert.Equal("""
        MY_DB_SERVICE_HOST=10.96.0.9
        MY_DB_SERVICE_PORT=5432
        MY_DB_PORT=tcp://10.96.0.9:5432
        MY_DB_PORT_5432_TCP=tcp://10.96.0.9:5432
        MY_DB_PORT_5432_TCP_PROTO=tcp
        MY_DB_PORT_5432_TCP_PORT=5432
        MY_DB_PORT_5432_TCP_ADDR=10.96.0.9
        """, Text(ServiceVariables.Of([Service("my-db", "ns", "10.96.0.9", new ServicePort { Port = 5432 })], "ns", true)));

    [Fact]
    public void Named_ports_and_other_protocols() => Assert.Equal("""
        DNS_SERVICE_HOST=fd00::a
        DNS_SERVICE_PORT=53
        DNS_SERVICE_PORT_DNS=53
        DNS_SERVICE_PORT_DNS_TCP=53
        DNS_PORT=udp://[fd00::a]:53
        DNS_PORT_53_UDP=udp://[fd00::a]:53
        DNS_PORT_53_UDP_PROTO=udp
        DNS_PORT_53_UDP_PORT=53
        DNS_PORT_53_UDP_ADDR=fd00::a
        DNS_PORT_53_TCP=tcp://[fd00::a]:53
        DNS_PORT_53_TCP_PROTO=tcp
        DNS_PORT_53_TCP_PORT=53
        DNS_PORT_53_TCP_ADDR=fd00::a
        """, Text(ServiceVariables.Of([Service("dns", "ns", "fd00::a", new ServicePort { Name = "dns", Port = 53, Protocol = "UDP" }, new ServicePort { Name = "dns-tcp", Port = 53 })], "ns", true)));

    [Theory]
    [InlineData("the namespace's own, and the API server's", "ns", true, "KUBERNETES=10.96.0.1 WEB=10.96.0.2")]
    [InlineData("without links the API server's alone", "ns", false, "KUBERNETES=10.96.0.1")]
    [InlineData("another namespace", "other", true, "KUBERNETES=10.96.0.5 WEB=10.96.0.4")] // its own Service of that name goes before
    [InlineData("another namespace without links", "other", false, "KUBERNETES=10.96.0.1")]
    [InlineData("the API server's namespace", "default", true, "KUBERNETES=10.96.0.1 OTHER=10.96.0.6")]
    [InlineData("a namespace without Services", "empty", true, "KUBERNETES=10.96.0.1")]
    public void Which_Services_a_Pod_is_told_of(string name, string ns, bool links, string expected)
    {
        var port = new ServicePort { Port = 80 };
        Service[] services =
        [
            Service("kubernetes", "default", "10.96.0.1", port), Service("web", "ns", "10.96.0.2", port), Service("headless", "ns", "None", port), Service("external", "ns", null, port),
            Service("empty", "ns", "", port), Service("web", "other", "10.96.0.4", port), Service("kubernetes", "other", "10.96.0.5", port), Service("other", "default", "10.96.0.6", port),
        ];
        foreach (var order in (IEnumerable<Service>[])[services, services.Reverse()])
        {
            var hosts = ServiceVariables.Of(order, ns, links).Where(v => v.Key.EndsWith("_SERVICE_HOST", StringComparison.Ordinal)).Select(v => $"{v.Key[..^"_SERVICE_HOST".Length]}={v.Value}");
            Assert.True(expected == string.Join(' ', hosts), $"{name}: {string.Join(' ', hosts)}");
        }
    }

    [Fact]
    public void Names_that_meet_are_there_once()
    {
        var variables = ServiceVariables.Of([Service("foo", "ns", "10.96.0.1", new ServicePort { Port = 80 }), Service("foo-service", "ns", "10.96.0.2", new ServicePort { Port = 81 })], "ns", true);
        Assert.Equal("tcp://10.96.0.2:81", variables.Single(v => v.Key == "FOO_SERVICE_PORT").Value);
    }
}
