using System.Collections.Concurrent;

namespace Fairlead.Store.Etcd;

/// <summary>
/// The store's revisions in terms of etcd's. They are the same, but for a store whose objects were brought from
/// elsewhere: then its revisions go on above those it had (the base), since etcd can't be told to begin at a number, and
/// the objects that were brought keep their revisions until they are written again.
/// </summary>
sealed class EtcdRevisions
{
    readonly ConcurrentDictionary<string, (long Revision, long Mod)> brought = new(StringComparer.Ordinal);
    long offset;

    /// <summary>What is added to etcd's revisions.</summary>
    public long Base
    {
        get => Volatile.Read(ref offset);
        set => Volatile.Write(ref offset, value);
    }

    public long ToStore(long mod) => mod + Base;

    public long ToEtcd(long revision) => revision - Base;

    /// <summary>Notes that the key, at etcd's revision, holds an object that was brought with a revision of its own.</summary>
    public void Brought(string key, long mod, long revision) => brought[key] = (revision, mod);

    /// <summary>Notes that it holds another one now.</summary>
    public void Written(string key)
    {
        if (!brought.IsEmpty) brought.TryRemove(key, out _);
    }

    /// <summary>etcd's revision of the key when it holds the version of that revision; -1, which no key has, if it can't.</summary>
    public long ModOf(string key, long revision)
    {
        if (revision > Base) return ToEtcd(revision);
        return brought.TryGetValue(key, out var known) && known.Revision == revision ? known.Mod : -1;
    }
}
