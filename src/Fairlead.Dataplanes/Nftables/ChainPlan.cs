using System.Globalization;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Nftables;

/// <summary>One regular chain and its rules.</summary>
public sealed record Chain(string Name, IReadOnlyList<string> Rules)
{
    /// <summary>A rule that follows them and that nft's language cannot make, or null.</summary>
    public RawRule? Raw { get; init; }
}

/// <summary>
/// The chains that a frontend's verdict leads through. They depend on its shape alone (how many endpoints, for which
/// senders, with which treatment), so Services of the same shape share them and their number stays small.
/// </summary>
/// <param name="Verdict">What the frontend's element in the services map says.</param>
/// <param name="Chains">What that needs, a chain before those that lead to it.</param>
public sealed record ChainPlan(string Verdict, IReadOnlyList<Chain> Chains)
{
    const string Masquerade = "meta mark set meta mark or 0x4000";

    /// <summary>The chains for a frontend that does not refuse everybody.</summary>
    public static ChainPlan Of(Frontend frontend, NftFamily family)
    {
        var chains = new List<Chain>();
        string To(TrafficPath path) => Path(path, frontend, family, chains);
        var (pods, node, outside) = (To(frontend.Pods), To(frontend.Node), To(frontend.Outside));
        if (pods == node && node == outside) return new(pods, chains);
        var rules = new List<string> { $"{family.Name} saddr @pod-ranges {pods}" };
        if (node != outside) rules.Add($"fib saddr type local {node}");
        rules.Add(outside);
        var name = "by-sender_" + string.Join('_', rules.Select(r => r[(r.LastIndexOf(' ') + 1)..]));
        chains.Add(new(name, rules));
        return new("goto " + name, chains);
    }

    /// <summary>The chain in which clients of services with this affinity are remembered.</summary>
    public static Chain Learn(TimeSpan timeout, NftFamily family) =>
        new(string.Create(CultureInfo.InvariantCulture, $"learn-{(long)timeout.TotalSeconds}"), []) { Raw = AffinityRules.Learn(timeout, family) };

    static string Path(TrafficPath path, Frontend frontend, NftFamily family, List<Chain> chains)
    {
        // Frontends that refuse everybody never come here; what is left empty is a Local policy without local endpoints.
        if (path.Count == 0) return "drop";
        var pick = Pick(path, frontend.Key.IsNodePort, family);
        Add(pick);
        var sticky = frontend.Affinity is not null;
        if (!path.Masquerade && !sticky) return "goto " + pick.Name;
        var rules = new List<string>();
        if (path.Masquerade) rules.Add(Masquerade);
        if (sticky) rules.Add("jump recall");
        rules.Add("goto " + pick.Name);
        var chain = new Chain((path.Masquerade ? "masquerade-" : "") + (sticky ? "sticky-" : "") + pick.Name, rules);
        Add(chain);
        return "goto " + chain.Name;

        void Add(Chain chain)
        {
            if (!chains.Exists(c => c.Name == chain.Name)) chains.Add(chain);
        }
    }

    static Chain Pick(TrafficPath path, bool nodePort, NftFamily family)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{(nodePort ? "nodeport-" : "")}pick-{path.Count}{(path.First > 0 ? $"-from-{path.First}" : "")}");
        var offset = path.First > 0 ? string.Create(CultureInfo.InvariantCulture, $" offset {path.First}") : "";
        var frontend = nodePort ? "" : $"{family.Name} daddr . ";
        var map = nodePort ? RuleMap.NodePortEndpoints : RuleMap.Endpoints;
        return new(name, [string.Create(CultureInfo.InvariantCulture,
            $"{Skeleton.AnyTransport} dnat {family.Name} to {frontend}meta l4proto . th dport . numgen random mod {path.Count}{offset} map @{map}")]);
    }
}
