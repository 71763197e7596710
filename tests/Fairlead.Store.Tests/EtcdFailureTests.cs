using System.Diagnostics;
using Fairlead.Store.Etcd;

namespace Fairlead.Store.Tests;

/// <summary>What becomes of writes, reads and watches when etcd dies, is slow, is shared or is another one.</summary>
public sealed class EtcdFailureTests(ITestOutputHelper output)
{
    static readonly CancellationToken None = CancellationToken.None;

    static ValueTask<WriteResult> CreateAsync(IStore store, string key) => store.WriteAsync(StoreWrite.Create(key, StoreContract.Value("x")), None);

    [Fact]
    public async Task Acknowledged_writes_survive_kills_of_etcd_and_a_watch_misses_nothing()
    {
        const int kills = 5;
        using var etcd = new EtcdProcess();
        await using var store = await EtcdStore.OpenAsync(new([etcd.Endpoint]) { Log = output.WriteLine }, None);
        using var watch = store.Watch("/r/", 1);
        using var stop = new CancellationTokenSource();
        var acknowledged = new List<StoreEntry>();
        var writers = Enumerable.Range(0, 4).Select(w => Task.Run(() => WriteUntilAsync(store, w, acknowledged, stop.Token))).ToArray();
        for (var i = 0; i < kills; i++)
        {
            var before = Count(acknowledged);
            await Until(() => Count(acknowledged) > before + 100);
            etcd.Kill();
            etcd.Start();
        }
        var enough = Count(acknowledged) + 100;
        await Until(() => Count(acknowledged) > enough);
        await stop.CancelAsync();
        await Task.WhenAll(writers);

        var end = (await DoneAsync(store, "/r/end")).Revision;
        var seen = new Dictionary<long, StoreEvent>();
        for (long last = 1; last < end;)
        {
            foreach (var e in await watch.NextAsync(None).AsTask().WaitAsync(TimeSpan.FromSeconds(20)))
            {
                Assert.True(e.Entry.Revision > last, $"{e.Entry.Revision} after {last}");
                last = e.Entry.Revision;
                seen.Add(last, e);
            }
        }
        foreach (var entry in acknowledged)
        {
            Assert.True(seen.TryGetValue(entry.Revision, out var e), $"the write of {entry.Key} at {entry.Revision} was acknowledged and not seen");
            Assert.Equal(entry.Key, e.Entry.Key);
            Assert.True(entry.Json.Span.SequenceEqual(e.Entry.Json.Span));
        }
        await using var anew = await EtcdStore.OpenAsync(new([etcd.Endpoint]), None);
        var (here, there) = (await store.RangeAsync("/r/", null, 0, 0, None), await anew.RangeAsync("/r/", null, 0, 0, None));
        Assert.Equal(here.Entries.Select(e => (e.Key, e.Revision, e.CreateRevision)), there.Entries.Select(e => (e.Key, e.Revision, e.CreateRevision)));
        output.WriteLine($"{acknowledged.Count} acknowledged writes over {kills} kills");
    }

    [Fact]
    public async Task Without_etcd_requests_fail_in_bounded_time_and_work_again_afterwards()
    {
        using var etcd = new EtcdProcess();
        await using var store = await EtcdStore.OpenAsync(new([etcd.Endpoint]) { RequestTimeout = TimeSpan.FromSeconds(1) }, None);
        var a = await DoneAsync(store, "/r/a");
        etcd.Kill();
        var began = Stopwatch.StartNew();
        // The first may have been on its way to an etcd that was still there; what is refused is told as such.
        var errors = new List<string>();
        while (errors.Count < 3 && !errors.Exists(e => e.Contains("can't be reached", StringComparison.Ordinal)))
            errors.Add((await Assert.ThrowsAsync<StoreUnavailableException>(async () => await CreateAsync(store, "/r/b"))).Message);
        Assert.Contains($"etcd can't be reached at {etcd.Endpoint}", errors[^1]);
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.GetAsync("/r/a", None));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.RangeAsync("/r/", null, 0, 0, None));
        Assert.InRange(began.Elapsed.TotalSeconds, 0, 8);
        // What is in memory needs no etcd.
        Assert.Single((await store.RangeAsync("/r/", null, 0, a.Revision, None)).Entries);
        etcd.Start();
        // One that took longer than a request may is done all the same, and refuses the next.
        await Until(() => TryAsync(async () => (await CreateAsync(store, "/r/b")).Entry is not null));
        Assert.Equal(["/r/a", "/r/b"], (await store.RangeAsync("/r/", null, 0, 0, None)).Entries.Select(e => e.Key));
    }

    [Fact]
    public async Task An_etcd_that_is_not_there_is_said_so_at_the_start()
    {
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            EtcdStore.OpenAsync(new([new("http://127.0.0.1:1")]) { RequestTimeout = TimeSpan.FromSeconds(1), StartTimeout = TimeSpan.FromSeconds(1) }, None));
        Assert.Contains("etcd can't be reached at http://127.0.0.1:1/: Connection refused", error.Message);
    }

    [Fact]
    public async Task A_member_that_is_gone_is_passed_over()
    {
        using var etcd = new EtcdProcess();
        await using var store = await EtcdStore.OpenAsync(new([new("http://127.0.0.1:1"), etcd.Endpoint]), None);
        await DoneAsync(store, "/r/a");
        Assert.Single((await store.RangeAsync("/r/", null, 0, 0, None)).Entries);
    }

    [Fact]
    public async Task Two_stores_on_one_etcd_read_each_others_writes_at_once()
    {
        using var etcd = new EtcdProcess();
        await using var one = await EtcdStore.OpenAsync(new([etcd.Endpoint]), None);
        await using var two = await EtcdStore.OpenAsync(new([etcd.Endpoint]), None);
        using var watch = two.Watch("/r/", 1);
        for (var i = 0; i < 100; i++)
        {
            var (writer, reader) = i % 2 == 0 ? (one, two) : (two, one);
            var made = await DoneAsync(writer, $"/r/{i}");
            Assert.Equal(made.Revision, (await reader.GetAsync($"/r/{i}", None))!.Revision);
            var range = await reader.RangeAsync("/r/", null, 0, 0, None);
            Assert.Equal((i + 1, made.Revision), (range.Entries.Count, range.Revision));
        }
        var first = (await one.GetAsync("/r/0", None))!;
        await one.WriteAsync(StoreWrite.Delete("/r/0", first.Revision, StoreContract.Value("last")), None);
        Assert.Equal(WriteOutcome.Refused, (await two.WriteAsync(StoreWrite.Replace("/r/0", first.Revision, StoreContract.Value("late")), None)).Outcome);
        var events = new List<StoreEvent>();
        while (events.Count < 101) events.AddRange(await watch.NextAsync(None).AsTask().WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal((StoreEventType.Deleted, """{"resourceVersion":"102","content":"last"}"""), (events[^1].Type, StoreContract.Text(events[^1].Entry)));
    }

    [Fact]
    public async Task Writes_of_others_to_the_same_etcd_hold_no_read_up()
    {
        using var etcd = new EtcdProcess();
        await using var store = await EtcdStore.OpenAsync(new([etcd.Endpoint]), None);
        var a = await DoneAsync(store, "/r/a");
        Etcdctl(etcd, "put", "/another/key", "value");
        var range = await store.RangeAsync("/r/", null, 0, 0, None);
        Assert.True(range.Revision > a.Revision);
        Assert.Single(range.Entries);
        // A hole in the revisions is none in the history.
        await DoneAsync(store, "/r/b");
        using var watch = store.Watch("/r/", a.Revision);
        Assert.Equal("/r/b", Assert.Single(await watch.NextAsync(None)).Entry.Key);
        Assert.Single((await store.RangeAsync("/r/", null, 0, range.Revision, None)).Entries);
    }

    [Fact]
    public async Task A_key_deleted_by_hand_is_reported_with_its_last_known_state()
    {
        using var etcd = new EtcdProcess();
        await using var store = await EtcdStore.OpenAsync(new([etcd.Endpoint]), None);
        var a = await DoneAsync(store, "/r/a");
        using var watch = store.Watch("/r/", a.Revision);
        Etcdctl(etcd, "del", "/fairlead/r/a");
        var e = Assert.Single(await watch.NextAsync(None).AsTask().WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal((StoreEventType.Deleted, a.Revision + 1), (e.Type, e.Entry.Revision));
        Assert.Null(await store.GetAsync("/r/a", None));
    }

    [Fact]
    public async Task A_value_that_is_not_ours_is_refused_at_the_start()
    {
        using var etcd = new EtcdProcess();
        await using (var store = await EtcdStore.OpenAsync(new([etcd.Endpoint]), None)) await DoneAsync(store, "/r/a");
        Etcdctl(etcd, "put", "/fairlead/r/b", "value");
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => EtcdStore.OpenAsync(new([etcd.Endpoint]), None));
        Assert.Contains("the value of /r/b in etcd was not written by fairlead", error.Message);
    }

    [Fact]
    public async Task Compaction_by_one_server_a_turn_keeps_the_last_interval()
    {
        using var etcd = new EtcdProcess();
        var options = new EtcdStoreOptions([etcd.Endpoint]) { CompactionInterval = TimeSpan.FromMilliseconds(300) };
        await using var one = await EtcdStore.OpenAsync(options, None);
        await using var two = await EtcdStore.OpenAsync(options, None);
        var first = await DoneAsync(one, "/r/first");
        // Whoever opens now begins where etcd's own history begins.
        await Until(() => TryAsync(async () =>
        {
            await using var later = await EtcdStore.OpenAsync(options, None);
            return later.CompactedRevision > first.Revision && later.CompactedRevision < later.Revision;
        }));
        Assert.Equal("/r/first", Assert.Single((await one.RangeAsync("/r/", null, 0, 0, None)).Entries).Key);
    }

    [Fact]
    public async Task A_watcher_is_given_up_when_history_was_lost()
    {
        using var etcd = new EtcdProcess();
        await using var store = await EtcdStore.OpenAsync(new([etcd.Endpoint]) { Log = output.WriteLine }, None);
        var a = await DoneAsync(store, "/r/a");
        for (var i = 0; i < 5; i++) await DoneAsync(store, $"/r/{i}");
        using var watch = store.Watch("/r/", store.Revision);
        // The data is thrown away: etcd begins anew at a lower revision.
        etcd.Kill();
        Directory.Delete(etcd.DataFolder, recursive: true);
        etcd.Start();
        await Assert.ThrowsAsync<SlowWatcherException>(() => watch.NextAsync(None).AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
        await Until(() => TryAsync(async () => (await store.RangeAsync("/r/", null, 0, 0, None)).Entries.Count == 0));
        Assert.True(a.Revision > 1);
    }

    static async Task WriteUntilAsync(EtcdStore store, int writer, List<StoreEntry> acknowledged, CancellationToken stop)
    {
        for (var n = 0; !stop.IsCancellationRequested; n++)
        {
            var key = $"/r/{writer}/{n % 50}";
            try
            {
                var existing = await store.GetAsync(key, None);
                var value = StoreContract.Value($"{n}");
                var write = existing is null ? StoreWrite.Create(key, value)
                    : n % 7 == 0 ? StoreWrite.Delete(key, existing.Revision, value) : StoreWrite.Replace(key, existing.Revision, value);
                if (await store.WriteAsync(write, None) is not { Outcome: WriteOutcome.Done, Entry: { } entry }) continue;
                lock (acknowledged) acknowledged.Add(entry);
            }
            catch (StoreUnavailableException) { }
        }
    }

    static int Count(List<StoreEntry> entries) { lock (entries) return entries.Count; }

    static async Task<StoreEntry> DoneAsync(IStore store, string key)
    {
        var result = await CreateAsync(store, key);
        Assert.Equal(WriteOutcome.Done, result.Outcome);
        return result.Entry!;
    }

    static void Etcdctl(EtcdProcess etcd, params string[] arguments)
    {
        var start = new ProcessStartInfo("etcdctl") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ETCDCTL_API"] = "3";
        start.ArgumentList.Add($"--endpoints=127.0.0.1:{etcd.Port}");
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    static async Task<bool> TryAsync(Func<Task<bool>> attempt)
    {
        try { return await attempt(); }
        catch (StoreUnavailableException) { return false; }
    }

    static Task Until(Func<bool> reached) => Until(() => Task.FromResult(reached()));

    static async Task Until(Func<Task<bool>> reached)
    {
        var began = Stopwatch.StartNew();
        while (!await reached())
        {
            Assert.True(began.Elapsed < TimeSpan.FromSeconds(60), "it did not happen within a minute");
            await Task.Delay(20);
        }
    }
}
