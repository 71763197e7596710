namespace Fairlead.Network.Traces.Causes;

/// <summary>A cause found in a cluster.</summary>
/// <param name="Text">What is wrong and where, in a sentence.</param>
/// <param name="Remedy">What to do, in a sentence.</param>
/// <param name="Provenance">The object and field that are to blame; null where none is.</param>
public sealed record Finding(Cause Cause, string Text, string Remedy, Provenance? Provenance)
{
    /// <summary>False where the API only makes it likely: a port that no container declares may be listened on all the same.</summary>
    public bool IsCertain { get; init; } = true;
}
