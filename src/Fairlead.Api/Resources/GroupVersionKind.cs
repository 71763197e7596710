namespace Fairlead.Api.Resources;

/// <summary>What an object says it is: API group (empty for core), version and kind.</summary>
public readonly record struct GroupVersionKind(string Group, string Version, string Kind);
