using Fairlead.Json;

namespace Fairlead.Api.ManagedFields;

/// <summary>A field of an applied configuration that another manager owns with another value.</summary>
public sealed record ApplyConflict(ManagerEntry Owner, string Path);

/// <summary>How an apply ended: with an object and its owners, or with conflicts.</summary>
public sealed record ApplyOutcome(JsonObject Object, FieldManagers Managers, IReadOnlyList<ApplyConflict> Conflicts);
