using System.Runtime.InteropServices;

namespace Fairlead.Linux.Sqlite;

/// <summary>The machine's libsqlite3, as https://sqlite.org/c3ref/funclist.html describes it.</summary>
static unsafe partial class SqliteNative
{
    const string Library = "libsqlite3.so.0";

    public const int Ok = 0, Row = 100, Done = 101;
    public const int OpenReadWrite = 2, OpenCreate = 4, OpenNoMutex = 0x8000, OpenExtendedCodes = 0x02000000;

    /// <summary>SQLITE_TRANSIENT: SQLite copies the bytes during the call.</summary>
    public static readonly nint Transient = -1;

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int sqlite3_open_v2(string path, out nint db, int flags, nint vfs);
    [LibraryImport(Library)] public static partial int sqlite3_close_v2(nint db);
    [LibraryImport(Library)] public static partial int sqlite3_extended_errcode(nint db);
    [LibraryImport(Library)] public static partial byte* sqlite3_errmsg(nint db);
    [LibraryImport(Library)] public static partial int sqlite3_busy_timeout(nint db, int ms);
    [LibraryImport(Library)] public static partial int sqlite3_get_autocommit(nint db);
    [LibraryImport(Library)] public static partial int sqlite3_prepare_v3(nint db, byte* sql, int bytes, uint flags, out nint statement, nint tail);
    [LibraryImport(Library)] public static partial int sqlite3_finalize(nint statement);
    [LibraryImport(Library)] public static partial int sqlite3_step(nint statement);
    [LibraryImport(Library)] public static partial int sqlite3_reset(nint statement);
    [LibraryImport(Library)] public static partial int sqlite3_bind_int64(nint statement, int at, long value);
    [LibraryImport(Library)] public static partial int sqlite3_bind_text(nint statement, int at, byte* text, int bytes, nint destructor);
    [LibraryImport(Library)] public static partial int sqlite3_bind_blob(nint statement, int at, byte* blob, int bytes, nint destructor);
    [LibraryImport(Library)] public static partial long sqlite3_column_int64(nint statement, int at);
    [LibraryImport(Library)] public static partial byte* sqlite3_column_text(nint statement, int at);
    [LibraryImport(Library)] public static partial byte* sqlite3_column_blob(nint statement, int at);
    [LibraryImport(Library)] public static partial int sqlite3_column_bytes(nint statement, int at);
}
