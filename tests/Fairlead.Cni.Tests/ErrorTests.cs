using System.Text.Json.Nodes;
using Fairlead.Linux.Namespaces;

namespace Fairlead.Cni.Tests;

/// <summary>Every error a runtime can be given: the specification's code, and words that say what to mend.</summary>
public sealed class ErrorTests
{
    /// <summary>A call that would succeed, before a row spoils it.</summary>
    sealed record Call(Dictionary<string, string> Variables, JsonObject Configuration)
    {
        public string? Text { get; set; }
    }

    static readonly Dictionary<string, (Action<Call> Spoil, int Code, string Words)> Rows = new()
    {
        ["no command"] = (c => c.Variables.Remove("CNI_COMMAND"), 4, "CNI_COMMAND must be ADD"),
        ["unknown command"] = (c => c.Variables["CNI_COMMAND"] = "add", 4, "CNI_COMMAND must be ADD, DEL, CHECK, GC, STATUS or VERSION; it is \"add\""),
        ["no container"] = (c => c.Variables.Remove("CNI_CONTAINERID"), 4, "CNI_CONTAINERID is not set"),
        ["no interface"] = (c => c.Variables.Remove("CNI_IFNAME"), 4, "CNI_IFNAME is not set"),
        ["no namespace"] = (c => c.Variables.Remove("CNI_NETNS"), 4, "CNI_NETNS is not set"),
        ["container with a path"] = (c => c.Variables["CNI_CONTAINERID"] = "../etc", 4, "CNI_CONTAINERID \"../etc\" must be"),
        ["container that begins with a dash"] = (c => c.Variables["CNI_CONTAINERID"] = "-a", 4, "CNI_CONTAINERID \"-a\" must be"),
        ["interface too long"] = (c => c.Variables["CNI_IFNAME"] = "sixteen-letters-", 4, "CNI_IFNAME \"sixteen-letters-\" is not an interface name"),
        ["interface too long in bytes"] = (c => c.Variables["CNI_IFNAME"] = "ääääääää", 4, "CNI_IFNAME"),
        ["interface with a slash"] = (c => c.Variables["CNI_IFNAME"] = "a/b", 4, "CNI_IFNAME \"a/b\" is not"),
        ["interface with a pattern"] = (c => c.Variables["CNI_IFNAME"] = "eth%d", 4, "CNI_IFNAME \"eth%d\" is not"),
        ["interface .."] = (c => c.Variables["CNI_IFNAME"] = "..", 4, "CNI_IFNAME \"..\" is not"),
        ["missing namespace"] = (c => c.Variables["CNI_NETNS"] = "/run/netns/cnit-none", 3, "there is no network namespace /run/netns/cnit-none"),
        ["a folder as namespace"] = (c => c.Variables["CNI_NETNS"] = "/tmp", 5, "/tmp"),
        ["a file as namespace"] = (c => c.Variables["CNI_NETNS"] = "/etc/hostname", 100, "enter network namespace /etc/hostname"),
        ["taken interface"] = (c => c.Variables["CNI_IFNAME"] = "lo", 100, "the link of container c1 can't be made"),
        ["empty input"] = (c => c.Text = "", 6, "the network configuration on standard input is not valid"),
        ["no JSON"] = (c => c.Text = "{", 6, "the network configuration on standard input is not valid"),
        ["null"] = (c => c.Text = "null", 6, "the network configuration is null"),
        ["an array"] = (c => c.Text = "[]", 6, "is not valid"),
        ["a wrong type"] = (c => c.Configuration["mtu"] = "big", 6, "$.mtu"),
        ["a null version"] = (c => c.Configuration["cniVersion"] = null, 6, "cniVersion"),
        ["no version"] = (c => c.Configuration.Remove("cniVersion"), 1, "cniVersion \"\" is not supported; use one of 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0"),
        ["a later version"] = (c => c.Configuration["cniVersion"] = "2.0.0", 1, "cniVersion \"2.0.0\" is not supported"),
        ["no podCidr"] = (c => c.Configuration.Remove("podCidr"), 7, "podCidr must be an IPv4 range of at most /30"),
        ["podCidr no range"] = (c => c.Configuration["podCidr"] = "10.244.x.0/24", 7, "it is \"10.244.x.0/24\""),
        ["podCidr too small"] = (c => c.Configuration["podCidr"] = "10.244.7.0/31", 7, "podCidr must be"),
        ["podCidr IPv6"] = (c => c.Configuration["podCidr"] = "fd00::/64", 7, "podCidr must be"),
        ["podCidr6 IPv4"] = (c => c.Configuration["podCidr6"] = "10.245.7.0/24", 7, "podCidr6 must be an IPv6 range of at most /112"),
        ["mtu too small"] = (c => c.Configuration["mtu"] = 10, 100, "the link of container c1 can't be made"),
        ["mtu below zero"] = (c => c.Configuration["mtu"] = -1, 7, "mtu must be 0 or more; it is -1"),
        ["no dataDir"] = (c => c.Configuration.Remove("dataDir"), 7, "dataDir is missing"),
        ["dataDir under a file"] = (c => c.Configuration["dataDir"] = "/etc/hostname/x", 5, "the address directory /etc/hostname/x can't be used"),
        ["dataDir that can't be made"] = (c => c.Configuration["dataDir"] = "/proc/cnit", 5, "the address directory /proc/cnit can't be used"),
        ["dataDir that can't be written"] = (c => c.Configuration["dataDir"] = "/sys/kernel", 5, "the address directory /sys/kernel can't be used"),
    };

    public static TheoryData<string> Names => [.. Rows.Keys];

    [Theory, MemberData(nameof(Names))]
    public async Task Is_told(string row)
    {
        using var node = new Node();
        var pod = node.Pod();
        var call = new Call(Node.Variables("ADD", "c1", pod.Path), node.Configuration());
        var (spoil, code, words) = Rows[row];
        spoil(call);
        using var plugin = new Plugin(node.Space.Path, call.Variables, call.Text ?? call.Configuration.ToJsonString());
        var answer = await plugin.EndAsync();

        Assert.True(answer.ExitCode == 1 && answer.ErrorCode == code && answer.Words.Contains(words), $"{row}: {answer.Json}");
        Assert.DoesNotContain("should not happen", answer.Words);
        Assert.Contains((string?)answer.Json["cniVersion"], (string[])["1.1.0"]);
        // A refused ADD keeps nothing.
        Assert.Empty(node.Addresses);
        Assert.Empty(node.Links);
    }

    [Fact]
    public async Task A_read_only_dataDir_is_told_at_once()
    {
        using var node = new Node();
        await node.RunAsync("STATUS", "", null, "");
        Mounts.Bind(node.DataDir, node.DataDir, readOnly: true);
        try
        {
            var answer = await node.RunAsync("ADD", "c1", node.Pod().Path).WaitAsync(TimeSpan.FromSeconds(8));
            Assert.True(answer.ErrorCode == 5 && answer.Words.Contains($"the address directory {node.DataDir} can't be used"), answer.Words);
        }
        finally
        {
            Mounts.Unmount(node.DataDir);
        }
    }

    [Fact]
    public async Task An_error_speaks_the_version_of_the_question()
    {
        using var node = new Node();
        var configuration = node.Configuration("0.4.0");
        configuration.Remove("dataDir");
        Assert.Equal("0.4.0", (string?)(await node.RunAsync("ADD", "c1", node.Pod().Path, "eth0", configuration)).Json["cniVersion"]);
    }
}
