using Fairlead.Dataplanes.Iptables;

namespace Fairlead.Dataplanes.Ipvs;

/// <summary>What one table of iptables should hold of ours.</summary>
/// <param name="Name">"mangle", "nat" or "filter".</param>
/// <param name="Chains">Ours, all of them.</param>
/// <param name="Jumps">Rules in the kernel's own chains, which lead to ours.</param>
public sealed record HelperTable(string Name, IReadOnlyList<IptablesChain> Chains, IReadOnlyList<ChainRule> Jumps)
{
    public static HelperTable None(string name) => new(name, [], []);
}
