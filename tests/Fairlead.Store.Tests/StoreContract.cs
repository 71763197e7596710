using System.Text;

namespace Fairlead.Store.Tests;

/// <summary>What every <see cref="IStore"/> promises. A store's test class derives from it and says how one is made.</summary>
public abstract class StoreContract : IAsyncDisposable
{
    static readonly CancellationToken None = CancellationToken.None;
    IStore? opened;

    protected abstract IStore Open();

    /// <summary>A store whose watchers are given up when they are about so many events behind.</summary>
    protected abstract IStore OpenWithLag(int events);

    IStore Store => opened ??= Open();

    /// <summary>Ends what the store was kept in. Of a class with both the runner would call DisposeAsync alone, so there is no other way to end.</summary>
    protected virtual void End() { }

    public async ValueTask DisposeAsync()
    {
        if (opened is not null) await opened.DisposeAsync();
        End();
        GC.SuppressFinalize(this);
    }

    internal static StoreValue Value(string content) => new(Encoding.UTF8.GetBytes($$"""{"resourceVersion":"","content":"{{content}}"}"""), 20);

    internal static string Text(StoreEntry? entry) => Encoding.UTF8.GetString(entry!.Json.Span);

    async Task<StoreEntry> CreateAsync(string key, string content = "x")
    {
        var result = await Store.WriteAsync(StoreWrite.Create(key, Value(content)), None);
        Assert.Equal(WriteOutcome.Done, result.Outcome);
        return result.Entry!;
    }

    async Task<StoreEntry> DoneAsync(StoreWrite write)
    {
        var result = await Store.WriteAsync(write, None);
        Assert.Equal(WriteOutcome.Done, result.Outcome);
        return result.Entry!;
    }

    async Task<string[]> KeysAsync(string prefix, string? after = null, int limit = 0, long revision = 0) =>
        [.. (await Store.RangeAsync(prefix, after, limit, revision, None)).Entries.Select(e => e.Key)];

    static async Task<List<StoreEvent>> ReadAsync(IStoreWatch watch, int count)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var events = new List<StoreEvent>();
        while (events.Count < count) events.AddRange(await watch.NextAsync(timeout.Token));
        return events;
    }

    [Fact]
    public async Task An_empty_store_is_at_revision_1_and_holds_nothing()
    {
        Assert.Equal(1, Store.Revision);
        Assert.Null(await Store.GetAsync("/registry/pods/a", None));
        var range = await Store.RangeAsync("/registry/", null, 0, 0, None);
        Assert.Empty(range.Entries);
        Assert.Equal(1, range.Revision);
    }

    [Fact]
    public async Task A_write_gets_the_next_revision_and_carries_it_in_its_value()
    {
        var a = await CreateAsync("/r/a", "é");
        Assert.Equal(2, a.Revision);
        Assert.Equal("""{"resourceVersion":"2","content":"é"}""", Text(a));
        var b = await DoneAsync(StoreWrite.Replace("/r/a", 2, Value("two")));
        Assert.Equal((3, 2), (b.Revision, b.CreateRevision));
        Assert.Equal("""{"resourceVersion":"3","content":"two"}""", Text(await Store.GetAsync("/r/a", None)));
        Assert.Equal(3, Store.Revision);
    }

    public static TheoryData<string, StoreWrite, bool> Conditions => new()
    {
        { "create of a key that exists", StoreWrite.Create("/r/a", Value("y")), true },
        { "replace at an old revision", StoreWrite.Replace("/r/a", 2, Value("y")), true },
        { "replace at a later revision", StoreWrite.Replace("/r/a", 9, Value("y")), true },
        { "delete at an old revision", StoreWrite.Delete("/r/a", 2, Value("y")), true },
        { "replace of a key that is not there", StoreWrite.Replace("/r/b", 3, Value("y")), false },
        { "delete of a key that is not there", StoreWrite.Delete("/r/b", 3, Value("y")), false },
        { "replace at revision 0 of a key that is not there", StoreWrite.Replace("/r/b", 0, Value("y")), false },
    };

    [Theory]
    [MemberData(nameof(Conditions))]
    public async Task A_condition_that_does_not_hold_changes_nothing(string name, StoreWrite write, bool exists)
    {
        await CreateAsync("/r/a");
        await DoneAsync(StoreWrite.Replace("/r/a", 2, Value("now")));
        var result = await Store.WriteAsync(write, None);
        Assert.True(result.Outcome == WriteOutcome.Refused, name);
        Assert.Equal(exists ? 3 : null, result.Entry?.Revision);
        Assert.Equal(3, Store.Revision);
    }

    [Fact]
    public async Task A_deleted_key_is_gone_and_a_new_one_begins_anew()
    {
        await CreateAsync("/r/a");
        var tombstone = await DoneAsync(StoreWrite.Delete("/r/a", 2, Value("last")));
        Assert.Equal((3, 2), (tombstone.Revision, tombstone.CreateRevision));
        Assert.Equal("""{"resourceVersion":"3","content":"last"}""", Text(tombstone));
        Assert.Null(await Store.GetAsync("/r/a", None));
        var again = await CreateAsync("/r/a");
        Assert.Equal((4, 4), (again.Revision, again.CreateRevision));
    }

    [Fact]
    public async Task A_range_is_ordinal_and_ends_with_its_prefix()
    {
        foreach (var key in (string[])["/r/pods/b/1", "/r/pods/a/Z", "/r/pods/a/a", "/r/pods/a/10", "/r/pods/a/1", "/r/podsx/a", "/r/pods0", "/r/pod/a", "/r/pods/a-b/1"])
        {
            await CreateAsync(key);
        }
        Assert.Equal(["/r/pods/a-b/1", "/r/pods/a/1", "/r/pods/a/10", "/r/pods/a/Z", "/r/pods/a/a", "/r/pods/b/1"], await KeysAsync("/r/pods/"));
        Assert.Equal(["/r/pods/a/1", "/r/pods/a/10", "/r/pods/a/Z", "/r/pods/a/a"], await KeysAsync("/r/pods/a/"));
        Assert.Empty(await KeysAsync("/r/none/"));
    }

    [Fact]
    public async Task A_range_in_pages_gives_each_key_once_as_of_its_first_page()
    {
        for (var i = 0; i < 25; i++) await CreateAsync($"/r/a/{i:00}");
        var first = await Store.RangeAsync("/r/a/", null, 10, 0, None);
        Assert.Equal((10, 15L, 26L), (first.Entries.Count, first.Remaining, first.Revision));

        await DoneAsync(StoreWrite.Delete("/r/a/12", 14, Value("gone")));
        await DoneAsync(StoreWrite.Replace("/r/a/13", 15, Value("changed")));
        await CreateAsync("/r/a/125");
        var second = await Store.RangeAsync("/r/a/", "/r/a/09", 10, first.Revision, None);
        Assert.Equal((5L, 26L), (second.Remaining, second.Revision));
        Assert.Equal(Enumerable.Range(10, 10).Select(i => $"/r/a/{i:00}"), second.Entries.Select(e => e.Key));
        Assert.All(second.Entries, e => Assert.True(e.Revision <= 26));

        Assert.Equal(["/r/a/11", "/r/a/125", "/r/a/13"], (await KeysAsync("/r/a/", "/r/a/10"))[..3]);
    }

    [Fact]
    public async Task A_revision_that_is_compacted_or_to_come_is_refused()
    {
        for (var i = 0; i < 5; i++) await CreateAsync($"/r/{i}");
        await Assert.ThrowsAsync<FutureRevisionException>(async () => await Store.RangeAsync("/r/", null, 0, 7, None));
        await Store.CompactAsync(4, None);
        Assert.Equal(4, Store.CompactedRevision);
        await Assert.ThrowsAsync<CompactedException>(async () => await Store.RangeAsync("/r/", null, 0, 3, None));
        Assert.Equal(3, (await KeysAsync("/r/", revision: 4)).Length);
        Assert.Equal(5, (await KeysAsync("/r/")).Length);
        Assert.Throws<CompactedException>(() => Store.Watch("/r/", 3));
        using var watch = Store.Watch("/r/", 4);
        Assert.Equal([5, 6], (await ReadAsync(watch, 2)).Select(e => e.Entry.Revision));
    }

    [Fact]
    public async Task A_watch_gives_history_then_news_with_what_was_before()
    {
        await CreateAsync("/r/a/1", "one");
        await CreateAsync("/r/b/1");
        await DoneAsync(StoreWrite.Replace("/r/a/1", 2, Value("two")));
        using var watch = Store.Watch("/r/a/", 2);
        await DoneAsync(StoreWrite.Delete("/r/a/1", 4, Value("three")));
        await CreateAsync("/r/a/1", "four");
        var events = await ReadAsync(watch, 3);
        Assert.Equal([StoreEventType.Modified, StoreEventType.Deleted, StoreEventType.Created], events.Select(e => e.Type));
        Assert.Equal([4L, 5, 6], events.Select(e => e.Entry.Revision));
        Assert.Equal([2L, 4, null], events.Select(e => e.Previous?.Revision));
        Assert.Equal("""{"resourceVersion":"5","content":"three"}""", Text(events[1].Entry));
    }

    [Fact]
    public async Task A_waiting_watch_wakes_for_its_prefix_and_tells_its_progress()
    {
        using var watch = Store.Watch("/r/a/", 1);
        using var other = Store.Watch("/r/other/", 1);
        var next = watch.NextAsync(None);
        Assert.False(next.IsCompleted);
        await CreateAsync("/r/other-not/1");
        await CreateAsync("/r/a/1");
        Assert.Equal([3L], (await next).Select(e => e.Entry.Revision));
        Assert.Equal(3, watch.ProgressRevision);
        Assert.Equal(3, other.ProgressRevision);
        await CreateAsync("/r/a/2");
        Assert.Equal(3, watch.ProgressRevision);
    }

    [Fact]
    public async Task A_watch_from_a_revision_to_come_leaves_out_what_comes_before_it()
    {
        using var watch = Store.Watch("/r/", 3);
        for (var i = 0; i < 4; i++) await CreateAsync($"/r/{i}");
        Assert.Equal([4L, 5], (await ReadAsync(watch, 2)).Select(e => e.Entry.Revision));
    }

    [Fact]
    public async Task A_wait_can_be_cancelled_and_the_watch_goes_on()
    {
        using var watch = Store.Watch("/r/", 1);
        using var cancel = new CancellationTokenSource();
        var next = watch.NextAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
        await CreateAsync("/r/a");
        Assert.Single(await ReadAsync(watch, 1));
    }

    [Fact]
    public async Task A_watcher_that_does_not_read_is_given_up()
    {
        await using var small = OpenWithLag(1000);
        using var watch = small.Watch("/r/", 1);
        for (var i = 0; i < 3000; i++) await small.WriteAsync(StoreWrite.Create($"/r/{i}", Value("x")), None);
        await Assert.ThrowsAsync<SlowWatcherException>(async () => { while (true) await watch.NextAsync(None); });
        using var later = small.Watch("/r/", small.Revision - 5);
        Assert.Equal(5, (await ReadAsync(later, 5)).Count);
    }

    [Fact]
    public async Task Of_writers_that_race_one_wins_each_revision()
    {
        await CreateAsync("/r/n", "0");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var done = 0; done < 50;)
            {
                var old = (await Store.GetAsync("/r/n", None))!;
                var result = await Store.WriteAsync(StoreWrite.Replace("/r/n", old.Revision, Value("x")), None);
                if (result.Outcome == WriteOutcome.Done) done++;
                else Assert.True(result.Entry!.Revision > old.Revision);
            }
        })));
        Assert.Equal(2 + 400, Store.Revision);
    }

    [Fact]
    public async Task Many_watchers_beside_many_writers_miss_nothing()
    {
        const int writers = 4, each = 200;
        var watchers = Enumerable.Range(0, 20).Select(i =>
        {
            var watch = Store.Watch(i % 2 == 0 ? "/r/" : $"/r/{i % writers}/", 1);
            return Task.Run(async () =>
            {
                using (watch) return (i, await ReadAsync(watch, i % 2 == 0 ? writers * each : each));
            });
        }).ToArray();
        await Task.WhenAll(Enumerable.Range(0, writers).Select(w => Task.Run(async () =>
        {
            for (var n = 0; n < each; n++) await CreateAsync($"/r/{w}/{n}");
        })));
        foreach (var (i, events) in await Task.WhenAll(watchers))
        {
            var revisions = events.Select(e => e.Entry.Revision).ToArray();
            Assert.Equal(revisions.Order().Distinct(), revisions);
            if (i % 2 == 1) Assert.All(events, e => Assert.StartsWith($"/r/{i % writers}/", e.Entry.Key));
        }
    }

    [Fact]
    public async Task A_watch_that_is_interrupted_returns_nothing_once_and_then_goes_on()
    {
        using var watch = Store.Watch("/registry/a/", Store.Revision);
        var wait = watch.NextAsync(None).AsTask();
        watch.Interrupt();
        Assert.Empty(await wait.WaitAsync(TimeSpan.FromSeconds(10)));
        watch.Interrupt();
        Assert.Empty(await watch.NextAsync(None).AsTask().WaitAsync(TimeSpan.FromSeconds(10)));
        var next = watch.NextAsync(None).AsTask();
        await CreateAsync("/registry/a/1");
        Assert.Equal("/registry/a/1", Assert.Single(await next.WaitAsync(TimeSpan.FromSeconds(10))).Entry.Key);
    }
}
