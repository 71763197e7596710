namespace Fairlead.Api.Resources.Kinds;

/// <summary>Rules of the kind Binding beyond its schema.</summary>
sealed class BindingRules : ResourceRules;
