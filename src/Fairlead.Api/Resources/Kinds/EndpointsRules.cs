namespace Fairlead.Api.Resources.Kinds;

/// <summary>Rules of the kind Endpoints beyond its schema.</summary>
sealed class EndpointsRules : ResourceRules;
