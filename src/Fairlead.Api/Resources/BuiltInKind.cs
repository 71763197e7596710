using System.Reflection;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Resources;

/// <summary>Begins the definition of a built-in kind from its record: names and scope from [Kind], schema from the properties.</summary>
public static class BuiltInKind
{
    /// <param name="singular">Singular name of the resource.</param>
    /// <param name="columns">Columns after Name.</param>
    public static ResourceDefinition Of<T>(string singular, params IReadOnlyList<TableColumn> columns)
    {
        var names = typeof(T).GetCustomAttribute<KindAttribute>()
            ?? throw new InvalidOperationException($"{typeof(T).Name} has no [Kind] attribute.");
        return new()
        {
            Group = names.Group,
            Version = names.Version,
            Kind = names.Name ?? typeof(T).Name,
            Plural = names.Plural,
            Singular = singular,
            Namespaced = names.Namespaced,
            Schema = new(() => SchemaReader.Read(typeof(T))),
            Columns = columns,
            Type = typeof(T),
        };
    }
}
