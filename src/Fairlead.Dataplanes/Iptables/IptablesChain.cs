namespace Fairlead.Dataplanes.Iptables;

/// <summary>One chain and all its rules, in order.</summary>
/// <param name="Rules">
/// Each what follows "-A CHAIN " in the very words of iptables-save, so that what the kernel has can be compared as text.
/// </param>
public sealed record IptablesChain(string Name, IReadOnlyList<string> Rules);

/// <summary>
/// A chain to which each port of a Service gives some rules. They match different packets, so their order does not matter;
/// only the tail comes after them all.
/// </summary>
public sealed record SharedChain(string Name, IReadOnlyList<string> Tail)
{
    public List<string> Rules { get; } = [];
}

/// <summary>One rule in a chain that others have rules in too: the kernel's own chains, or a shared one of ours.</summary>
public readonly record struct ChainRule(string Chain, string Rule);
