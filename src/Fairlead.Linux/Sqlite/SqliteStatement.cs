using System.Text;

namespace Fairlead.Linux.Sqlite;

/// <summary>A prepared statement: bind (from 1), step, read columns (from 0), reset, again. One thread at a time.</summary>
public sealed unsafe class SqliteStatement : IDisposable
{
    readonly SqliteDatabase database;
    readonly string sql;
    nint handle;

    internal SqliteStatement(SqliteDatabase database, nint handle, string sql) =>
        (this.database, this.handle, this.sql) = (database, handle, sql);

    public SqliteStatement Bind(int at, long value)
    {
        Check(SqliteNative.sqlite3_bind_int64(handle, at, value));
        return this;
    }

    public SqliteStatement Bind(int at, string text)
    {
        Span<byte> few = stackalloc byte[512];
        var bytes = Encoding.UTF8.GetMaxByteCount(text.Length) <= few.Length ? few : new byte[Encoding.UTF8.GetByteCount(text)];
        var length = Encoding.UTF8.GetBytes(text, bytes);
        fixed (byte* p = bytes) Check(SqliteNative.sqlite3_bind_text(handle, at, p, length, SqliteNative.Transient));
        return this;
    }

    public SqliteStatement Bind(int at, ReadOnlySpan<byte> blob)
    {
        // A null pointer would bind NULL, and an empty span has one.
        byte none = 0;
        fixed (byte* p = blob) Check(SqliteNative.sqlite3_bind_blob(handle, at, p is null ? &none : p, blob.Length, SqliteNative.Transient));
        return this;
    }

    /// <summary>Runs to the next row; false at the end.</summary>
    /// <exception cref="SqliteException">The statement failed; it is reset.</exception>
    public bool Step()
    {
        var code = SqliteNative.sqlite3_step(handle);
        if (code == SqliteNative.Row) return true;
        if (code == SqliteNative.Done) return false;
        var error = database.Error(sql);
        _ = SqliteNative.sqlite3_reset(handle);
        throw error;
    }

    /// <summary>Runs a statement that gives no rows, and makes it ready for the next run.</summary>
    public void Run()
    {
        while (Step()) { }
        _ = SqliteNative.sqlite3_reset(handle);
    }

    public long Number(int at) => SqliteNative.sqlite3_column_int64(handle, at);

    public string Text(int at)
    {
        var p = SqliteNative.sqlite3_column_text(handle, at);
        return p is null ? "" : Encoding.UTF8.GetString(p, SqliteNative.sqlite3_column_bytes(handle, at));
    }

    /// <summary>A copy of the column's bytes.</summary>
    public byte[] Blob(int at)
    {
        var p = SqliteNative.sqlite3_column_blob(handle, at);
        return p is null ? [] : new ReadOnlySpan<byte>(p, SqliteNative.sqlite3_column_bytes(handle, at)).ToArray();
    }

    public void Dispose()
    {
        var old = Interlocked.Exchange(ref handle, 0);
        if (old != 0) _ = SqliteNative.sqlite3_finalize(old);
    }

    void Check(int code)
    {
        if (code != SqliteNative.Ok) throw database.Error(sql);
    }
}
