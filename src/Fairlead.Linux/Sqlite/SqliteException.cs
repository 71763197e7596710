namespace Fairlead.Linux.Sqlite;

/// <summary>A call of SQLite that failed, with its result code (https://sqlite.org/rescode.html).</summary>
/// <param name="code">The extended result code; its low byte is the primary one.</param>
public sealed class SqliteException(string what, int code, string message) : Exception($"{what}: {message} (SQLite {code})")
{
    public int Code => code;

    /// <summary>SQLITE_BUSY or SQLITE_LOCKED: another connection holds the database.</summary>
    public bool IsBusy => (code & 0xff) is 5 or 6;

    /// <summary>SQLITE_FULL: the disk or quota is full.</summary>
    public bool IsFull => (code & 0xff) == 13;

    /// <summary>SQLITE_CORRUPT or SQLITE_NOTADB: the file is not what SQLite wrote.</summary>
    public bool IsCorrupt => (code & 0xff) is 11 or 26;

    /// <summary>SQLITE_IOERR: the system refused to read, write or synchronise.</summary>
    public bool IsInputOutput => (code & 0xff) == 10;

    /// <summary>SQLITE_CANTOPEN, SQLITE_PERM or SQLITE_READONLY: no way to the file, or no permission.</summary>
    public bool IsNoAccess => (code & 0xff) is 14 or 3 or 8;
}
