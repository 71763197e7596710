using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Iptables;

/// <summary>
/// Keeps the chains of kube-proxy's iptables mode equal to a node's table, in the tables nat and filter of both families.
/// Adopts what another agent or a kube-proxy left. Programs are run on the calling thread.
/// </summary>
public sealed class IptablesDataplane : IDataplane
{
    readonly FamilyRules[] families, others;

    /// <param name="variant">Which of the kernel's packet filters to use; null: see <see cref="VariantDetection"/>.</param>
    /// <exception cref="DataplaneException">There is no iptables on this machine.</exception>
    public IptablesDataplane(IptablesVariant? variant = null)
    {
        Variant = variant ?? VariantDetection.Detect();
        // A kernel can be without IPv6.
        var known = IptablesFamily.Both.Where(f => !f.IsIPv6 || File.Exists("/proc/thread-self/net/if_inet6")).ToArray();
        FamilyRules[] Of(IptablesVariant v) => [.. known.Select(f => new FamilyRules(f, new(v)))];
        families = Of(Variant);
        others = [.. Enum.GetValues<IptablesVariant>().Where(v => v != Variant && IptablesTool.IsInstalled(v)).SelectMany(Of)];
    }

    public IptablesVariant Variant { get; }

    /// <remarks>What an agent left in the other variant's tables is taken away when ours serve.</remarks>
    public int Converge(NodeTable table) => families.Sum(f => f.Converge(table)) + others.Sum(f => f.Remove(close: false));

    public void Apply(TableDelta delta, NodeTable table)
    {
        var whole = false;
        try
        {
            foreach (var family in families) whole |= !family.Apply(delta, table);
        }
        catch (DataplaneException)
        {
            // Somebody else changed our chains, for example by `iptables -t nat -F`.
            whole = true;
        }
        if (whole) Converge(table);
    }

    /// <remarks>What is established is in the kernel's connection table and needs no rule.</remarks>
    public bool Retire()
    {
        Remove(close: false);
        return true;
    }

    public void Remove() => Remove(close: true);

    // 127.0.0.0/8 stays open when another data plane serves from now on: it may need that too.
    void Remove(bool close)
    {
        foreach (var family in families.Concat(others)) family.Remove(close);
    }

    public void Dispose() { }
}
