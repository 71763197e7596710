namespace Fairlead.Cel.Types;

/// <summary>What was found when the types of an expression were checked.</summary>
/// <param name="Result">The type of its value; dyn if that is not known.</param>
/// <param name="Issues">Each mistake in the form of cel-go (ERROR: &lt;input&gt;:line:column: what, then the line and a mark), or empty.</param>
public sealed record CelTypeCheck(CelShape Result, string Issues);
