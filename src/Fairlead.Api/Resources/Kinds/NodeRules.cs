namespace Fairlead.Api.Resources.Kinds;

/// <summary>Rules of the kind Node beyond its schema.</summary>
sealed class NodeRules : ResourceRules;
