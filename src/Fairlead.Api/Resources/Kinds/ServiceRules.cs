namespace Fairlead.Api.Resources.Kinds;

/// <summary>Rules of the kind Service beyond its schema.</summary>
sealed class ServiceRules : ResourceRules;
