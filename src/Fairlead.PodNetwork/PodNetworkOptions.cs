namespace Fairlead.PodNetwork;

/// <summary>Start-up options of a node's Pod network.</summary>
public sealed record PodNetworkOptions
{
    public required string NodeName { get; init; }

    /// <summary>Where the runtime looks for network configurations.</summary>
    public required string CniConfigurationDirectory { get; init; }

    /// <summary>Where the plug-in keeps the addresses in use. Must survive a restart of the agent.</summary>
    public required string CniDataDirectory { get; init; }

    /// <summary>Bytes of the largest packet on a Pod's interface; 0 for the kernel's default.</summary>
    public int Mtu { get; init; }
}
