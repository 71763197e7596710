using System.Collections.Immutable;
using System.Globalization;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Iptables;

/// <summary>
/// The own chains of one port of a Service in table nat, collected while its frontends are rendered:
/// <code>
/// KUBE-FW ──source allowed──▶ KUBE-EXT ──by sender──▶ KUBE-SVC, KUBE-SVL ──at random──▶ KUBE-SEP ──▶ DNAT
/// </code>
/// All frontends of a port have the same endpoints and the same affinity, so they share the chains.
/// </summary>
sealed class PortChains(ServicePortId port, NodeRules node)
{
    sealed record Policy(ImmutableArray<Backend> Backends, TimeSpan? Affinity)
    {
        public List<string> Head { get; } = [];
    }

    readonly SortedDictionary<string, Policy> policies = new(StringComparer.Ordinal);
    readonly List<Frontend> external = [];
    IptablesChain? firewall;

    /// <summary>The chain for traffic to a ClusterIP.</summary>
    public string Internal(Frontend frontend)
    {
        // Whoever sends to a ClusterIP has the same endpoints; only the masquerade differs.
        var name = PolicyChain(frontend, frontend.Pods, IsLocal(frontend.Pods));
        var rule = new RuleText(ChainNames.MarkMasquerade)
        {
            Destination = Destination(frontend),
            Protocol = frontend.Key.Protocol,
            Port = frontend.Key.Port,
            Comment = $"{port} cluster IP",
        };
        if (!frontend.Outside.Masquerade) return name;
        if (!frontend.Pods.Masquerade && node.PodRanges.Length == 1) rule = rule with { Source = $"! -s {node.PodRanges[0]}" };
        else if (!frontend.Pods.Masquerade && node.PodRanges.Length > 1) rule = rule with { Target = ChainNames.MarkOutside };
        policies[name].Head.Add(rule.ToString());
        return name;
    }

    /// <summary>The chain for traffic to any other address, or to a node port.</summary>
    public string External(Frontend frontend)
    {
        external.Add(frontend);
        return port.Chain(ChainNames.External);
    }

    /// <summary>The chain that lets only some sources on to <see cref="External"/>.</summary>
    /// <param name="frontends">All of the port that have source ranges.</param>
    public string Firewall(IReadOnlyList<Frontend> frontends)
    {
        if (firewall is not null) return firewall.Name;
        var last = new RuleText("") { Comment = $"other traffic to {port} will be dropped by {ChainNames.ProxyFirewall}" };
        firewall = new(port.Chain(ChainNames.SourceRanges),
            [.. Sources(frontends, node.Family, new(port.Chain(ChainNames.External)) { Comment = $"{port} loadbalancer IP" }), last.ToString()]);
        return firewall.Name;
    }

    /// <summary>In table filter, where nothing serves: the allowed sources are told so, others hear nothing.</summary>
    public static IptablesChain RefusingFirewall(ServicePortId port, IptablesFamily family, IReadOnlyList<Frontend> frontends)
    {
        var refuse = new RuleText($"REJECT --reject-with {family.Refuse}") { Comment = $"{port} has no endpoints" };
        var drop = new RuleText("DROP") { Comment = $"{port} traffic not accepted by {port.Chain(ChainNames.SourceRanges)}" };
        return new(port.Chain(ChainNames.SourceRanges), [.. Sources(frontends, family, refuse), drop.ToString()]);
    }

    /// <summary>All chains, in the order in which a packet meets them.</summary>
    public IReadOnlyList<IptablesChain> ToList()
    {
        var chains = new List<IptablesChain>();
        if (firewall is not null) chains.Add(firewall);
        if (external.Count > 0) chains.Add(new(port.Chain(ChainNames.External), [.. Senders()]));
        var endpoints = new SortedDictionary<(Backend, string), IptablesChain>();
        foreach (var (name, policy) in policies)
        {
            var list = ListOf(name, policy);
            chains.Add(new(name, [.. policy.Head, .. Choices(policy, list)]));
            foreach (var backend in policy.Backends) endpoints[(backend, list)] = EndpointChain(backend, list, policy.Affinity is not null);
        }
        chains.AddRange(endpoints.Values);
        return chains;
    }

    // The table says that a path is bound to this node's endpoints by dropping where there are none.
    static bool IsLocal(TrafficPath path) => path.WhenEmpty == EmptyVerdict.Drop;

    /// <summary>
    /// A client is remembered by endpoint, for all addresses of the port together. One that was sent to this node's endpoints
    /// by the policy of one address must not lose its endpoint at another: those endpoints then have chains of their own.
    /// </summary>
    string ListOf(string chain, Policy policy) => policy.Affinity is not null && policies.Count > 1 && chain == port.Chain(ChainNames.Local) ? "local" : "";

    string PolicyChain(Frontend frontend, TrafficPath path, bool local)
    {
        var name = port.Chain(local ? ChainNames.Local : ChainNames.Service);
        // Sorted, so that the chain is the same whichever frontend's list it was made from.
        if (!policies.ContainsKey(name)) policies[name] = new([.. frontend.Backends.AsSpan(path.First, path.Count).ToArray().Order()], frontend.Affinity);
        return name;
    }

    /// <summary>The rules of <see cref="External"/>: each class of senders its own way, unless all go the same.</summary>
    IEnumerable<string> Senders()
    {
        var what = $"{port} external destinations";
        if (external.Any(f => f.Pods != f.Node || f.Node != f.Outside))
        {
            foreach (var range in node.PodRanges)
            {
                foreach (var rule in Way(f => f.Pods, false, new() { Source = $"-s {range}" }, $"pod traffic for {what}", $"masquerade pod traffic for {what}")) yield return rule;
            }
            foreach (var rule in Way(f => f.Node, false, new() { Match = NodeRules.LocalSource }, $"route LOCAL traffic for {what}", $"masquerade LOCAL traffic for {what}")) yield return rule;
        }
        foreach (var rule in Way(f => f.Outside, IsLocal(external[0].Outside), default, null, $"masquerade traffic for {what}")) yield return rule;
    }

    /// <summary>The rules for one class of senders, told by the matches of <paramref name="sender"/>.</summary>
    IEnumerable<string> Way(Func<Frontend, TrafficPath> pathOf, bool local, RuleText sender, string? comment, string masqueradeComment)
    {
        var masquerade = sender with { Target = ChainNames.MarkMasquerade, Comment = masqueradeComment };
        var masked = external.Where(f => pathOf(f).Masquerade).ToList();
        if (masked.Count == external.Count) yield return masquerade.ToString();
        else foreach (var frontend in masked) yield return (masquerade with { Destination = Destination(frontend), Protocol = port.Protocol, Port = frontend.Key.Port, Match = ToNode(sender, frontend) }).ToString();
        // They have the same endpoints, whatever their masquerade.
        var path = pathOf(external[0]);
        if (path.Count > 0) yield return (sender with { Target = PolicyChain(external[0], path, local), Comment = comment }).ToString();
    }

    string? Destination(Frontend frontend) => frontend.Key.IsNodePort ? null : $"-d {frontend.Key.Address}/{node.Family.AllBits}";

    static string? ToNode(RuleText sender, Frontend frontend) =>
        frontend.Key.IsNodePort ? $"{sender.Match} {NodeRules.LocalDestination}".TrimStart() : sender.Match;

    IEnumerable<string> Choices(Policy policy, string list)
    {
        var rules = policy.Backends.Select(b => new RuleText(port.EndpointChain(b, list)) { Comment = $"{port} -> {b}" }).ToList();
        if (policy.Affinity is { } time)
        {
            foreach (var rule in rules) yield return (rule with { Match = $"-m recent --rcheck --seconds {(long)time.TotalSeconds} --reap {Recent(rule.Target)}" }).ToString();
        }
        for (var i = 0; i < rules.Count; i++)
        {
            // Each takes its share of what those before it left: 1/n, 1/(n-1), … and the last one all.
            var left = rules.Count - i;
            yield return (left == 1 ? rules[i] : rules[i] with { Match = $"-m statistic --mode random --probability {Probability(left)}" }).ToString();
        }
    }

    IptablesChain EndpointChain(Backend backend, string list, bool remembers)
    {
        var name = port.EndpointChain(backend, list);
        var comment = port.ToString();
        // An answer to a sender that is the endpoint itself would not come back through here.
        var hairpin = new RuleText(ChainNames.MarkMasquerade) { Source = $"-s {backend.Address}/{node.Family.AllBits}", Comment = comment };
        var translate = new RuleText($"DNAT --to-destination {backend}") { Protocol = port.Protocol, Comment = comment };
        if (remembers) translate = translate with { Match = $"-m recent --set {Recent(name)}" };
        return new(name, [hairpin.ToString(), translate.ToString()]);
    }

    string Recent(string list) => $"--name {list} --mask {node.Family.AllMask} --rsource";

    /// <summary>1/n as the kernel keeps it, a 31-bit fraction, in the form in which iptables-save prints it.</summary>
    internal static string Probability(int n)
    {
        const double One = 0x80000000;
        return (Math.Round(One / n, MidpointRounding.AwayFromZero) / One).ToString("F11", CultureInfo.InvariantCulture);
    }

    /// <summary>One rule for each range; with the destination, if not all frontends let it in.</summary>
    static IEnumerable<string> Sources(IReadOnlyList<Frontend> frontends, IptablesFamily family, RuleText rule)
    {
        foreach (var range in frontends.SelectMany(f => f.SourceRanges).Distinct().OrderBy(r => r.First).ThenBy(r => r.Prefix))
        {
            var inRange = rule with { Source = Source(range) };
            var open = frontends.Where(f => f.SourceRanges.Contains(range)).ToList();
            if (open.Count == frontends.Count) yield return inRange.ToString();
            else foreach (var frontend in open) yield return (inRange with { Destination = $"-d {frontend.Key.Address}/{family.AllBits}" }).ToString();
        }
    }

    static string? Source(AddressRange range) => range.Prefix == 0 ? null : $"-s {range}";
}
