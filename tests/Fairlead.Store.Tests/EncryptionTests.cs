using System.Security.Cryptography;
using System.Text;
using Fairlead.Store.Embedded;
using Fairlead.Store.Encryption;
using Fairlead.Store.Etcd;

namespace Fairlead.Store.Tests;

/// <summary>Values on the disk and in etcd: not readable without the key, readable with any key that is configured.</summary>
public sealed class EncryptionTests
{
    const string Secret = "hunter2-in-the-clear";
    static readonly CancellationToken None = CancellationToken.None;
    static readonly byte[] First = RandomNumberGenerator.GetBytes(32), Second = RandomNumberGenerator.GetBytes(32);

    static ValueEncryption With(params ValueCipher[] ciphers) => new([new(["/registry/core/secrets/"], ciphers)]);

    public static TheoryData<string> Providers => ["aesgcm", "aescbc"];

    static ValueCipher Cipher(string provider, string name, byte[] key) => provider == "aesgcm" ? ValueCipher.AesGcm(name, key) : ValueCipher.AesCbc(name, key);

    static async Task WriteAsync(IStore store)
    {
        await store.WriteAsync(StoreWrite.Create("/registry/core/secrets/a/b", StoreContract.Value(Secret)), None);
        await store.WriteAsync(StoreWrite.Create("/registry/core/secrets/a/c", StoreContract.Value(Secret)), None);
        await store.WriteAsync(StoreWrite.Delete("/registry/core/secrets/a/c", store.Revision, StoreContract.Value(Secret)), None);
        await store.WriteAsync(StoreWrite.Create("/registry/core/configmaps/a/b", StoreContract.Value("readable")), None);
    }

    static async Task CheckAsync(IStore store) =>
        Assert.Equal($$"""{"resourceVersion":"2","content":"{{Secret}}"}""", StoreContract.Text(await store.GetAsync("/registry/core/secrets/a/b", None)));

    static bool Holds(string folder, string text) => Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
        .Any(f => File.ReadAllBytes(f).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task The_embedded_stores_file_holds_no_plaintext(string provider)
    {
        using var folder = new TemporaryFolder();
        var options = new EmbeddedStoreOptions(Path.Combine(folder.Path, "store.db")) { Encryption = With(Cipher(provider, "k1", First)) };
        await using (var store = EmbeddedStore.Open(options)) await WriteAsync(store);
        Assert.Equal((false, true), (Holds(folder.Path, Secret), Holds(folder.Path, "readable")));
        await using var again = EmbeddedStore.Open(options);
        await CheckAsync(again);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Etcd_holds_no_plaintext(string provider)
    {
        using var etcd = new EtcdProcess();
        var options = new EtcdStoreOptions([etcd.Endpoint]) { Encryption = With(Cipher(provider, "k1", First)) };
        await using (var store = await EtcdStore.OpenAsync(options, None)) await WriteAsync(store);
        await using var again = await EtcdStore.OpenAsync(options, None);
        await CheckAsync(again);
        etcd.Kill();
        Assert.Equal((false, true), (Holds(etcd.DataFolder, Secret), Holds(etcd.DataFolder, "readable")));
    }

    [Fact]
    public async Task Keys_rotate_the_first_writes_all_read()
    {
        using var folder = new TemporaryFolder();
        EmbeddedStore Open(params ValueCipher[] ciphers) => EmbeddedStore.Open(new(Path.Combine(folder.Path, "store.db")) { Encryption = With(ciphers) });
        ValueCipher one = ValueCipher.AesGcm("k1", First), two = ValueCipher.AesCbc("k2", Second);
        await using (var store = Open(ValueCipher.Identity)) await WriteAsync(store);
        await using (var store = Open(one, ValueCipher.Identity))
        {
            await CheckAsync(store);
            var old = (await store.GetAsync("/registry/core/secrets/a/b", None))!;
            await store.WriteAsync(StoreWrite.Replace(old.Key, old.Revision, StoreContract.Value("second")), None);
            await store.CompactAsync(store.Revision, None);
        }
        // Nothing in the clear is left, so that identity is no longer needed.
        await using (var store = Open(two, one))
        {
            Assert.Contains("second", StoreContract.Text(await store.GetAsync("/registry/core/secrets/a/b", None)));
            await store.WriteAsync(StoreWrite.Create("/registry/core/secrets/a/d", StoreContract.Value("third")), None);
        }
        Assert.Contains("is encrypted with aesgcm key \"k1\"", Assert.Throws<StoreUnavailableException>(() => Open(two)).Message);
    }

    [Fact]
    public async Task What_can_not_be_read_is_said()
    {
        using var folder = new TemporaryFolder();
        EmbeddedStore Open(ValueEncryption encryption) => EmbeddedStore.Open(new(Path.Combine(folder.Path, "store.db")) { Encryption = encryption });
        await using (var store = Open(With(ValueCipher.AesGcm("k1", First)))) await WriteAsync(store);
        string Error(ValueEncryption encryption) => Assert.Throws<StoreUnavailableException>(() => Open(encryption)).Message;
        Assert.Equal("the value of /registry/core/secrets/a/b can't be decrypted with aesgcm key \"k1\": it is another key, or the value is damaged", Error(With(ValueCipher.AesGcm("k1", Second))));
        Assert.Contains("is encrypted with aesgcm key \"k1\", which the encryption configuration does not have", Error(ValueEncryption.None));
        Assert.Contains("/registry/core/configmaps/a/b is not encrypted", Error(new([new(["/registry/core/secrets/"], [ValueCipher.AesGcm("k1", First)]), new(["/registry/"], [ValueCipher.AesGcm("k1", First)])])));
    }

    [Fact]
    public void A_sealed_value_can_not_be_moved_to_another_key()
    {
        var encryption = With(ValueCipher.AesGcm("k1", First));
        var stored = encryption.Seal("/registry/core/secrets/a/b", Encoding.UTF8.GetBytes(Secret));
        Assert.Throws<StoreUnavailableException>(() => encryption.Open("/registry/core/secrets/a/c", stored));
        Assert.Equal(Secret, Encoding.UTF8.GetString(encryption.Open("/registry/core/secrets/a/b", stored).Span));
    }
}
