namespace Fairlead.Network;

/// <summary>The API object and field that an entry of a table comes from.</summary>
/// <param name="Namespace">Empty for kinds of the whole cluster.</param>
/// <param name="Field">Path within the object, such as spec.clusterIPs.</param>
public sealed record Provenance(string Kind, string Namespace, string Name, string Field)
{
    public override string ToString() =>
        Namespace.Length == 0 ? $"{Kind} {Name} {Field}" : $"{Kind} {Namespace}/{Name} {Field}";
}
