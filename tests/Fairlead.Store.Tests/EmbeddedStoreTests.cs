using System.Text;
using Fairlead.Store.Embedded;

namespace Fairlead.Store.Tests;

public sealed class EmbeddedStoreTests : StoreContract
{
    static readonly CancellationToken None = CancellationToken.None;
    readonly TemporaryFolder folder = new();
    int made;

    protected override void End() => folder.Dispose();

    protected override IStore Open() => Open(NewPath());

    protected override IStore OpenWithLag(int events) => EmbeddedStore.Open(new(NewPath()) { WatcherLag = events });

    string NewPath() => Path.Combine(folder.Path, $"{++made}", "store.db");

    static EmbeddedStore Open(string path) => EmbeddedStore.Open(new(path));

    [Fact]
    public async Task State_and_history_are_there_after_a_restart()
    {
        var path = NewPath();
        await using (var first = Open(path))
        {
            await first.WriteAsync(StoreWrite.Create("/r/a", Value("1")), None);
            await first.WriteAsync(StoreWrite.Create("/r/b", Value("1")), None);
            await first.WriteAsync(StoreWrite.Replace("/r/a", 2, Value("2")), None);
            await first.CompactAsync(3, None);
            await first.WriteAsync(StoreWrite.Delete("/r/b", 3, Value("last")), None);
        }
        await using var second = Open(path);
        Assert.Equal((5, 3), (second.Revision, second.CompactedRevision));
        var a = await second.GetAsync("/r/a", None);
        Assert.Equal((4, 2), (a!.Revision, a.CreateRevision));
        Assert.Null(await second.GetAsync("/r/b", None));
        Assert.Equal(["/r/a", "/r/b"], (await second.RangeAsync("/r/", null, 0, 4, None)).Entries.Select(e => e.Key));
        using var watch = second.Watch("/r/", 3);
        var events = await watch.NextAsync(None);
        Assert.Equal([StoreEventType.Modified, StoreEventType.Deleted], events.Select(e => e.Type));
        Assert.Equal([2L, 3], events.Select(e => e.Previous!.Revision));
    }

    [Fact]
    public async Task No_revision_is_given_twice_when_the_last_tombstone_is_compacted()
    {
        var path = NewPath();
        await using (var first = Open(path))
        {
            await first.WriteAsync(StoreWrite.Create("/r/a", Value("1")), None);
            await first.WriteAsync(StoreWrite.Delete("/r/a", 2, Value("1")), None);
            await first.CompactAsync(3, None);
        }
        await using var second = Open(path);
        Assert.Equal(3, second.Revision);
        Assert.Equal(4, (await second.WriteAsync(StoreWrite.Create("/r/a", Value("1")), None)).Entry!.Revision);
    }

    [Fact]
    public async Task History_beyond_the_window_is_forgotten_by_itself_on_disk_too()
    {
        var path = NewPath();
        await using (var store = EmbeddedStore.Open(new(path) { HistoryEvents = 100 }))
        {
            await store.WriteAsync(StoreWrite.Create("/r/a", Value("0")), None);
            for (var i = 0; i < 1000; i++) await store.WriteAsync(StoreWrite.Replace("/r/a", 2 + i, Value("x")), None);
            Assert.InRange(store.Revision - store.CompactedRevision, 100, 120);
        }
        using var database = new Linux.Sqlite.SqliteDatabase(path, TimeSpan.Zero);
        Assert.InRange(database.Number("SELECT count(*) FROM versions"), 100, 121);
    }

    [Fact]
    public async Task History_goes_in_pieces_that_no_writer_notices()
    {
        await using var store = EmbeddedStore.Open(new(NewPath()) { HistoryBytes = 1 << 20 });
        var entry = (await store.WriteAsync(StoreWrite.Create("/r/a", Value(new string('x', 1000))), None)).Entry!;
        var (gone, most) = (store.CompactedRevision, 0L);
        for (var i = 0; i < 3000; i++)
        {
            entry = (await store.WriteAsync(StoreWrite.Replace("/r/a", entry.Revision, Value(new string('x', 1000))), None)).Entry!;
            (most, gone) = (Math.Max(most, store.CompactedRevision - gone), store.CompactedRevision);
        }
        Assert.InRange(store.Revision - gone, 900, 1100);
        Assert.InRange(most, 1, 10);
    }

    [Fact]
    public async Task A_second_opener_is_told_so()
    {
        var path = NewPath();
        await using var first = Open(path);
        var error = Assert.Throws<StoreUnavailableException>(() => Open(path));
        Assert.Contains("another process has it open", error.Message);
    }

    [Fact]
    public async Task A_damaged_file_is_refused()
    {
        var path = NewPath();
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, new string('#', 8192), None);
        Assert.Contains("damaged", Assert.Throws<StoreUnavailableException>(() => Open(path)).Message);
    }

    [Fact]
    public async Task A_hole_in_the_history_is_refused()
    {
        var path = NewPath();
        await using (var store = Open(path))
        {
            for (var i = 0; i < 5; i++) await store.WriteAsync(StoreWrite.Create($"/r/{i}", Value("1")), None);
        }
        using (var database = new Linux.Sqlite.SqliteDatabase(path, TimeSpan.Zero)) database.Execute("DELETE FROM versions WHERE revision = 4");
        Assert.Contains("revision 4 is missing", Assert.Throws<StoreUnavailableException>(() => Open(path)).Message);
    }

    [Fact]
    public async Task A_full_disk_fails_the_write_and_reads_go_on()
    {
        var path = NewPath();
        // A limit on the database's pages gives SQLITE_FULL as a full disk does.
        await using var store = EmbeddedStore.Open(new(path) { MostPages = 40 });
        var big = new StoreValue(Encoding.UTF8.GetBytes($$"""{"r":"","pad":"{{new string('x', 30_000)}}"}"""), 6);
        var written = 0;
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
        {
            for (; written < 100; written++) await store.WriteAsync(StoreWrite.Create($"/r/{written}", big), None);
        });
        Assert.Contains("the disk is full", error.Message);
        Assert.InRange(written, 1, 10);
        Assert.Equal(1 + written, store.Revision);
        Assert.Equal(written, (await store.RangeAsync("/r/", null, 0, 0, None)).Entries.Count);
        var small = await store.WriteAsync(StoreWrite.Create("/r/small", Value("x")), None);
        Assert.Equal(2 + written, small.Entry!.Revision);
    }

    [Fact]
    public async Task The_file_is_the_owners_alone()
    {
        var path = NewPath();
        await using var store = Open(path);
        await store.WriteAsync(StoreWrite.Create("/r/a", Value("1")), None);
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(path)!))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task A_closed_store_refuses_writes()
    {
        var store = Open(NewPath());
        await store.DisposeAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.WriteAsync(StoreWrite.Create("/r/a", Value("1")), None));
    }
}
