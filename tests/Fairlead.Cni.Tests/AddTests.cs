using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Fairlead.Linux.Namespaces;
using Fairlead.Linux.Netlink;

namespace Fairlead.Cni.Tests;

public sealed class AddTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("0.3.1", true, false)]
    [InlineData("0.4.0", true, false)]
    [InlineData("1.0.0", false, false)]
    [InlineData("1.1.0", false, true)]
    public async Task The_result_has_the_shape_of_its_version_and_the_kernel_agrees(string version, bool addressVersion, bool mtu)
    {
        using var node = new Node();
        var pod = node.Pod();
        var configuration = node.Configuration(version);
        configuration["mtu"] = 1400;
        var result = (await node.RunAsync("ADD", "c1", pod.Path, "eth0", configuration)).Good().Json;

        using var net = RouteNetlink.In(pod);
        var (inside, outside) = (net.Links.Get("eth0"), node.Net.Links.Get((string)result["interfaces"]![0]!["name"]!));
        string Interface(string name, Link link, string sandbox) =>
            $$"""{"name":"{{name}}","mac":"{{Mac(link)}}","sandbox":"{{sandbox}}" """.TrimEnd() + (mtu ? ""","mtu":1400}""" : "}");
        Assert.Equal(
            $$"""{"cniVersion":"{{version}}","interfaces":[{{Interface(outside.Name, outside, "")}},{{Interface("eth0", inside, pod.Path)}}],"""
            + """ "ips":[{"address":"10.244.7.2/32","gateway":"10.244.7.1","interface":1""".TrimStart() + (addressVersion ? ""","version":"4"}],""" : "}],")
            + """ "routes":[{"dst":"0.0.0.0/0","gw":"10.244.7.1"}],"dns":{}}""".TrimStart(), result.ToJsonString());
        Assert.Equal((1400, 1400, true, true), (inside.Mtu, outside.Mtu, inside.IsRunning, outside.IsRunning));
        Assert.Contains(net.Addresses.List(inside.Index), a => a.Address.ToString() == "10.244.7.2" && a.PrefixLength == 32);
        Assert.Equal(["0.0.0.0/0 10.244.7.1", "10.244.7.1/32 "], RoutesOf(net));
        Assert.Contains(node.Net.Routes.List(), r => r.Destination.ToString() == "10.244.7.2/32" && r.Device == outside.Index);
        Assert.Equal("1", node.Space.Run(() => Sysctl.Read("net/ipv4/ip_forward")));
    }

    [Fact]
    public async Task The_configuration_of_the_README_works()
    {
        using var node = new Node("10.244.1.0/24");
        var readme = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "../../../../../src/Fairlead.Cni/README.md"));
        var list = JsonNode.Parse(readme.Split("```json")[1].Split("```")[0])!;
        // As a runtime makes one plug-in's configuration from a list.
        var configuration = list["plugins"]![0]!.DeepClone().AsObject();
        foreach (var field in (string[])["cniVersion", "name"]) configuration[field] = list[field]!.DeepClone();
        configuration["dataDir"] = node.DataDir;
        Assert.Equal("10.244.1.2", (await node.RunAsync("ADD", "c1", node.Pod().Path, "eth0", configuration)).Good().Address);
    }

    [Fact]
    public async Task Pods_reach_the_node_and_each_other_by_their_own_addresses()
    {
        using var node = new Node();
        node.Space.Run(() => Sysctl.Write("net/ipv4/ip_forward", "0"));
        var (one, two) = (node.Pod(), node.Pod());
        var first = (await node.RunAsync("ADD", "c1", one.Path)).Good().Address;
        var second = (await node.RunAsync("ADD", "c2", two.Path)).Good().Address;
        using var atNode = new Talk(node.Space, 7000);
        using var atTwo = new Talk(two, 7000);

        Assert.NotEqual(first, second);
        Assert.Equal(first, await Talk.AskAsync(one, second, 7000));
        Assert.Equal(first, await Talk.AskAsync(one, "10.244.7.1", 7000));
        Assert.Equal("10.244.7.1", await Talk.AskAsync(node.Space, second, 7000));
        Assert.Equal(second, await Talk.AskAsync(two, second, 7000));
    }

    [Fact]
    public async Task Pods_of_both_families_reach_each_other_in_both()
    {
        using var node = new Node();
        var configuration = node.Configuration();
        configuration["podCidr6"] = "fd00:10:244:7::/64";
        var (one, two) = (node.Pod(), node.Pod());
        var answer = (await node.RunAsync("ADD", "c1", one.Path, "eth0", configuration)).Good();
        Assert.Equal("""[{"address":"10.244.7.2/32","gateway":"10.244.7.1","interface":1},{"address":"fd00:10:244:7::2/128","gateway":"fd00:10:244:7::1","interface":1}]""", answer.Json["ips"]!.ToJsonString());
        Assert.Equal("""[{"dst":"0.0.0.0/0","gw":"10.244.7.1"},{"dst":"::/0","gw":"fd00:10:244:7::1"}]""", answer.Json["routes"]!.ToJsonString());
        (await node.RunAsync("ADD", "c2", two.Path, "eth0", configuration)).Good();
        using var atTwo = new Talk(two, 7000);
        using var atNode = new Talk(node.Space, 7000);

        Assert.Equal("10.244.7.2", await Talk.AskAsync(one, "10.244.7.3", 7000));
        Assert.Equal("fd00:10:244:7::2", await Talk.AskAsync(one, "fd00:10:244:7::3", 7000));
        Assert.Equal("fd00:10:244:7::2", await Talk.AskAsync(one, "fd00:10:244:7::1", 7000));
        Assert.Equal("fd00:10:244:7::1", await Talk.AskAsync(node.Space, "fd00:10:244:7::3", 7000));
        (await node.RunAsync("CHECK", "c1", one.Path, "eth0", configuration)).Good();
        using (var inside = RouteNetlink.In(one)) inside.Addresses.Remove(inside.Links.Get("eth0").Index, IPAddress.Parse("fd00:10:244:7::2"), 128);
        Assert.Equal(100, (await node.RunAsync("CHECK", "c1", one.Path, "eth0", configuration)).ErrorCode);
    }

    // Both ends have number 2 in fresh namespaces: then the kernel takes its time to tell of the carrier.
    [Fact]
    public async Task The_first_packet_after_ADD_is_not_lost()
    {
        for (var round = 0; round < 4; round++)
        {
            using var node = new Node();
            var pod = node.Pod();
            using var receiver = node.Space.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
            receiver.Bind(new IPEndPoint(IPAddress.Any, 7000));
            receiver.ReceiveTimeout = 5000;
            using var sender = pod.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
            var answer = (await node.RunAsync("ADD", "c1", pod.Path)).Good();
            var clock = Stopwatch.StartNew();
            Assert.True(node.Net.Links.Get(answer.NodeEnd).IsRunning, "the node's end has no carrier");
            sender.SendTo([1], new IPEndPoint(IPAddress.Parse("10.244.7.1"), 7000));
            Assert.Equal(1, receiver.Receive(new byte[8]));
            output.WriteLine($"first packet after {clock.Elapsed.TotalMilliseconds:f2} ms");
            Assert.True(clock.ElapsedMilliseconds < 500, $"the first packet took {clock.ElapsedMilliseconds} ms");
        }
    }

    [Fact]
    public async Task A_repeated_ADD_gives_the_same_and_leaves_the_link()
    {
        using var node = new Node();
        var pod = node.Pod();
        var first = (await node.RunAsync("ADD", "c1", pod.Path)).Good();
        var link = node.Net.Links.Get(first.NodeEnd).Index;
        var second = (await node.RunAsync("ADD", "c1", pod.Path)).Good();
        Assert.Equal(first.Json.ToJsonString(), second.Json.ToJsonString());
        Assert.Equal(link, node.Net.Links.Get(first.NodeEnd).Index);
        Assert.Single(node.Addresses);
    }

    [Fact]
    public async Task A_repeated_ADD_mends_a_link_that_was_broken()
    {
        using var node = new Node();
        var pod = node.Pod();
        var first = (await node.RunAsync("ADD", "c1", pod.Path)).Good();
        node.Net.Links.Remove(first.NodeEnd);
        Assert.Equal(first.Address, (await node.RunAsync("ADD", "c1", pod.Path)).Good().Address);
        using var server = new Talk(pod, 7000);
        Assert.Equal("10.244.7.1", await Talk.AskAsync(node.Space, first.Address, 7000));
    }

    [Fact]
    public async Task Two_interfaces_of_one_Pod_stand_beside_each_other()
    {
        using var node = new Node();
        var pod = node.Pod();
        var first = (await node.RunAsync("ADD", "c1", pod.Path)).Good().Address;
        var second = (await node.RunAsync("ADD", "c1", pod.Path, "net1")).Good().Address;
        using var server = new Talk(pod, 7000);
        foreach (var address in (string[])[first, second]) Assert.Equal("10.244.7.1", await Talk.AskAsync(node.Space, address, 7000));
        foreach (var name in (string[])["eth0", "net1"]) (await node.RunAsync("CHECK", "c1", pod.Path, name)).Good();

        (await node.RunAsync("DEL", "c1", pod.Path, "net1")).Good();
        (await node.RunAsync("CHECK", "c1", pod.Path)).Good();
        Assert.Equal("10.244.7.1", await Talk.AskAsync(node.Space, first, 7000));
        Assert.Equal([first], node.Addresses.Keys);
    }

    [Fact]
    public async Task An_address_rests_before_it_comes_again()
    {
        using var node = new Node("10.244.7.0/29");
        var pod = node.Pod();
        var given = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            given.Add((await node.RunAsync("ADD", $"c{i}", pod.Path)).Good().Address);
            (await node.RunAsync("DEL", $"c{i}", pod.Path)).Good();
        }
        Assert.Equal(["10.244.7.2", "10.244.7.3", "10.244.7.4", "10.244.7.5", "10.244.7.6", "10.244.7.2"], given);
    }

    [Theory]
    [InlineData("of another range", "192.0.2.77", "10.244.7.2")]
    [InlineData("below the range", "10.244.6.200", "10.244.7.2")]
    [InlineData("cut by a crash", "10.2", "10.244.7.2")]
    [InlineData("empty", "", "10.244.7.2")]
    [InlineData("the range's end", "10.244.7.254", "10.244.7.2")]
    [InlineData("within", "10.244.7.9", "10.244.7.10")]
    public async Task Whatever_address_was_taken_last_the_next_is_found(string row, string last, string next)
    {
        using var node = new Node();
        File.WriteAllText(Path.Combine(node.DataDir, "last"), last);
        // What a power cut leaves of an address that was never used.
        File.WriteAllText(Path.Combine(node.DataDir, "10.244.7.2"), "");
        var given = (await node.RunAsync("ADD", "c1", node.Pod().Path)).Good().Address;
        Assert.True(given == next, $"{row}: {given}");
    }

    static string Mac(Link link) => string.Join(':', link.Mac.GetAddressBytes().Select(b => b.ToString("x2")));

    static IEnumerable<string> RoutesOf(RouteNetlink net) => net.Routes.List().Where(r => r.Destination.BaseAddress.AddressFamily == AddressFamily.InterNetwork)
        .Select(r => $"{r.Destination} {r.Gateway}").Order();
}
