namespace Fairlead.Store.Transfer;

/// <summary>All objects of a store as of one revision.</summary>
/// <param name="Entries">In order of their keys.</param>
public sealed record StoreDump(long Revision, IReadOnlyList<StoreEntry> Entries)
{
    /// <summary>What a store holds now.</summary>
    public static async Task<StoreDump> TakeAsync(IStore store, CancellationToken cancellation)
    {
        var range = await store.RangeAsync("/", null, 0, 0, cancellation).ConfigureAwait(false);
        return new(range.Revision, range.Entries);
    }
}
