namespace Fairlead.Api.ManagedFields;

/// <summary>The paths that nobody owns, and those that a write through one part of a resource can't touch.</summary>
public static class OwnedPaths
{
    /// <summary>Identity and what the server keeps.</summary>
    public static readonly FieldSet Never = FieldSet.OfFields(
        "apiVersion", "kind", "metadata", "metadata.name", "metadata.namespace", "metadata.creationTimestamp", "metadata.selfLink",
        "metadata.uid", "metadata.clusterName", "metadata.generation", "metadata.managedFields", "metadata.resourceVersion");

    /// <summary>status, where it is a subresource.</summary>
    public static readonly FieldSet Status = FieldSet.OfFields("status");
}
