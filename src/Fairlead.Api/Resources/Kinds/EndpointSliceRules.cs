namespace Fairlead.Api.Resources.Kinds;

/// <summary>Rules of the kind EndpointSlice beyond its schema.</summary>
sealed class EndpointSliceRules : ResourceRules;
