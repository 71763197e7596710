namespace Fairlead.Api.ManagedFields;

/// <summary>What one manager owns by one operation: an entry of metadata.managedFields.</summary>
/// <param name="Manager">Who.</param>
/// <param name="Applied">True for operation Apply, false for Update.</param>
/// <param name="ApiVersion">The version in whose terms the fields are named.</param>
/// <param name="Subresource">Through what they were set; empty for the object itself.</param>
/// <param name="Time">When the entry was made or last changed, as on the wire; null if it does not say.</param>
/// <param name="Fields">Never empty in a list that is stored.</param>
public sealed record ManagerEntry(string Manager, bool Applied, string ApiVersion, string Subresource, string? Time, FieldSet Fields)
{
    /// <summary>True if a write of the other's kind goes on with this entry; an applier keeps its entry across versions.</summary>
    public bool IsSameManager(ManagerEntry other) =>
        Manager == other.Manager && Applied == other.Applied && Subresource == other.Subresource && (Applied || ApiVersion == other.ApiVersion);

    /// <summary>As messages name it: "kubectl-edit" using apps/v1.</summary>
    public override string ToString()
    {
        var text = CanonicalJson.Quoted(Manager);
        if (Subresource.Length > 0) text += $" with subresource {CanonicalJson.Quoted(Subresource)}";
        return Applied ? text : $"{text} using {ApiVersion}";
    }
}
