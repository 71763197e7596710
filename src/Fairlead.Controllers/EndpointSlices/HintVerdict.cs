namespace Fairlead.Controllers.EndpointSlices;

/// <summary>What came of a Service's wish for hints by zone shares, in one family.</summary>
/// <param name="Refused">Why there are none; null if there are.</param>
public sealed record HintVerdict(string AddressType, string? Refused)
{
    public const string EnabledReason = "TopologyAwareHintsEnabled";
    public const string DisabledReason = "TopologyAwareHintsDisabled";

    // The words that upstream's events have.
    internal const string Enabled = "Topology Aware Hints has been enabled";
    internal const string Disabled = "Topology Aware Hints has been disabled";
    internal const string NoNodeInfo = "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes";
    internal const string TooFewEndpoints = "Insufficient number of endpoints";
    internal const string Overloaded = "Unable to allocate minimum required endpoints to each zone without exceeding overload threshold";
    internal const string NoZone = "One or more endpoints do not have a zone specified";

    /// <summary>The text of the event.</summary>
    public string Message => $"{Refused ?? Enabled}, addressType: {AddressType}";
}
