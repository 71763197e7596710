using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Fairlead.Linux.Netlink;

namespace Fairlead.Cni.Tests;

/// <summary>Fairlead's plug-in first in a chain with the standard ones, each given the result of the one before.</summary>
public sealed class ChainTests
{
    const string Standard = "/usr/lib/cni";

    [Fact]
    public async Task A_host_port_answers_and_the_rate_is_limited()
    {
        foreach (var name in (string[])["portmap", "bandwidth"])
            Assert.SkipUnless(File.Exists($"{Standard}/{name}"), $"{Standard}/{name} is missing: install containernetworking-plugins");
        using var node = new Node();
        var (pod, outside) = (node.Pod(), node.Pod());
        Join(node, outside);
        JsonObject[] chain =
        [
            node.Configuration("1.0.0"),
            new()
            {
                ["cniVersion"] = "1.0.0", ["name"] = "test", ["type"] = "portmap", ["snat"] = true,
                ["runtimeConfig"] = JsonNode.Parse("""{"portMappings":[{"hostPort":18080,"containerPort":7000,"protocol":"tcp"}]}"""),
            },
            new()
            {
                ["cniVersion"] = "1.0.0", ["name"] = "test", ["type"] = "bandwidth",
                ["runtimeConfig"] = JsonNode.Parse("""{"bandwidth":{"ingressRate":8000000,"ingressBurst":8000000}}"""),
            },
        ];
        JsonObject? result = null;
        foreach (var link in chain) result = (await RunAsync(node, "ADD", pod.Path, link, result)).Good().Json;
        Assert.Equal("10.244.7.2/32", (string?)result!["ips"]![0]!["address"]);
        // Not portmap's: some releases look for IPv6 rules that they did not make.
        foreach (var link in (JsonObject[])[chain[0], chain[2]]) (await RunAsync(node, "CHECK", pod.Path, link, result)).Good();

        Assert.Contains("qdisc tbf", await RateAsync(node, (string)result["interfaces"]![0]!["name"]!));
        using var server = new Talk(pod, 7000);
        Assert.Equal("192.0.2.2", await Talk.AskAsync(outside, "192.0.2.1", 18080));
        Assert.Equal("192.0.2.2", await Talk.AskAsync(outside, "10.244.7.2", 7000));

        foreach (var link in chain.Reverse()) (await RunAsync(node, "DEL", pod.Path, link, result)).Good();
        await Assert.ThrowsAnyAsync<System.Net.Sockets.SocketException>(() => Talk.AskAsync(outside, "192.0.2.1", 18080));
        Assert.Empty(node.Addresses);
        Assert.Empty(node.Links);
    }

    static async Task<Outcome> RunAsync(Node node, string command, string netns, JsonObject link, JsonObject? result)
    {
        link["prevResult"] = result?.DeepClone();
        if (result is null) link.Remove("prevResult");
        var variables = Node.Variables(command, "c1", netns);
        variables["CNI_PATH"] = Standard;
        var type = (string)link["type"]!;
        using var plugin = new Plugin(node.Space.Path, variables, link.ToJsonString(), type == "fairlead-cni" ? null : $"{Standard}/{type}");
        return await plugin.EndAsync();
    }

    static async Task<string> RateAsync(Node node, string link)
    {
        var start = new ProcessStartInfo("nsenter") { RedirectStandardOutput = true };
        foreach (var argument in (string[])["--net=" + node.Space.Path, "tc", "qdisc", "show", "dev", link]) start.ArgumentList.Add(argument);
        using var tc = Process.Start(start)!;
        return await tc.StandardOutput.ReadToEndAsync();
    }

    static void Join(Node node, Linux.Namespaces.NetworkNamespace outside)
    {
        node.Net.Links.Add(new VethSpec("out", "eth0") { Up = true, PeerNamespaceFd = outside.Fd });
        node.Net.Addresses.Replace(node.Net.Links.Get("out").Index, IPAddress.Parse("192.0.2.1"), 24);
        using var net = RouteNetlink.In(outside);
        var index = net.Links.Get("eth0").Index;
        net.Addresses.Replace(index, IPAddress.Parse("192.0.2.2"), 24);
        net.Links.SetUp(index);
        net.Routes.Replace(new Route(IPNetwork.Parse("0.0.0.0/0")) { Gateway = IPAddress.Parse("192.0.2.1") });
    }
}
