namespace Fairlead.Api.Resources.Kinds;

/// <summary>Rules of the kind ConfigMap beyond its schema.</summary>
sealed class ConfigMapRules : ResourceRules;
