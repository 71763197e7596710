using Fairlead.Store.Memory;

namespace Fairlead.Store.Tests;

public sealed class InMemoryStoreTests : StoreContract
{
    protected override IStore Open() => new InMemoryStore();

    protected override IStore OpenWithLag(int events) => new InMemoryStore(events);
}
