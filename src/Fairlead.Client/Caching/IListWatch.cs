using Fairlead.Api.Meta.V1;

namespace Fairlead.Client.Caching;

/// <summary>Where an informer gets its objects from: one kind through its record, or any kind's metadata alone.</summary>
public interface IListWatch<T> where T : KubeObject
{
    /// <summary>All objects as of one revision.</summary>
    Task<KubeList<T>> ListAsync(CancellationToken cancellation);

    /// <summary>Events after the revision, until the server ends the watch.</summary>
    IAsyncEnumerable<WatchEvent<T>> WatchAsync(string revision, CancellationToken cancellation);
}
