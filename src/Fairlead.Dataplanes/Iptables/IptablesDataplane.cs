using Fairlead.Linux;
using Fairlead.Linux.Conntrack;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Iptables;

/// <summary>
/// Keeps the chains of kube-proxy's iptables mode equal to a node's table, in the tables nat and filter of both families.
/// Adopts what another agent or a kube-proxy left. Programs are run on the calling thread.
/// </summary>
public sealed class IptablesDataplane : IDataplane
{
    readonly Dictionary<IptablesVariant, FamilyRules[]> variants;
    IptablesVariant? variant;
    TranslatedConnections? connections;
    bool retired;

    /// <param name="variant">Which of the kernel's packet filters to use; null: see <see cref="VariantDetection"/>.</param>
    public IptablesDataplane(IptablesVariant? variant = null)
    {
        this.variant = variant;
        // A kernel can be without IPv6.
        var families = IptablesFamily.Both.Where(f => !f.IsIPv6 || File.Exists("/proc/thread-self/net/if_inet6")).ToArray();
        variants = Enum.GetValues<IptablesVariant>().Where(IptablesTool.IsInstalled)
            .ToDictionary(v => v, v => families.Select(f => new FamilyRules(f, new(v))).ToArray());
    }

    /// <remarks>What an agent left in the other variant's tables is taken away when ours serve.</remarks>
    public int Converge(NodeTable table)
    {
        Serve();
        variant ??= VariantDetection.Detect();
        if (!variants.TryGetValue(variant.Value, out var families)) throw new DataplaneException($"iptables: the variant {variant} is not installed.");
        return families.Sum(f => f.Converge(table)) + variants.Where(v => v.Key != variant).SelectMany(v => v.Value).Sum(f => f.Remove(close: false));
    }

    public void Apply(TableDelta delta, NodeTable table)
    {
        var whole = variant is null;
        try
        {
            foreach (var family in variants.GetValueOrDefault(variant ?? default, [])) whole |= !family.Apply(delta, table);
        }
        catch (DataplaneException)
        {
            // Somebody else changed our chains, for example by `iptables -t nat -F`.
            whole = true;
        }
        if (whole) Converge(table);
    }

    /// <remarks>
    /// What is established is in the kernel's connection table and needs no rule of its own, but some rule that keeps that
    /// table at work: one chain stays, in which no packet comes by.
    /// </remarks>
    public bool Retire()
    {
        if (!retired && variants.Values.SelectMany(f => f).Sum(f => f.Retire()) == 0) return true;
        retired = true;
        if (AnyOpen()) return false;
        // 127.0.0.0/8 stays open: the data plane that serves from now on may need that too.
        Remove(close: false);
        return true;
    }

    public void Remove() => Remove(close: true);

    bool AnyOpen()
    {
        try
        {
            connections ??= new();
            return connections.AnyOpen();
        }
        catch (LinuxException e)
        {
            throw new DataplaneException($"iptables: {e.Message}", e);
        }
    }

    void Serve()
    {
        retired = false;
        connections?.Forget();
    }

    void Remove(bool close)
    {
        Serve();
        foreach (var family in variants.Values.SelectMany(f => f)) family.Remove(close);
    }

    public void Dispose() => connections?.Dispose();
}
