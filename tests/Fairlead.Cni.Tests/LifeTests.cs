using System.Net;
using System.Text.Json.Nodes;
using Fairlead.Linux.Namespaces;
using Fairlead.Linux.Netlink;

namespace Fairlead.Cni.Tests;

/// <summary>What comes after ADD: DEL, CHECK, GC, STATUS and VERSION.</summary>
public sealed class LifeTests
{
    [Theory]
    [InlineData("with the namespace", true, true)]
    [InlineData("without CNI_NETNS", false, true)]
    [InlineData("after the namespace is gone", true, false)]
    public async Task DEL_takes_everything_back_and_again(string row, bool named, bool alive)
    {
        using var node = new Node();
        var pod = node.Pod();
        (await node.RunAsync("ADD", "c1", pod.Path)).Good();
        (await node.RunAsync("ADD", "other", node.Pod().Path)).Good();
        if (!alive)
        {
            pod.Dispose();
            NetworkNamespace.Delete(Path.GetFileName(pod.Path));
        }
        for (var time = 0; time < 2; time++)
        {
            (await node.RunAsync("DEL", "c1", named ? pod.Path : null)).Good();
            Assert.True(node.Links.Count == 1 && node.Addresses.Values.SequenceEqual(["other eth0"]), $"{row}, time {time}");
            Assert.DoesNotContain(node.Net.Routes.List(), r => r.Destination.ToString() == "10.244.7.2/32");
        }
    }

    [Fact]
    public async Task DEL_of_what_never_was_succeeds()
    {
        using var node = new Node();
        (await node.RunAsync("DEL", "never", null)).Good();
    }

    static readonly Dictionary<string, Action<Node, RouteNetlink, string>> Damages = new()
    {
        ["none"] = (_, _, _) => { },
        ["pod link down"] = (_, pod, _) => pod.Links.SetDown(pod.Links.Get("eth0").Index),
        ["node link down"] = (node, _, end) => node.Net.Links.SetDown(node.Net.Links.Get(end).Index),
        ["link gone"] = (node, _, end) => node.Net.Links.Remove(end),
        ["renamed"] = (_, pod, _) => Rename(pod),
        ["address"] = (_, pod, _) => pod.Addresses.Remove(pod.Links.Get("eth0").Index, IPAddress.Parse("10.244.7.2"), 32),
        ["default route"] = (_, pod, _) => pod.Routes.Remove(new Route(IPNetwork.Parse("0.0.0.0/0")) { Gateway = IPAddress.Parse("10.244.7.1") }),
        ["node route"] = (node, _, _) => node.Net.Routes.Remove(new Route(IPNetwork.Parse("10.244.7.2/32")) { Scope = RouteScope.Link }),
        ["address file"] = (node, _, _) => File.Delete(Path.Combine(node.DataDir, "10.244.7.2")),
    };

    [Theory]
    [InlineData("none", null, null)]
    [InlineData("pod link down", 100, "container c1: the Pod's eth0 is down")]
    [InlineData("node link down", 100, "is down")]
    [InlineData("link gone", 100, "container c1: the node's end fl")]
    [InlineData("renamed", 100, "the Pod's eth0 is missing")]
    [InlineData("address", 100, "the Pod's eth0 has not the address 10.244.7.2")]
    [InlineData("default route", 100, "the Pod has no default route")]
    [InlineData("node route", 100, "the node has no route for 10.244.7.2")]
    [InlineData("address file", 3, "container c1 has no address here")]
    public async Task CHECK_names_what_is_wrong(string damage, int? code, string? words)
    {
        using var node = new Node();
        var pod = node.Pod();
        var added = (await node.RunAsync("ADD", "c1", pod.Path)).Good();
        using (var net = RouteNetlink.In(pod)) Damages[damage](node, net, added.NodeEnd);
        var configuration = node.Configuration();
        configuration["prevResult"] = added.Json.DeepClone();
        var answer = await node.RunAsync("CHECK", "c1", pod.Path, "eth0", configuration);
        Assert.True(answer.ErrorCode == code && (words is null || answer.Words.Contains(words)), $"{damage}: {answer.Json}");
    }

    [Fact]
    public async Task CHECK_compares_with_the_result_of_ADD()
    {
        using var node = new Node();
        var pod = node.Pod();
        var configuration = node.Configuration();
        configuration["prevResult"] = (await node.RunAsync("ADD", "c1", pod.Path)).Good().Json.DeepClone();
        configuration["prevResult"]!["ips"]![0]!["address"] = "10.244.7.99/32";
        var answer = await node.RunAsync("CHECK", "c1", pod.Path, "eth0", configuration);
        Assert.Contains("container c1 has 10.244.7.2, not the address of prevResult", answer.Words);
    }

    [Fact]
    public async Task GC_keeps_what_is_valid_and_frees_the_rest()
    {
        using var node = new Node();
        var pod = node.Pod();
        var keep = (await node.RunAsync("ADD", "keep", pod.Path)).Good();
        await node.RunAsync("ADD", "keep", pod.Path, "net1");
        await node.RunAsync("ADD", "lost", node.Pod().Path);
        (await node.GarbageAsync([("keep", "eth0"), ("unknown", "eth0")])).Good();
        Assert.Equal([keep.Address], node.Addresses.Keys);
        Assert.Equal([keep.NodeEnd], node.Links);
        (await node.RunAsync("CHECK", "keep", pod.Path)).Good();
        (await node.GarbageAsync([])).Good();
        Assert.Empty(node.Addresses);
        Assert.Empty(node.Links);
    }

    [Fact]
    public async Task GC_without_its_list_frees_nothing_and_null_is_an_empty_list()
    {
        using var node = new Node();
        await node.RunAsync("ADD", "c1", node.Pod().Path);
        var refused = await node.RunAsync("GC", "", null, "");
        Assert.True(refused.ErrorCode == 7 && refused.Words.Contains("cni.dev/valid-attachments is missing"), refused.Words);
        Assert.Single(node.Addresses);
        var configuration = node.Configuration();
        configuration["cni.dev/valid-attachments"] = null;
        (await node.RunAsync("GC", "", null, "", configuration)).Good();
        Assert.Empty(node.Addresses);
    }

    [Fact]
    public async Task STATUS_and_ADD_tell_of_a_full_range()
    {
        using var node = new Node("10.244.7.0/30");
        (await node.RunAsync("STATUS", "", null, "")).Good();
        // An address of an earlier range takes no place in this one.
        File.WriteAllText(Path.Combine(node.DataDir, "10.1.1.1"), "old eth0");
        (await node.RunAsync("STATUS", "", null, "")).Good();
        var pod = node.Pod();
        (await node.RunAsync("ADD", "c1", pod.Path)).Good();

        var status = await node.RunAsync("STATUS", "", null, "");
        Assert.True(status.ErrorCode == 50 && status.Words.Contains("no address of 10.244.7.0/30 is free"), status.Words);
        var add = await node.RunAsync("ADD", "c2", node.Pod().Path);
        Assert.True(add.ErrorCode == 11 && add.Words.Contains("all 1 addresses from 10.244.7.2 to 10.244.7.2 are in use"), add.Words);
        (await node.RunAsync("ADD", "c1", pod.Path)).Good();
        (await node.RunAsync("DEL", "c1", pod.Path)).Good();
        (await node.RunAsync("STATUS", "", null, "")).Good();
    }

    [Theory]
    [InlineData("1.1.0", "1.1.0")]
    [InlineData("0.4.0", "0.4.0")]
    [InlineData("9.9.9", "1.1.0")]
    [InlineData(null, "1.1.0")]
    public async Task VERSION_lists_what_is_spoken(string? asked, string answered)
    {
        using var node = new Node();
        var answer = (await node.RunAsync("VERSION", "", null, "", asked is null ? [] : new JsonObject { ["cniVersion"] = asked })).Good();
        Assert.Equal($$"""{"cniVersion":"{{answered}}","supportedVersions":["0.3.0","0.3.1","0.4.0","1.0.0","1.1.0"]}""", answer.Json.ToJsonString());
    }

    static void Rename(RouteNetlink pod)
    {
        var index = pod.Links.Get("eth0").Index;
        pod.Links.SetDown(index);
        pod.Links.SetName(index, "eth9");
    }
}
