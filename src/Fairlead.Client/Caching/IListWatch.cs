using Fairlead.Api.Meta.V1;

namespace Fairlead.Client.Caching;

/// <summary>Where an informer gets its objects from: one kind through its record, or any kind's metadata alone.</summary>
public interface IListWatch<T> where T : KubeObject
{
    /// <summary>A part of all objects as of one revision, which every part names.</summary>
    /// <param name="next">metadata.continue of the part before; null for the first. The last has none.</param>
    Task<ListPart<T>> ListAsync(string? next, CancellationToken cancellation);

    /// <summary>Events after the revision, until the server ends the watch.</summary>
    IAsyncEnumerable<WatchEvent<T>> WatchAsync(string revision, CancellationToken cancellation);
}
