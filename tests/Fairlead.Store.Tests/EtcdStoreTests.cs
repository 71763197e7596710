using Fairlead.Store.Etcd;

namespace Fairlead.Store.Tests;

/// <summary>The contract on a real etcd, and what is etcd's own.</summary>
public sealed class EtcdStoreTests : StoreContract
{
    readonly EtcdProcess etcd = new();

    protected override void End() => etcd.Dispose();

    EtcdStoreOptions Options => new([etcd.Endpoint]);

    protected override IStore Open() => Open(Options);

    // A fresh prefix, since revisions go on where the test's first store left them.
    protected override IStore OpenWithLag(int events) => Open(Options with { WatcherLag = events, Prefix = "/small" });

    static EtcdStore Open(EtcdStoreOptions options) => EtcdStore.OpenAsync(options, CancellationToken.None).GetAwaiter().GetResult();
}
