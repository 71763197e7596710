using Fairlead.Linux.Sqlite;
using Fairlead.Store.Encryption;

namespace Fairlead.Store.Embedded;

/// <summary>
/// The store's file: one table with one row for each version of each key, in order of revision, so that a write is one
/// row added at the end. Current objects are the last versions; the watch history is the rows after the compacted
/// revision. Compaction removes the rows that neither needs.
/// </summary>
/// <remarks>Belongs to one thread at a time: the one that opens it, then the commit loop.</remarks>
sealed class VersionTable : IDisposable
{
    const long Format = 1;

    readonly string path;
    readonly ValueEncryption encryption;
    readonly SqliteDatabase database;
    readonly SqliteStatement insert, remove, setCompacted, begin, commit;

    /// <exception cref="StoreUnavailableException">No access, damaged, or open in another process.</exception>
    public VersionTable(EmbeddedStoreOptions options)
    {
        (path, encryption) = (options.Path, options.Encryption);
        try
        {
            Prepare(path);
            database = new SqliteDatabase(path, TimeSpan.FromMilliseconds(500));
            SetUp(database);
            if (options.MostPages > 0) database.Execute($"PRAGMA max_page_count = {options.MostPages}");
            // What is overwritten may have been stored in the clear before.
            if (encryption.IsAny) database.Execute("PRAGMA secure_delete = ON");
            insert = database.Prepare("INSERT INTO versions(revision, key, created, deleted, value) VALUES (?, ?, ?, ?, ?)");
            remove = database.Prepare("DELETE FROM versions WHERE revision = ?");
            setCompacted = database.Prepare("UPDATE state SET compacted = ?");
            begin = database.Prepare("BEGIN IMMEDIATE");
            commit = database.Prepare("COMMIT");
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            database?.Dispose();
            throw Explained("open", e);
        }
    }

    /// <summary>Reads every version in order of revision; returns the compacted revision.</summary>
    public long Load(Action<StoreEntry, bool> version)
    {
        try
        {
            using var rows = database.Prepare("SELECT revision, key, created, deleted, value FROM versions ORDER BY revision");
            while (rows.Step())
            {
                var key = rows.Text(1);
                version(new StoreEntry(key, rows.Number(0), rows.Number(2), encryption.Open(key, rows.Blob(4))), rows.Number(3) != 0);
            }
            return database.Number("SELECT compacted FROM state");
        }
        catch (SqliteException e)
        {
            throw Explained("read", e);
        }
    }

    /// <summary>Makes the events durable and removes rows that compaction made needless, in one transaction.</summary>
    /// <param name="compacted">The compacted revision to write down; 0 if it does not change.</param>
    /// <exception cref="StoreUnavailableException">Nothing of it was written.</exception>
    public void Commit(IReadOnlyList<StoreEvent> events, IReadOnlyList<long> needless, long compacted)
    {
        try
        {
            begin.Run();
            foreach (var e in events)
            {
                var entry = e.Entry;
                insert.Bind(1, entry.Revision).Bind(2, entry.Key).Bind(3, entry.CreateRevision)
                    .Bind(4, e.Type == StoreEventType.Deleted ? 1 : 0).Bind(5, encryption.Seal(entry.Key, entry.Json).Span).Run();
            }
            foreach (var revision in needless) remove.Bind(1, revision).Run();
            if (compacted > 0) setCompacted.Bind(1, compacted).Run();
            commit.Run();
        }
        catch (SqliteException e)
        {
            if (database.InTransaction) database.Execute("ROLLBACK");
            throw Explained("write", e);
        }
    }

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<SqliteStatement>)[insert, remove, setCompacted, begin, commit]) statement.Dispose();
        database.Dispose();
    }

    static void Prepare(string path)
    {
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder, owner | UnixFileMode.UserExecute);
        // Secrets are in it: SQLite gives its side files the mode of the database.
        new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite, UnixCreateMode = owner }).Dispose();
    }

    static void SetUp(SqliteDatabase database)
    {
        // Exclusive before WAL: no other process may look in, and the index of the log stays in our memory.
        database.Execute("PRAGMA locking_mode = EXCLUSIVE");
        database.Execute("PRAGMA journal_mode = WAL");
        database.Execute("PRAGMA synchronous = FULL");
        // Pages of 4 KB. All writers wait while the log goes into the table: often and a few milliseconds, not 50 at a time;
        // more often still costs a tenth of the writes.
        database.Execute("PRAGMA wal_autocheckpoint = 1000");
        database.Execute("PRAGMA temp_store = MEMORY");
        database.Execute("PRAGMA cache_size = -4096");
        database.Execute("BEGIN IMMEDIATE");
        var format = database.Number("PRAGMA user_version");
        if (format == 0)
        {
            database.Execute("CREATE TABLE versions(revision INTEGER PRIMARY KEY, key TEXT NOT NULL, created INTEGER NOT NULL, deleted INTEGER NOT NULL, value BLOB NOT NULL)");
            database.Execute("CREATE TABLE state(compacted INTEGER NOT NULL)");
            database.Execute("INSERT INTO state VALUES (1)");
            database.Execute($"PRAGMA user_version = {Format}");
        }
        database.Execute("COMMIT");
        if (format > Format) throw new IOException($"it has format {format}, made by a newer version; this one reads up to {Format}");
    }

    StoreUnavailableException Explained(string what, Exception e)
    {
        var why = e switch
        {
            SqliteException { IsBusy: true } => "another process has it open; stop that one first",
            SqliteException { IsFull: true } => "the disk is full; free some space",
            SqliteException { IsCorrupt: true } => "the file is damaged; restore it from a backup",
            SqliteException { IsNoAccess: true } => "it can't be opened; check its path and permissions",
            _ => e.Message,
        };
        return new($"can't {what} the store {path}: {why}", e);
    }
}
