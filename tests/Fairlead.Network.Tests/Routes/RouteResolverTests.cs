using Fairlead.Api.Core.V1;
using Fairlead.Network.Routes;

namespace Fairlead.Network.Tests.Routes;

/// <summary>Node n1 asks which routes it should have.</summary>
public sealed class RouteResolverTests
{
    public static TheoryData<string, Node[], string> Rows => new()
    {
        { "alone", [Node("n1", ["10.244.1.0/24"], "192.0.2.1")], "" },
        { "nobody", [], "" },
        { "another", [Node("n1", ["10.244.1.0/24"], "192.0.2.1"), Node("n2", ["10.244.2.0/24"], "192.0.2.2")], "10.244.2.0/24 via 192.0.2.2 (n2)" },
        { "not itself known", [Node("n2", ["10.244.2.0/24"], "192.0.2.2")], "10.244.2.0/24 via 192.0.2.2 (n2)" },
        { "in the order of the nodes", [Node("n3", ["10.244.3.0/24"], "192.0.2.3"), Node("n2", ["10.244.2.0/24"], "192.0.2.2")], "10.244.3.0/24 via 192.0.2.3 (n3), 10.244.2.0/24 via 192.0.2.2 (n2)" },
        { "no range yet", [Node("n2", [], "192.0.2.2")], "" },
        { "no address yet", [Node("n2", ["10.244.2.0/24"])], "" },
        { "podCIDR alone", [new() { Metadata = new() { Name = "n2" }, Spec = new() { PodCIDR = "10.244.2.0/24" }, Status = Status("192.0.2.2") }], "10.244.2.0/24 via 192.0.2.2 (n2)" },
        { "podCIDRs win", [new() { Metadata = new() { Name = "n2" }, Spec = new() { PodCIDR = "10.9.9.0/24", PodCIDRs = ["10.244.2.0/24"] }, Status = Status("192.0.2.2") }], "10.244.2.0/24 via 192.0.2.2 (n2)" },
        { "two families", [Node("n2", ["10.244.2.0/24", "fd00:10:244:2::/64"], "192.0.2.2", "2001:db8::2")], "10.244.2.0/24 via 192.0.2.2 (n2), fd00:10:244:2::/64 via 2001:db8::2 (n2)" },
        { "an address of one family alone", [Node("n2", ["10.244.2.0/24", "fd00:10:244:2::/64"], "2001:db8::2")], "fd00:10:244:2::/64 via 2001:db8::2 (n2)" },
        { "the first of several addresses", [Node("n2", ["10.244.2.0/24"], "192.0.2.2", "192.0.2.22")], "10.244.2.0/24 via 192.0.2.2 (n2)" },
        { "no external address", [External("203.0.113.2")], "" },
        { "a bad range", [Node("n2", ["10.244.2.0/99", "10.244.3.0/24"], "192.0.2.2")], "10.244.3.0/24 via 192.0.2.2 (n2)" },
        { "a bad address", [Node("n2", ["10.244.2.0/24"], "n2.example", "192.0.2.2")], "10.244.2.0/24 via 192.0.2.2 (n2)" },
        { "nothing at all", [new() { Metadata = new() { Name = "n2" } }], "" },
    };

    [Theory, MemberData(nameof(Rows))]
    public void Routes_of_n1(string row, Node[] nodes, string expected)
    {
        var routes = string.Join(", ", RouteResolver.Resolve(nodes, "n1").Select(r => $"{r.Destination} via {r.Gateway} ({r.Node})"));
        Assert.True(routes == expected, $"{row}: {routes}");
    }

    static Node Node(string name, string[] ranges, params string[] addresses) => new()
    {
        Metadata = new() { Name = name },
        Spec = new() { PodCIDR = ranges.FirstOrDefault(), PodCIDRs = ranges },
        Status = Status(addresses),
    };

    static Node External(string address) => Node("n2", ["10.244.2.0/24"]) with
    {
        Status = new() { Addresses = [new() { Type = "ExternalIP", Address = address }, new() { Type = "Hostname", Address = "n2" }] },
    };

    static NodeStatus Status(params string[] addresses) => new() { Addresses = [.. addresses.Select(a => new NodeAddress { Type = "InternalIP", Address = a })] };
}
