using Fairlead.Api.CustomResources;

namespace Fairlead.Api.Discovery;

/// <summary>A group and its versions, the preferred one first.</summary>
public sealed record GroupVersions(string Group, IReadOnlyList<string> Versions)
{
    /// <summary>
    /// Groups in the order of discovery: that with the highest priority of any of its versions first, equal ones by
    /// name; within each its versions by their priority, equal ones as versions are ordered.
    /// </summary>
    public static IReadOnlyList<GroupVersions> InOrder(IEnumerable<ServedVersion> versions) =>
    [
        .. versions.GroupBy(v => v.Group).OrderByDescending(g => g.Max(v => v.GroupPriority)).ThenBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new GroupVersions(g.Key,
                [.. g.OrderByDescending(v => v.VersionPriority).ThenByDescending(v => v.Version, VersionOrder.Instance).Select(v => v.Version).Distinct()])),
    ];
}
