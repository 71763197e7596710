namespace Fairlead.Node.Probes;

/// <summary>How one probe went.</summary>
/// <param name="Failure">What to say of a failure; null for success.</param>
readonly record struct ProbeResult(string? Failure)
{
    public static readonly ProbeResult Success = new(null);

    public bool IsSuccess => Failure is null;
}
