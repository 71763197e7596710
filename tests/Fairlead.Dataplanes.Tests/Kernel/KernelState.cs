using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Fairlead.Dataplanes.Tests.Kernel;

/// <summary>All in a node's kernel that a data plane could leave behind, as lines that are the same while it is the same.</summary>
public static partial class KernelState
{
    /// <summary>Programs that print what there is; one that is not installed has left nothing.</summary>
    static readonly string[] Listings =
    [
        "nft -s list ruleset", "iptables-legacy-save", "ip6tables-legacy-save", "ipset save", "ipvsadm -Sn", "ip -o link", "ip -o addr", "ip rule", "ip -6 rule",
        "ip route show table all", "ip -6 route show table all", "ss -Hlntu", "tc filter show dev eth0 ingress", "tc filter show dev eth0 egress", "tc qdisc show",
    ];

    const char Mark = '\x1';

    /// <summary>What the node's namespace holds, and the programs on its cgroup.</summary>
    public static IReadOnlyList<string> Read(LabNode node)
    {
        string[] listings = [.. Listings, .. node.CgroupFolder is null ? [] : (string[])[$"bpftool cgroup show {node.CgroupFolder}"]];
        var text = node.Run(() => Run(listings.Where(l => Found(l.Split(' ')[0]))));
        return [.. text.Split(Mark, StringSplitOptions.RemoveEmptyEntries).SelectMany(part => Lines(part[..part.IndexOf('\n')], part[(part.IndexOf('\n') + 1)..]))];
    }

    /// <summary>One shell for all: the output of each after a line with a mark and its command.</summary>
    static string Run(IEnumerable<string> commands)
    {
        var script = string.Join('\n', commands.Select(c => $"echo '{Mark}{c}'; {c} 2> /dev/null"));
        using var process = Process.Start(new ProcessStartInfo("/bin/sh") { ArgumentList = { "-c", script }, RedirectStandardOutput = true })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return text;
    }

    static IEnumerable<string> Lines(string command, string text)
    {
        // Chains of a hook without a rule, and tables without a chain, are as good as none: some tools leave them.
        for (var before = ""; before != text;)
        {
            before = text;
            text = EmptyBlock().Replace(before, "");
        }
        return text.Split('\n').Select(l => Counters().Replace(l, "").Trim()).Where(l => l.Length > 0 && !Framing().IsMatch(l)).Select(l => $"{command}: {l}");
    }

    static bool Found(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    [GeneratedRegex(@"^\s*(table|chain) [^{}]*\{(\s|type [a-z]+ hook [^\n]*policy accept;)*\}\n", RegexOptions.Multiline)]
    private static partial Regex EmptyBlock();

    [GeneratedRegex(@"\[\d+:\d+\]|expires \d+sec|\buid:\S+|\bino:\S+|\bsk:\S+|cgroup:\S+")]
    private static partial Regex Counters();

    /// <summary>Comments, names of built-in tables and chains, and what ends them.</summary>
    [GeneratedRegex(@"^(#.*|\*[a-z]+|COMMIT|:(PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING) ACCEPT)$")]
    private static partial Regex Framing();
}
