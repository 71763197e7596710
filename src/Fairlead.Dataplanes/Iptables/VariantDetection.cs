using Fairlead.Dataplanes.Nftables;

namespace Fairlead.Dataplanes.Iptables;

/// <summary>
/// Finds which variant of iptables a node uses: rules of both would work beside one another, but nobody would find them in
/// one place. Looks at the network namespace of the calling thread.
/// </summary>
public static class VariantDetection
{
    /// <summary>Says so if there is no iptables on this machine that its kernel serves; else null.</summary>
    public static string? Lack()
    {
        if (IptablesTool.IsInstalled(IptablesVariant.Legacy)) return null;
        if (!IptablesTool.IsInstalled(IptablesVariant.Nft)) return "neither iptables-legacy nor iptables-nft is installed";
        return NftablesSupport.Lack() is { } lack ? $"iptables-nft alone is installed, and {lack}" : null;
    }

    /// <summary>The variant that has our rules; else the one that has more rules; else the one that `iptables` is.</summary>
    /// <exception cref="DataplaneException">There is no iptables on this machine.</exception>
    public static IptablesVariant Detect()
    {
        var installed = Enum.GetValues<IptablesVariant>().Where(IsUsable).ToArray();
        if (Lack() is { } lack) throw new DataplaneException($"iptables: {lack}.");
        if (installed.Length == 1) return installed[0];
        foreach (var variant in installed)
        {
            if (HasOurs(new(variant))) return variant;
        }
        var counts = installed.Select(v => (Variant: v, Rules: IptablesFamily.Both.Sum(f => Rules(new(v), f)))).OrderByDescending(c => c.Rules).ToArray();
        if (counts[0].Rules > counts[1].Rules) return counts[0].Variant;
        return IptablesTool.Version().Contains("legacy", StringComparison.Ordinal) ? IptablesVariant.Legacy : IptablesVariant.Nft;
    }

    static bool IsUsable(IptablesVariant variant) => IptablesTool.IsInstalled(variant) && (variant == IptablesVariant.Legacy || NftablesSupport.Lack() is null);

    static bool HasOurs(IptablesTool tool)
    {
        // To ask the legacy variant about a table would make it.
        if (tool.Variant == IptablesVariant.Legacy && !LegacyTables().Contains("nat")) return false;
        try
        {
            tool.Restore(IptablesFamily.IPv4, $"*nat\n-C {FixedRules.NatSign.Chain} {FixedRules.NatSign.Rule}\nCOMMIT\n");
            return true;
        }
        catch (DataplaneException)
        {
            return false;
        }
    }

    static string[] LegacyTables()
    {
        const string file = "/proc/thread-self/net/ip_tables_names";
        return File.Exists(file) ? File.ReadAllLines(file) : [];
    }

    static int Rules(IptablesTool tool, IptablesFamily family) => tool.Save(family, null).Split('\n').Count(line => line.StartsWith("-A ", StringComparison.Ordinal));
}
