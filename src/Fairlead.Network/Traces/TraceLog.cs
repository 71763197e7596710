using System.Collections.Immutable;
using Fairlead.Network.Services;

namespace Fairlead.Network.Traces;

/// <summary>Collects the steps of a trace in the order of the way.</summary>
sealed class TraceLog
{
    readonly ImmutableArray<TracedStep>.Builder steps = ImmutableArray.CreateBuilder<TracedStep>();

    /// <summary>While true nothing is added: one of many equal ways is told for all.</summary>
    public bool IsMuted { get; set; }

    public ImmutableArray<TracedStep> Steps => steps.ToImmutable();

    public void Add(string stage, string at, string text, Provenance? provenance)
    {
        if (!IsMuted) steps.Add(new(stage, at, text, provenance));
    }

    /// <summary>Takes over what the interpreter of a node's table decided; the backends are the trace's endpoints.</summary>
    public void Add(string node, Trace walk)
    {
        foreach (var step in walk.Steps)
        {
            var stage = step.Kind switch
            {
                TraceStepKind.Packet or TraceStepKind.Backend => null,
                TraceStepKind.Frontend => "service",
                _ => "policy",
            };
            if (stage is not null) Add(stage, node, step.Text, step.Provenance);
        }
    }
}
