using System.Collections.Immutable;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Network.Announcements;

/// <summary>
/// The announcements, kept up to date: only Services that changed are resolved anew, unless the set of nodes did. Owned by one
/// loop. A property test shows that it equals <see cref="AnnouncementResolver.Resolve"/>.
/// </summary>
public sealed class AnnouncementState
{
    readonly Dictionary<ServiceKey, ImmutableArray<(ServiceKey, Announcement)>> byService = [];
    ImmutableArray<string> nodes = [];

    public ImmutableSortedDictionary<Address, Announcement> Table { get; private set; } = ImmutableSortedDictionary<Address, Announcement>.Empty;

    /// <param name="changed">The Services that changed, or whose slices did.</param>
    public ImmutableSortedDictionary<Address, Announcement> Apply(ClusterSnapshot snapshot, IEnumerable<ServiceKey> changed)
    {
        var eligible = AnnouncementResolver.Eligible(snapshot);
        if (!eligible.SequenceEqual(nodes))
        {
            nodes = eligible;
            changed = changed.Concat(byService.Keys).ToList();
        }
        var differs = false;
        foreach (var key in changed)
        {
            ImmutableArray<(ServiceKey, Announcement)> now = [.. AnnouncementResolver.Of(snapshot, key, nodes)];
            // A Service whose addresses nobody may announce is remembered, for when somebody may.
            var concerns = snapshot.Services.TryGetValue(key, out var service) && service.Spec?.Type == "LoadBalancer";
            if (byService.TryGetValue(key, out var before) ? before.SequenceEqual(now) && concerns : !concerns) continue;
            differs = true;
            if (concerns) byService[key] = now;
            else byService.Remove(key);
        }
        if (differs) Table = AnnouncementResolver.Merge(byService.Values.SelectMany(a => a));
        return Table;
    }
}
