namespace Fairlead.Api.Resources.Kinds;

/// <summary>Rules of the kind Namespace beyond its schema.</summary>
sealed class NamespaceRules : ResourceRules;
