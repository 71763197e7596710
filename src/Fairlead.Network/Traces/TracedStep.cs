namespace Fairlead.Network.Traces;

/// <summary>One step of a trace.</summary>
/// <param name="Stage">Which part of the way: sender, name, service, policy, node, route, pod.</param>
/// <param name="At">Where it is decided: a node's or Pod's name; empty for the cluster.</param>
/// <param name="Text">What is decided.</param>
/// <param name="Provenance">The object and field behind it; null where none is.</param>
public sealed record TracedStep(string Stage, string At, string Text, Provenance? Provenance);
