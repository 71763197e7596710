using Fairlead.Api.Resources;

namespace Fairlead.Server.Registry;

/// <summary>Where objects stand in the store: /registry/GROUP or core/PLURAL/NAMESPACE/NAME. The version is not part of it.</summary>
public static class ObjectKeys
{
    public static string Object(ResourceDefinition kind, string? ns, string name) => Collection(kind, ns) + name;

    /// <summary>The prefix of all objects of the kind in the namespace; in all namespaces if it is null.</summary>
    public static string Collection(ResourceDefinition kind, string? ns)
    {
        var group = kind.Group.Length == 0 ? "core" : kind.Group;
        return ns is null ? $"/registry/{group}/{kind.Plural}/" : $"/registry/{group}/{kind.Plural}/{ns}/";
    }
}
