using Fairlead.Api.Resources;
using Fairlead.Server.Responding;
using Fairlead.Store;

namespace Fairlead.Server.Registry;

/// <summary>One part of a list.</summary>
/// <param name="Continue">Token for the next part; null when this is the last.</param>
/// <param name="Remaining">How many follow; null when that is not known (selectors).</param>
public sealed record ListPart(IReadOnlyList<StoreEntry> Entries, long Revision, ContinueToken? Continue, long? Remaining);

/// <summary>Gets and lists objects of any kind from the store.</summary>
public sealed class Reading(IStore store)
{
    const int ScanChunk = 500;

    /// <exception cref="Api.Errors.ApiException">NotFound.</exception>
    public async ValueTask<StoreEntry> GetAsync(ResourceDefinition kind, string? ns, string name, CancellationToken cancellation) =>
        await store.GetAsync(ObjectKeys.Object(kind, ns, name), cancellation).ConfigureAwait(false) ?? throw Refuse.NotFound(kind, name);

    /// <exception cref="Api.Errors.ApiException">Expired; Timeout when the revision lies ahead.</exception>
    public async ValueTask<ListPart> ListAsync(ResourceDefinition kind, string? ns, ListQuery query, CancellationToken cancellation)
    {
        var prefix = ObjectKeys.Collection(kind, ns);
        var revision = query.Continue?.ReadAt ?? (query.IsExact ? query.Revision ?? 0 : 0);
        try
        {
            // Another server may have given it, and this one's memory be a moment behind.
            if (query.Revision > store.Revision) await store.RangeAsync(prefix, null, 1, query.Revision.Value, cancellation).ConfigureAwait(false);
            return query.Selection.IsEverything
                ? await WholeAsync(prefix, query, revision, cancellation).ConfigureAwait(false)
                : await SelectedAsync(kind, prefix, query, revision, cancellation).ConfigureAwait(false);
        }
        catch (CompactedException)
        {
            throw query.Continue is null
                ? Refuse.Expired("The resourceVersion for the provided list is too old.")
                : Refuse.ExpiredPart(ContinueToken.Inconsistent(query.Continue.After).ToString());
        }
        catch (FutureRevisionException)
        {
            throw Refuse.TooLargeRevision(query.Revision ?? revision, store.Revision);
        }
    }

    async ValueTask<ListPart> WholeAsync(string prefix, ListQuery query, long revision, CancellationToken cancellation)
    {
        var range = await store.RangeAsync(prefix, query.Continue?.After, query.Limit, revision, cancellation).ConfigureAwait(false);
        return range.Remaining == 0
            ? new(range.Entries, range.Revision, null, null)
            : new(range.Entries, range.Revision, new(range.Revision, range.Entries[^1].Key), range.Remaining);
    }

    async ValueTask<ListPart> SelectedAsync(ResourceDefinition kind, string prefix, ListQuery query, long revision, CancellationToken cancellation)
    {
        var found = new List<StoreEntry>();
        var after = query.Continue?.After;
        while (true)
        {
            var range = await store.RangeAsync(prefix, after, query.Limit == 0 ? 0 : Math.Max(ScanChunk, query.Limit), revision, cancellation).ConfigureAwait(false);
            revision = range.Revision;
            for (var i = 0; i < range.Entries.Count; i++)
            {
                var entry = range.Entries[i];
                if (!query.Selection.Matches(ObjectFacts.Of(kind, entry))) continue;
                found.Add(entry);
                if (found.Count == query.Limit && (range.Remaining > 0 || i < range.Entries.Count - 1)) return new(found, revision, new(revision, entry.Key), null);
            }
            if (range.Remaining == 0) return new(found, revision, null, null);
            after = range.Entries[^1].Key;
        }
    }
}
