using System.Net;
using Fairlead.Cli.Cluster;

namespace Fairlead.Cli.Tests;

public class ClusterLayoutTests
{
    [Fact]
    public void Addresses_follow_from_the_ranges()
    {
        var layout = ClusterLayout.Of(new() { Nodes = 2 });
        Assert.Equal(new Uri("https://10.89.0.1:6443"), layout.Server);
        Assert.Equal(IPAddress.Parse("10.96.0.1"), layout.KubernetesAddress);
        Assert.Equal(IPAddress.Parse("10.96.0.10"), layout.DnsAddress);
        Assert.Equal(["10.89.0.11 10.244.1.0/24", "10.89.0.12 10.244.2.0/24"], layout.Nodes.Select(n => $"{n.Address} {n.PodCidr}"));
    }

    [Theory]
    [InlineData("10.89.0.0/24", 100, "10.89.0.200-10.89.0.250")]
    [InlineData("10.89.0.0/16", 1, "10.89.0.200-10.89.0.250")]
    [InlineData("10.89.0.0/26", 3, "10.89.0.50-10.89.0.62")]
    [InlineData("10.89.0.0/28", 1, "10.89.0.12-10.89.0.14")]
    [InlineData("10.89.0.0/28", 4, "")]
    [InlineData("10.89.0.0/24,fd00:10:89::/64", 2, "10.89.0.200-10.89.0.250 fd00:10:89::c8-fd00:10:89::fa")]
    public void Load_balancers_have_the_upper_part_of_the_node_range(string range, int nodes, string expected) =>
        Assert.Equal(expected, string.Join(' ', ClusterLayout.Of(new() { NodeCidr = AddressRanges.Parse(range), Nodes = nodes }).LoadBalancerPool));

    [Fact]
    public void A_cluster_of_both_families_has_addresses_of_both()
    {
        var layout = ClusterLayout.Of(new()
        {
            Nodes = 12, ClusterCidr = AddressRanges.Parse("10.244.0.0/16,fd00:10:244::/56"), ServiceCidr = AddressRanges.Parse("10.96.0.0/16,fd00:10:96::/112"),
            NodeCidr = AddressRanges.Parse("10.89.0.0/24,fd00:10:89::/64"),
        });
        Assert.Null(layout.Options.Validate());
        Assert.Equal("10.89.0.22 fd00:10:89::16 10.244.12.0/24 fd00:10:244:c::/64", string.Join(' ', [.. layout.Nodes[11].Addresses, .. layout.Nodes[11].PodCidrs]));
        Assert.Equal(["10.89.0.1", "fd00:10:89::1"], layout.HostAddresses.Select(a => a.Address.ToString()));
    }

    [Theory]
    [InlineData("10.89.0.0/24", "10.89.0.0/24")]
    [InlineData("10.89.0.0/24,fd00::/64", "10.89.0.0/24,fd00::/64")]
    [InlineData("fd00::/64", null)]
    [InlineData("fd00::/64,10.89.0.0/24", null)]
    [InlineData("10.89.0.0/24,10.90.0.0/24", null)]
    [InlineData("10.89.0.0/24,", null)]
    [InlineData("10.89.0.7/24", "10.89.0.0/24")]
    [InlineData("", null)]
    public void Ranges_are_of_IPv4_and_perhaps_IPv6(string text, string? read) =>
        Assert.Equal(read, AddressRanges.TryParse(text, out var ranges) ? ranges.ToString() : null);

    [Fact]
    public void Clusters_of_different_names_share_no_name()
    {
        // Names chosen so that careless joining would make them meet.
        string[] names = ["fairlead", "fairlead-1", "fairlead-n", "a", "a-1", "a-node1"];
        var all = names.SelectMany(name => Names(ClusterLayout.Of(new() { Name = name, Nodes = 12, DataFolder = ClusterOptions.DefaultDataFolder(name) }))).ToArray();
        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.All(all.Where(n => n.StartsWith("link ", StringComparison.Ordinal)), n => Assert.InRange(n.Length - 5, 1, 15));
    }

    static IEnumerable<string> Names(ClusterLayout layout) =>
    [
        "link " + layout.Bridge, "nft " + layout.NftTable, "cgroup " + layout.Cgroup, "folder " + layout.RunFolder, "folder " + layout.DataFolder,
        .. layout.Nodes.SelectMany(n => new[] { "link " + n.HostLink, "ns " + n.Namespace, "folder " + n.RunFolder, "folder " + n.DataFolder }),
    ];

    public static TheoryData<string, ClusterOptions, string> Refused() => new()
    {
        { "no name", new() { Name = "" }, "\"\" can't name a cluster" },
        { "a long name", new() { Name = "abcdefghijkl" }, "can't name a cluster" },
        { "a capital", new() { Name = "Lab" }, "can't name a cluster" },
        { "a digit first", new() { Name = "1a" }, "can't name a cluster" },
        { "a path", new() { Name = "../x" }, "can't name a cluster" },
        { "no nodes", new() { Nodes = 0 }, "1 to 100 nodes, not 0" },
        { "a port too high", new() { ApiPort = 70000 }, "70000 is no port" },
        { "IPv6", new() { NodeCidr = AddressRanges.Parse("10.89.0.0/24,fd00:10:89::/64") }, "has them everywhere" },
        { "room for no node", new() { ClusterCidr = AddressRanges.Parse("10.244.1.0/24") }, "too small" },
        { "room for one node", new() { ClusterCidr = AddressRanges.Parse("10.244.0.0/23"), Nodes = 2 }, "has room for 1 nodes, not 2" },
        { "addresses for three", new() { NodeCidr = AddressRanges.Parse("10.89.0.0/28"), Nodes = 5 }, "no room for 5 nodes" },
        { "overlap", new() { ServiceCidr = AddressRanges.Parse("10.244.128.0/20") }, "overlap" },
    };

    [Theory, MemberData(nameof(Refused))]
    public void Options_that_make_no_sense_are_refused(string row, ClusterOptions options, string part) =>
        Assert.True(options.Validate()?.Contains(part) == true, $"{row}: {options.Validate()}");

    [Fact]
    public void The_usual_options_are_fine() => Assert.Null(new ClusterOptions { Nodes = 5 }.Validate());

    [Fact]
    public void Options_come_back_from_their_file()
    {
        var folder = Directory.CreateTempSubdirectory("flc-").FullName;
        try
        {
            var options = new ClusterOptions { Name = "flc-none", DataFolder = folder, Nodes = 3, NodeCidr = AddressRanges.Parse("10.7.0.0/24"), ApiPort = 7443 };
            var json = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(options, ClusterJson.Default.ClusterOptions);
            File.WriteAllBytes(ClusterLayout.Of(options).OptionsFile, json);
            Assert.Equal(options, ClusterState.Load("flc-none", folder));
            File.WriteAllBytes(ClusterLayout.Of(options).OptionsFile, json[..20]);
            Assert.Null(ClusterState.Load("flc-none", folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_masquerade_rule_spares_what_stays_on_the_machine()
    {
        var rules = HostFirewall.Rules(ClusterLayout.Of(new() { Name = "a-b" }));
        Assert.Contains("table ip fairlead_a.b {", rules);
        Assert.Contains("ip saddr { 10.244.0.0/16, 10.89.0.0/24 } ip daddr != { 10.244.0.0/16, 10.96.0.0/16, 10.89.0.0/24 }", rules);
    }
}
