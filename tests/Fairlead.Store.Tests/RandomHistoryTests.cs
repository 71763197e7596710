using System.Globalization;
using Fairlead.Store.Embedded;
using Fairlead.Store.Etcd;
using Fairlead.Store.Memory;

namespace Fairlead.Store.Tests;

/// <summary>
/// Random writes, restarts, compactions and ranges on the embedded store and on etcd; the in-memory store, which is
/// simple enough to be seen right, is the judge.
/// </summary>
public sealed class RandomHistoryTests
{
    static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Embedded_equals_the_model(int seed)
    {
        using var folder = new TemporaryFolder();
        var options = new EmbeddedStoreOptions(Path.Combine(folder.Path, "store.db"));
        await EqualsTheModelAsync(seed, 1500, () => Task.FromResult<IStore>(EmbeddedStore.Open(options)));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Etcd_equals_the_model(int seed)
    {
        using var etcd = new EtcdProcess();
        await EqualsTheModelAsync(seed, 1000, async () => await EtcdStore.OpenAsync(new([etcd.Endpoint]), None));
    }

    static async Task EqualsTheModelAsync(int seed, int steps, Func<Task<IStore>> open)
    {
        var random = new Random(seed);
        var model = new InMemoryStore();
        var store = await open();
        for (var step = 0; step < steps; step++)
        {
            switch (random.Next(100))
            {
                case < 85:
                    await WriteAsync(random, store, model);
                    break;
                case < 97:
                    await RangeAsync(random, store, model, step);
                    break;
                case < 99:
                    var to = random.NextInt64(model.CompactedRevision, model.Revision + 1);
                    await store.CompactAsync(to, None);
                    await model.CompactAsync(to, None);
                    break;
                default:
                    await store.DisposeAsync();
                    store = await open();
                    break;
            }
            Assert.Equal((model.Revision, model.CompactedRevision), (store.Revision, store.CompactedRevision));
        }
        await SameHistoryAsync(store, model);
        await store.DisposeAsync();
    }

    static string Key(Random random) => string.Create(CultureInfo.InvariantCulture, $"/r/{random.Next(3)}/{random.Next(400)}");

    static async Task WriteAsync(Random random, IStore store, InMemoryStore model)
    {
        var key = Key(random);
        var existing = await model.GetAsync(key, None);
        var revision = (existing?.Revision ?? 7) + (random.Next(10) == 0 ? 1 : 0);
        var value = StoreContract.Value(new string('v', random.Next(50)));
        // Deletes come in waves, so that the tree grows and shrinks.
        var write = existing is null || random.Next(20) == 0 ? StoreWrite.Create(key, value)
            : random.Next(10) < (model.Revision / 300 % 2 == 0 ? 1 : 8) ? StoreWrite.Delete(key, revision, value)
            : StoreWrite.Replace(key, revision, value);
        var expected = await model.WriteAsync(write, None);
        var actual = await store.WriteAsync(write, None);
        Assert.Equal(expected.Outcome, actual.Outcome);
        Same(expected.Entry, actual.Entry);
        Same(await model.GetAsync(key, None), await store.GetAsync(key, None));
    }

    static async Task RangeAsync(Random random, IStore store, InMemoryStore model, int step)
    {
        var prefix = random.Next(4) is var p and < 3 ? $"/r/{p}/" : "/r/";
        var after = random.Next(2) == 0 ? null : Key(random);
        var limit = random.Next(3) * 7;
        var revision = random.Next(2) == 0 ? 0 : random.NextInt64(model.CompactedRevision, model.Revision + 1);
        var expected = await model.RangeAsync(prefix, after, limit, revision, None);
        var actual = await store.RangeAsync(prefix, after, limit, revision, None);
        Assert.True(expected.Entries.Count == actual.Entries.Count, $"step {step}: {prefix} after {after} limit {limit} at {revision}");
        Assert.Equal((expected.Revision, expected.Remaining), (actual.Revision, actual.Remaining));
        foreach (var (e, a) in expected.Entries.Zip(actual.Entries)) Same(e, a);
    }

    static async Task SameHistoryAsync(IStore store, InMemoryStore model)
    {
        using var expected = model.Watch("/r/1/", model.CompactedRevision);
        using var actual = store.Watch("/r/1/", model.CompactedRevision);
        await store.WriteAsync(StoreWrite.Create("/r/1/end", StoreContract.Value("end")), None);
        await model.WriteAsync(StoreWrite.Create("/r/1/end", StoreContract.Value("end")), None);
        var (wanted, got) = (await AllAsync(expected), await AllAsync(actual));
        Assert.Equal(wanted.Count, got.Count);
        foreach (var (e, a) in wanted.Zip(got))
        {
            Assert.Equal(e.Type, a.Type);
            Same(e.Entry, a.Entry);
            Same(e.Previous, a.Previous);
        }
    }

    static async Task<List<StoreEvent>> AllAsync(IStoreWatch watch)
    {
        var events = new List<StoreEvent>();
        while (events.Count == 0 || !events[^1].Entry.Key.EndsWith("/end", StringComparison.Ordinal)) events.AddRange(await watch.NextAsync(None));
        return events;
    }

    static void Same(StoreEntry? expected, StoreEntry? actual)
    {
        Assert.Equal((expected?.Key, expected?.Revision, expected?.CreateRevision), (actual?.Key, actual?.Revision, actual?.CreateRevision));
        if (expected is not null) Assert.True(expected.Json.Span.SequenceEqual(actual!.Json.Span));
    }
}
