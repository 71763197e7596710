using Fairlead.Store.Embedded;
using Fairlead.Store.Encryption;
using Fairlead.Store.Etcd;
using Fairlead.Store.Transfer;

namespace Fairlead.Store.Tests;

/// <summary>Backups, and the way between the two stores.</summary>
public sealed class TransferTests : IDisposable
{
    static readonly CancellationToken None = CancellationToken.None;
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    EmbeddedStoreOptions Embedded(string name) => new(Path.Combine(folder.Path, name));

    static async Task FillAsync(IStore store, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 500; i++)
        {
            var key = $"/registry/core/things/{random.Next(120)}";
            var value = StoreContract.Value($"{i} é {new string('x', random.Next(300))}");
            var old = await store.GetAsync(key, None);
            await store.WriteAsync(old is null ? StoreWrite.Create(key, value)
                : random.Next(4) == 0 ? StoreWrite.Delete(key, old.Revision, value) : StoreWrite.Replace(key, old.Revision, value), None);
        }
    }

    static void Same(StoreDump expected, StoreDump actual)
    {
        Assert.Equal(expected.Entries.Select(e => (e.Key, e.Revision, e.CreateRevision)), actual.Entries.Select(e => (e.Key, e.Revision, e.CreateRevision)));
        foreach (var (e, a) in expected.Entries.Zip(actual.Entries)) Assert.True(e.Json.Span.SequenceEqual(a.Json.Span), e.Key);
    }

    [Fact]
    public async Task From_one_store_to_the_other_and_back_every_byte_is_the_same()
    {
        using var etcd = new EtcdProcess();
        var there = new EtcdStoreOptions([etcd.Endpoint]);
        StoreDump first, second, third;
        await using (var store = EmbeddedStore.Open(Embedded("a")))
        {
            await FillAsync(store, 1);
            first = await StoreDump.TakeAsync(store, None);
        }
        await EtcdRestore.RestoreAsync(there, first, 0, None);
        await using (var store = await EtcdStore.OpenAsync(there, None)) second = await StoreDump.TakeAsync(store, None);
        Same(first, second);
        Assert.True(second.Revision > first.Revision);
        EmbeddedRestore.Restore(Embedded("b"), second, 0);
        await using (var store = EmbeddedStore.Open(Embedded("b"))) third = await StoreDump.TakeAsync(store, None);
        Same(first, third);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_restored_store_goes_on_above_what_clients_know(bool toEtcd)
    {
        const long raise = 1000;
        using var etcd = toEtcd ? new EtcdProcess() : null;
        StoreDump dump;
        await using (var store = EmbeddedStore.Open(Embedded("a")))
        {
            await FillAsync(store, 2);
            dump = await StoreDump.TakeAsync(store, None);
        }
        if (toEtcd) await EtcdRestore.RestoreAsync(new([etcd!.Endpoint]), dump, raise, None);
        else EmbeddedRestore.Restore(Embedded("b"), dump, raise);
        async Task<IStore> OpenAsync() => toEtcd ? await EtcdStore.OpenAsync(new([etcd!.Endpoint]), None) : EmbeddedStore.Open(Embedded("b"));
        StoreEntry replaced;
        await using (var store = await OpenAsync())
        {
            Same(dump, await StoreDump.TakeAsync(store, None));
            Assert.Throws<CompactedException>(() => store.Watch("/registry/", dump.Revision + 7));
            using var watch = store.Watch("/registry/", store.Revision);

            // A restored object is changed at the revision that it had, and at no other.
            var (a, b) = (dump.Entries[0], dump.Entries[1]);
            Assert.Same(await store.GetAsync(a.Key, None), await store.GetAsync(a.Key, None));
            Assert.Equal(WriteOutcome.Refused, (await store.WriteAsync(StoreWrite.Replace(a.Key, a.Revision - 1, StoreContract.Value("no")), None)).Outcome);
            Assert.Equal(WriteOutcome.Refused, (await store.WriteAsync(StoreWrite.Create(a.Key, StoreContract.Value("no")), None)).Outcome);
            var result = await store.WriteAsync(StoreWrite.Replace(a.Key, a.Revision, StoreContract.Value("new")), None);
            Assert.Equal(WriteOutcome.Done, result.Outcome);
            replaced = result.Entry!;
            Assert.True(replaced.Revision > dump.Revision + raise);
            Assert.Equal(WriteOutcome.Refused, (await store.WriteAsync(StoreWrite.Replace(a.Key, a.Revision, StoreContract.Value("no")), None)).Outcome);
            Assert.Equal(WriteOutcome.Done, (await store.WriteAsync(StoreWrite.Delete(b.Key, b.Revision, StoreContract.Value("end")), None)).Outcome);

            var events = new List<StoreEvent>();
            while (events.Count < 2) events.AddRange(await watch.NextAsync(None).AsTask().WaitAsync(TimeSpan.FromSeconds(10)));
            Assert.Equal([StoreEventType.Modified, StoreEventType.Deleted], events.Select(e => e.Type));
            Assert.Equal([a.Revision, b.Revision], events.Select(e => e.Previous!.Revision));
        }
        await using var again = await OpenAsync();
        Assert.Equal(replaced.Revision, (await again.GetAsync(replaced.Key, None))!.Revision);
        Assert.Equal(dump.Entries.Count - 1, (await StoreDump.TakeAsync(again, None)).Entries.Count);
    }

    [Fact]
    public async Task A_backup_file_gives_back_what_was_written_or_says_why_not()
    {
        var encryption = new ValueEncryption([new(["/registry/"], [ValueCipher.AesGcm("k1", new byte[32])])]);
        await using var store = EmbeddedStore.Open(Embedded("a"));
        await FillAsync(store, 3);
        var dump = await StoreDump.TakeAsync(store, None);
        using var file = new MemoryStream();
        await DumpFile.WriteAsync(file, dump, encryption, None);
        var bytes = file.ToArray();
        var read = await DumpFile.ReadAsync(new MemoryStream(bytes), encryption, None);
        Assert.Equal(dump.Revision, read.Revision);
        Same(dump, read);
        Assert.Equal(-1, bytes.AsSpan().IndexOf("resourceVersion"u8));

        async Task<string> Error(byte[] changed) => (await Assert.ThrowsAsync<InvalidDataException>(() => DumpFile.ReadAsync(new MemoryStream(changed), encryption, None))).Message;
        Assert.Equal("is cut off", await Error(bytes[..^1]));
        Assert.Equal("is cut off", await Error(bytes[..1000]));
        Assert.Equal("is damaged: its checksum does not fit", await Error([.. bytes, 0]));
        Assert.Equal("is no backup of fairlead, or of a newer version", await Error(new byte[100]));
        for (var i = 20; i < bytes.Length; i += bytes.Length / 50)
        {
            var changed = (byte[])bytes.Clone();
            changed[i] ^= 0x40;
            Assert.StartsWith("is ", await Error(changed));
        }
    }

    [Fact]
    public async Task Nothing_is_restored_over_what_is_there()
    {
        using var etcd = new EtcdProcess();
        StoreDump dump;
        await using (var store = EmbeddedStore.Open(Embedded("a")))
        {
            await FillAsync(store, 4);
            dump = await StoreDump.TakeAsync(store, None);
        }
        Assert.Contains("there is a store already", Assert.Throws<StoreUnavailableException>(() => EmbeddedRestore.Restore(Embedded("a"), dump, 0)).Message);
        await EtcdRestore.RestoreAsync(new([etcd.Endpoint]), dump, 0, None);
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => EtcdRestore.RestoreAsync(new([etcd.Endpoint]), dump, 0, None));
        Assert.Contains("keys already under /fairlead in etcd", error.Message);
    }
}
