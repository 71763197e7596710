namespace Fairlead.Network.Traces.Causes;

/// <summary>A kind of fault that keeps a packet from being answered.</summary>
/// <param name="Reason">Its stable name.</param>
/// <param name="Meaning">What is wrong, in general.</param>
public sealed record Cause(string Reason, string Meaning);
