using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;

namespace Fairlead.Network.Services;

/// <summary>
/// Makes one snapshot of the events of Services, EndpointSlices and Nodes, for all who resolve something from it: each
/// reader is told which Services changed since it last looked. Bounded by the number of objects, however many events come.
/// Safe from any thread.
/// </summary>
public sealed class ClusterFeed
{
    readonly Lock gate = new();
    readonly List<Reader> readers = [];
    ClusterSnapshot snapshot = new();

    /// <summary>A reader that has seen nothing yet.</summary>
    /// <param name="wake">Called at each change, by whoever brings it: must return at once.</param>
    public Reader Subscribe(Action wake)
    {
        lock (gate)
        {
            var reader = new Reader(this, wake, snapshot.Services.Keys.Concat(snapshot.Slices.Keys));
            readers.Add(reader);
            return reader;
        }
    }

    public void Changed(Service? old, Service? now) =>
        Note(s => now is null ? s.Without(old!) : s.With(now), ClusterSnapshot.KeyOf((now ?? old)!), null, new(1, 0));

    public void Changed(EndpointSlice? old, EndpointSlice? now)
    {
        var (from, to) = (ServiceOf(old), ServiceOf(now));
        Note(s =>
        {
            // A slice whose label changed belongs to another Service from then on.
            var without = old is not null && (now is null || from != to) ? s.Without(old) : s;
            return now is null ? without : without.With(now);
        }, from, to, new(0, 1));
    }

    public void Changed(Node? old, Node? now) => Note(s => now is null ? s.Without(old!) : s.With(now), null, null, default);

    static ServiceKey? ServiceOf(EndpointSlice? slice) => slice is null ? null : ClusterSnapshot.ServiceOf(slice);

    void Note(Func<ClusterSnapshot, ClusterSnapshot> change, ServiceKey? one, ServiceKey? other, FeedCounts came)
    {
        lock (gate)
        {
            snapshot = change(snapshot);
            foreach (var reader in readers) reader.Note(one, other, came);
        }
    }

    /// <summary>One reader's place in the feed.</summary>
    public sealed class Reader
    {
        readonly ClusterFeed feed;
        readonly Action wake;
        HashSet<ServiceKey> changed;
        FeedCounts counts;

        internal Reader(ClusterFeed feed, Action wake, IEnumerable<ServiceKey> changed) => (this.feed, this.wake, this.changed) = (feed, wake, [.. changed]);

        /// <summary>The objects as they are now, and every Service that changed, or whose slices did, since the last call.</summary>
        public (ClusterSnapshot Snapshot, IReadOnlySet<ServiceKey> Changed) Take()
        {
            lock (feed.gate)
            {
                var taken = changed;
                changed = [];
                return (feed.snapshot, taken);
            }
        }

        /// <summary>How many events came until now.</summary>
        public FeedCounts Counts
        {
            get
            {
                lock (feed.gate) return counts;
            }
        }

        // With the feed's gate held.
        internal void Note(ServiceKey? one, ServiceKey? other, FeedCounts came)
        {
            counts = counts.Plus(came);
            if (one is { } a) changed.Add(a);
            if (other is { } b) changed.Add(b);
            wake();
        }
    }
}
