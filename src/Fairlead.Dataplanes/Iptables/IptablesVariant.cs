namespace Fairlead.Dataplanes.Iptables;

/// <summary>Which of the kernel's two packet filters the programs write to. A rule of one is invisible to the other's programs.</summary>
public enum IptablesVariant
{
    /// <summary>x_tables: iptables-legacy. Each change replaces the table as a whole.</summary>
    Legacy,

    /// <summary>nf_tables, in iptables' clothes: iptables-nft.</summary>
    Nft,
}
