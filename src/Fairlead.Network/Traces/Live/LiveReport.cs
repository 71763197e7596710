using System.Collections.Immutable;
using Fairlead.Network.Traces.Causes;

namespace Fairlead.Network.Traces.Live;

/// <summary>What real packets showed beside what was predicted.</summary>
/// <param name="Probes">How many were sent.</param>
/// <param name="Answered">How many were answered.</param>
public sealed record LiveReport(int Probes, int Answered)
{
    public ImmutableArray<LiveRow> Rows { get; init; } = [];

    /// <summary>Probes of which it could not be seen where they went: refused or dropped before any endpoint, or led by a proxy.</summary>
    public int Untraced { get; init; }

    /// <summary>Where prediction and observation do not go together, a sentence each; empty if they do.</summary>
    public ImmutableArray<string> Disagreements { get; init; } = [];

    /// <summary>What only real packets show, such as that nobody listens; null without.</summary>
    public Finding? Finding { get; init; }

    public bool Agrees => Disagreements.IsEmpty;
}
