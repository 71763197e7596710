using System.Collections.Frozen;
using Fairlead.Api.Resources;

namespace Fairlead.Server.Routing;

/// <summary>The kinds that are served. Readers see one immutable table; a change replaces it.</summary>
public sealed class ResourceCatalog
{
    sealed record Table(
        IReadOnlyList<ResourceDefinition> All,
        FrozenDictionary<(string Group, string Version, string Plural), ResourceDefinition> ByPlural);

    Table table;

    public ResourceCatalog(IEnumerable<ResourceDefinition> definitions) => table = Make(definitions);

    public IReadOnlyList<ResourceDefinition> All => table.All;

    public ResourceDefinition? Find(string group, string version, string plural) =>
        table.ByPlural.GetValueOrDefault((group, version, plural));

    /// <summary>The kind that the server itself needs; it must be served.</summary>
    public ResourceDefinition Require(string group, string version, string plural) =>
        Find(group, version, plural) ?? throw new InvalidOperationException($"the kind {plural}.{version}.{group} is not served");

    public bool HasGroupVersion(string group, string version) => table.All.Any(d => d.Group == group && d.Version == version);

    /// <summary>Serves these kinds from now on.</summary>
    public void Replace(IEnumerable<ResourceDefinition> definitions) => Volatile.Write(ref table, Make(definitions));

    static Table Make(IEnumerable<ResourceDefinition> definitions)
    {
        var all = definitions.ToArray();
        return new(all, all.ToFrozenDictionary(d => (d.Group, d.Version, d.Plural)));
    }
}
