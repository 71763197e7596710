using Fairlead.Store.Embedded;

namespace Fairlead.Store.Transfer;

/// <summary>Makes an embedded store of a dump.</summary>
public static class EmbeddedRestore
{
    /// <summary>
    /// Writes the file. Objects keep their revisions; the next write gets one above the dump's and
    /// <paramref name="raise"/> more. No history: whoever watches from before is told to list again.
    /// </summary>
    /// <exception cref="StoreUnavailableException">There is a store already, or the file can't be written.</exception>
    public static void Restore(EmbeddedStoreOptions options, StoreDump dump, long raise)
    {
        if (File.Exists(options.Path)) throw new StoreUnavailableException($"there is a store already at {options.Path}; move it away first", null);
        // Under another name until it is whole.
        var unfinished = options.Path + ".unfinished";
        foreach (var rest in (string[])["", "-wal", "-shm", "-journal"]) File.Delete(unfinished + rest);
        using (var table = new VersionTable(options with { Path = unfinished }))
        {
            table.Commit([.. dump.Entries.OrderBy(e => e.Revision).Select(e => new StoreEvent(StoreEventType.Created, e, null))], [], dump.Revision + raise);
        }
        File.Move(unfinished, options.Path);
    }
}
