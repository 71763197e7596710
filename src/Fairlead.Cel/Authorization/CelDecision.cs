using Fairlead.Cel.Values;

namespace Fairlead.Cel.Authorization;

/// <summary>What was decided.</summary>
/// <param name="Allowed">True if it is allowed; false too if nobody had an opinion.</param>
/// <param name="Reason">Why, for people; may be empty.</param>
/// <param name="Error">What went wrong; empty if nothing did.</param>
public sealed record CelDecision(bool Allowed, string Reason = "", string Error = "") : ICelTyped
{
    string ICelTyped.TypeName => "kubernetes.authorization.Decision";
}
