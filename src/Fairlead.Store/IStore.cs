namespace Fairlead.Store;

/// <summary>
/// A revisioned key-value store with etcd's meaning. Every write that succeeds gets the next revision, one number over
/// all keys. Keys are ordinal strings that begin with '/'. All members may be called from any thread.
/// </summary>
/// <remarks>
/// Each value is an API object as UTF-8 JSON that holds its own revision (metadata.resourceVersion) so that it can be
/// sent as stored: see <see cref="StoreValue"/>.
/// </remarks>
public interface IStore : IAsyncDisposable
{
    /// <summary>The last committed revision that readers can see; 1 for an empty store.</summary>
    long Revision { get; }

    /// <summary>The oldest revision from which a watch, or at which a range, may still be asked for.</summary>
    long CompactedRevision { get; }

    /// <summary>The current entry of a key, or null. Linearizable: sees every write acknowledged before the call.</summary>
    ValueTask<StoreEntry?> GetAsync(string key, CancellationToken cancellation);

    /// <summary>Entries whose key begins with <paramref name="prefix"/>, in ordinal order of keys.</summary>
    /// <param name="prefix">Ends with '/'.</param>
    /// <param name="after">Only keys greater than this one; null for all.</param>
    /// <param name="limit">At most so many entries; 0 for all.</param>
    /// <param name="revision">As of this revision; 0 for now.</param>
    /// <exception cref="CompactedException">The revision is older than <see cref="CompactedRevision"/>.</exception>
    /// <exception cref="FutureRevisionException">The revision has not been reached.</exception>
    ValueTask<StoreRange> RangeAsync(string prefix, string? after, int limit, long revision, CancellationToken cancellation);

    /// <summary>Creates, replaces or deletes one key if its condition holds. When it returns Done the write is durable.</summary>
    ValueTask<WriteResult> WriteAsync(StoreWrite write, CancellationToken cancellation);

    /// <summary>
    /// Events of keys that begin with <paramref name="prefix"/> and have a revision greater than <paramref name="after"/>,
    /// in order of revision, none left out, none twice. A reader that falls too far behind gets a
    /// <see cref="SlowWatcherException"/> instead of holding the history back.
    /// </summary>
    /// <exception cref="CompactedException">History after that revision is no longer complete.</exception>
    IStoreWatch Watch(string prefix, long after);

    /// <summary>Forgets history up to and including the revision; current values stay.</summary>
    ValueTask CompactAsync(long revision, CancellationToken cancellation);
}

/// <summary>A running watch. Reading: call <see cref="NextAsync"/> again and again from one task. Dispose ends it.</summary>
public interface IStoreWatch : IDisposable
{
    /// <summary>
    /// Waits until there is at least one event and returns all that are ready, oldest first; the list belongs to the caller.
    /// Empty after <see cref="Interrupt"/>.
    /// </summary>
    ValueTask<IReadOnlyList<StoreEvent>> NextAsync(CancellationToken cancellation);

    /// <summary>Ends this wait for events, or the next one, with none. From any thread.</summary>
    void Interrupt();

    /// <summary>All events up to this revision have been returned by <see cref="NextAsync"/>: what a bookmark may say.</summary>
    long ProgressRevision { get; }
}
