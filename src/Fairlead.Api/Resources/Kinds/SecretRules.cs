namespace Fairlead.Api.Resources.Kinds;

/// <summary>Rules of the kind Secret beyond its schema.</summary>
sealed class SecretRules : ResourceRules;
