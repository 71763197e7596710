namespace Fairlead.Api.Resources.Kinds;

/// <summary>Rules of the kind Lease beyond its schema.</summary>
sealed class LeaseRules : ResourceRules;
