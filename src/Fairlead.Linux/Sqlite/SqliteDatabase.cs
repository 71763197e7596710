using System.Runtime.InteropServices;
using System.Text;

namespace Fairlead.Linux.Sqlite;

/// <summary>One connection to a database file. One thread at a time.</summary>
public sealed unsafe class SqliteDatabase : IDisposable
{
    nint handle;

    /// <summary>Opens the file, creating it if it is not there.</summary>
    /// <param name="busyTimeout">How long a statement waits for another connection's lock.</param>
    /// <exception cref="SqliteException">The file can't be opened. Much is found out by the first statement only.</exception>
    public SqliteDatabase(string path, TimeSpan busyTimeout)
    {
        const int flags = SqliteNative.OpenReadWrite | SqliteNative.OpenCreate | SqliteNative.OpenNoMutex | SqliteNative.OpenExtendedCodes;
        var code = SqliteNative.sqlite3_open_v2(path, out handle, flags, 0);
        if (code != SqliteNative.Ok)
        {
            var error = Error($"open {path}");
            Dispose();
            throw error;
        }
        _ = SqliteNative.sqlite3_busy_timeout(handle, (int)busyTimeout.TotalMilliseconds);
    }

    /// <summary>A transaction is open.</summary>
    public bool InTransaction => SqliteNative.sqlite3_get_autocommit(handle) == 0;

    /// <summary>Prepares one statement for many runs.</summary>
    public SqliteStatement Prepare(string sql)
    {
        var bytes = Encoding.UTF8.GetBytes(sql);
        fixed (byte* p = bytes)
        {
            const uint persistent = 1;
            if (SqliteNative.sqlite3_prepare_v3(handle, p, bytes.Length, persistent, out var statement, 0) != SqliteNative.Ok) throw Error(sql);
            return new SqliteStatement(this, statement, sql);
        }
    }

    /// <summary>Runs one statement to its end; rows are passed over.</summary>
    public void Execute(string sql)
    {
        using var statement = Prepare(sql);
        while (statement.Step()) { }
    }

    /// <summary>The first column of the first row as a number; 0 if there is no row.</summary>
    public long Number(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? statement.Number(0) : 0;
    }

    internal SqliteException Error(string what) => handle == 0
        ? new(what, 7, "out of memory")
        : new(what, SqliteNative.sqlite3_extended_errcode(handle), Marshal.PtrToStringUTF8((nint)SqliteNative.sqlite3_errmsg(handle)) ?? "");

    public void Dispose()
    {
        var old = Interlocked.Exchange(ref handle, 0);
        if (old != 0) _ = SqliteNative.sqlite3_close_v2(old);
    }
}
