using Fairlead.Store;

namespace Fairlead.Server.Registry;

/// <summary>Something that is computed from stored objects and follows them. Called by one <see cref="StoreFollower"/>, from one task at a time.</summary>
public interface IStoreView
{
    /// <summary>The keys it is computed from: those that begin so. Each ends with '/'.</summary>
    IReadOnlyList<string> Prefixes { get; }

    /// <summary>Everything will be put again: history was lost.</summary>
    void Reset();

    /// <summary>An object was created or changed.</summary>
    void Put(StoreEntry entry);

    /// <summary>An object went.</summary>
    void Remove(string key);

    /// <summary>Some puts and removals are through: readers may see them from now on.</summary>
    void Publish();
}
