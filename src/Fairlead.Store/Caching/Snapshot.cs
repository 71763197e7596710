namespace Fairlead.Store.Caching;

/// <summary>All objects as of one revision. Immutable.</summary>
sealed record Snapshot(EntryTree Tree, long Revision)
{
    /// <summary>As <see cref="IStore.RangeAsync"/>.</summary>
    public StoreRange Range(string prefix, string? after, int limit)
    {
        // The key after all keys that begin with a prefix: '0' follows '/' in ordinal order.
        var end = Tree.CountBefore(string.Concat(prefix.AsSpan(0, prefix.Length - 1), "0"));
        var start = Tree.CountBefore(prefix);
        if (after is not null) start = Math.Max(start, Tree.CountBefore(after + '\0'));
        var all = Math.Max(0, end - start);
        var entries = new StoreEntry[limit > 0 ? Math.Min(limit, all) : all];
        Tree.CopyTo(start, entries);
        return new(entries, Revision, all - entries.Length);
    }
}
