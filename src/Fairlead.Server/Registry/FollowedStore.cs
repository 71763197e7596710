using Fairlead.Store;

namespace Fairlead.Server.Registry;

/// <summary>
/// The store as the verbs see it: a write is done when the views that are computed from it show it too, so that a user
/// who was just given a role may use it in the next request.
/// </summary>
public sealed class FollowedStore(IStore store, IReadOnlyList<StoreFollower> followers) : IStore
{
    /// <summary>A view that begins anew may take a moment; the write itself is done.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    public long Revision => store.Revision;

    public long CompactedRevision => store.CompactedRevision;

    public ValueTask<StoreEntry?> GetAsync(string key, CancellationToken cancellation) => store.GetAsync(key, cancellation);

    public ValueTask<StoreRange> RangeAsync(string prefix, string? after, int limit, long revision, CancellationToken cancellation) =>
        store.RangeAsync(prefix, after, limit, revision, cancellation);

    public ValueTask<WriteResult> WriteAsync(StoreWrite write, CancellationToken cancellation)
    {
        foreach (var follower in followers)
        {
            if (follower.Follows(write.Key)) return ShownAsync(follower, write, cancellation);
        }
        return store.WriteAsync(write, cancellation);
    }

    public IStoreWatch Watch(string prefix, long after) => store.Watch(prefix, after);

    public ValueTask CompactAsync(long revision, CancellationToken cancellation) => store.CompactAsync(revision, cancellation);

    /// <summary>Nothing: the store belongs to someone else.</summary>
    public ValueTask DisposeAsync() => default;

    async ValueTask<WriteResult> ShownAsync(StoreFollower follower, StoreWrite write, CancellationToken cancellation)
    {
        var result = await store.WriteAsync(write, cancellation).ConfigureAwait(false);
        if (result.Outcome == WriteOutcome.Done) 
        {
            await follower.ShowsAsync(write.Key, result.Entry!.Revision).WaitAsync(Longest, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return result;
    }
}
