using Fairlead.Dataplanes.Ebpf;
using Fairlead.Dataplanes.Iptables;
using Fairlead.Dataplanes.Ipvs;
using Fairlead.Dataplanes.Nftables;
using Fairlead.Dataplanes.Userspace;
using Fairlead.Linux.Ipvs;
using Fairlead.Linux.Nftables;
using Fairlead.Network.Configuration;

namespace Fairlead.Dataplanes.Tests.Kernel;

/// <summary>
/// Every mode that the suite runs against. FAIRLEAD_MODES, a list with commas, restricts it, and makes a mode that can't run
/// here a failure: for a lane that promises it.
/// </summary>
public static class Modes
{
    static readonly string? Promised = Environment.GetEnvironmentVariable("FAIRLEAD_MODES");

    public static readonly IReadOnlyList<Mode> All =
    [
        new("nftables", _ => new NftablesDataplane()) { Disturbances = [Nft("flush ruleset", true), Nft("delete table ip fairlead\ndelete table ip6 fairlead", true), Nft("flush map ip fairlead services\nflush map ip6 fairlead refused")] },
        Iptables(IptablesVariant.Legacy),
        Iptables(IptablesVariant.Nft),
        new("ebpf", node => new EbpfDataplane(new(node.Cgroup!)))
        {
            Missing = EbpfDataplane.Lack, Source = SourceSeen.OwnWithinTheCluster,
            Disturbances = [Nft("flush ruleset")],
            Differences = ["A connection of a Pod or of the node goes straight to the endpoint from the start: nothing is translated or masqueraded on its way.", "SCTP, source ranges, and who is refused or dropped are left to rules of nftables."],
        },
        new("ipvs", _ => new IpvsDataplane(IpvsSettings.Default, IptablesVariant.Legacy))
        {
            HasLane = true, Missing = IpvsDataplane.Lack, PicksByChance = false, Disturbances = Ipvs,
            RememberDatagrams = RememberInIpvs,
            Differences = ["Endpoints take turns by the scheduler that is configured; new connections are not drawn by chance.", "A client is remembered by sessionAffinity beyond its timeout while IPVS remembers a connection of its: TCP two minutes after its end, a datagram for udpTimeout (five minutes unless set). Another timeout is another one for new clients."],
        },
        new("userspace", _ => new UserspaceDataplane())
        {
            Source = SourceSeen.AlwaysTheNodes, Sctp = false, OutlivesTheAgent = false, PicksByChance = false,
            Disturbances = [Nft("flush ruleset"), Nft("delete table ip fairlead-userspace\ndelete table ip6 fairlead-userspace")],
            Differences = ["The endpoint sees the node's address, not the client's.", "SCTP is not carried.", "Connections end with the agent.", "When an endpoint refuses, the next one is tried."],
        },
    ];

    /// <summary>Those to run here.</summary>
    public static IReadOnlyList<Mode> Chosen => Promised is null ? [.. All.Where(m => !m.HasLane)] : [.. All.Where(m => Promised.Split(',').Contains(m.Name))];

    public static Mode Named(string name)
    {
        var mode = All.First(m => m.Name == name);
        if (mode.Missing() is not { } reason) return mode;
        Assert.False(Promised is not null, $"{name}: {reason}");
        Assert.Skip($"{name}: {reason}");
        return mode;
    }

    static IReadOnlyList<Disturbance> Ipvs =>
    [
        Shell("ipvsadm -C", true),
        Shell("iptables-legacy -t mangle -F; ip6tables-legacy -t mangle -F"),
        Shell("ipset flush KUBE-CLUSTER-IP; ipset flush KUBE-6-NODE-IP; ipset add KUBE-NODE-DROP 192.0.2.1,tcp:30080"),
        Shell("ip link del kube-ipvs0"),
        Shell("ip rule del pref 4960; ip -6 route flush table 4960"),
    ];

    static void RememberInIpvs(TimeSpan datagrams)
    {
        using var table = new IpvsTable();
        table.Timeouts = new(default, default, datagrams);
    }

    static Disturbance Shell(string command, bool seenByApply = false) => new(command, _ =>
    {
        using var process = System.Diagnostics.Process.Start("/bin/sh", ["-c", command]);
        process.WaitForExit();
    }, seenByApply);

    static Mode Iptables(IptablesVariant variant)
    {
        var tool = new IptablesTool(variant);
        Disturbance Restore(string name, string commands, bool seenByApply = false) =>
            new(name, _ => { foreach (var family in IptablesFamily.Both) tool.Restore(family, commands); }, seenByApply);
        return new($"iptables-{variant.ToString().ToLowerInvariant()}", _ => new IptablesDataplane(variant))
        {
            Missing = () => IptablesTool.IsInstalled(variant) ? null : "it is not installed",
            SharesAffinity = true,
            Disturbances =
            [
                Restore("iptables -t nat -F", "*nat\n-F\nCOMMIT\n", true),
                Restore("iptables -t nat -F KUBE-SERVICES", "*nat\n-F KUBE-SERVICES\nCOMMIT\n"),
                Restore("iptables -F FORWARD", "*filter\n-F FORWARD\nCOMMIT\n"),
                Restore("a rule and a chain too many", "*nat\n:KUBE-SVC-STRANGER - [0:0]\n-A KUBE-SVC-STRANGER -j RETURN\n-A KUBE-SERVICES -p tcp -m tcp --dport 80 -j KUBE-SVC-STRANGER\nCOMMIT\n"),
                .. variant == IptablesVariant.Nft ? [Nft("flush ruleset", true)] : (Disturbance[])[],
            ],
            Differences = ["A client is remembered by sessionAffinity for all addresses of a Service port together; of each endpoint, the last 100 clients."],
        };
    }

    static Disturbance Nft(string commands, bool seenByApply = false) => new(commands.ReplaceLineEndings("; "), _ =>
    {
        using var context = new NftablesContext();
        context.TryRun(commands, out string? _, out string? _);
    }, seenByApply);
}
