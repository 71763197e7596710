using System.Collections;
using System.Collections.Concurrent;

namespace Fairlead.Client.Metrics;

/// <summary>A number for each set of labels. Counting and reading are for any thread, and free of locks once a key is there.</summary>
public sealed class Counters<TKey> : IEnumerable<(TKey Key, long Value)> where TKey : notnull
{
    sealed class Count { public long Value; }

    readonly ConcurrentDictionary<TKey, Count> counts = new();

    public void Increment(TKey key) => Interlocked.Increment(ref counts.GetOrAdd(key, static _ => new Count()).Value);

    public void Decrement(TKey key) => Interlocked.Decrement(ref counts.GetOrAdd(key, static _ => new Count()).Value);

    public IEnumerator<(TKey Key, long Value)> GetEnumerator()
    {
        foreach (var (key, count) in counts) yield return (key, Interlocked.Read(ref count.Value));
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
