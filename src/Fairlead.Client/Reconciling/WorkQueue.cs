using System.Threading.Channels;

namespace Fairlead.Client.Reconciling;

/// <summary>
/// Keys that wait to be reconciled. A key is in it at most once, is never handed to two workers at a time, and when it
/// is added while being worked on it comes again afterwards. Thread-safe. Its length is bounded by the number of objects.
/// </summary>
public sealed class WorkQueue<TKey>(TimeProvider time) where TKey : notnull
{
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    readonly Lock gate = new();
    readonly Channel<TKey> ready = Channel.CreateUnbounded<TKey>();
    readonly HashSet<TKey> waiting = [];
    readonly HashSet<TKey> working = [];
    readonly Dictionary<TKey, int> failures = [];
    readonly Dictionary<TKey, DateTimeOffset> later = [];

    /// <summary>How many keys wait.</summary>
    public int Count { get { lock (gate) return waiting.Count; } }

    public void Add(TKey key)
    {
        lock (gate)
        {
            if (!waiting.Add(key) || working.Contains(key)) return;
            ready.Writer.TryWrite(key);
        }
    }

    /// <summary>
    /// Adds the key after a while. If it is to come later already, the earlier time alone counts: a key that asks to come
    /// back each time it is worked on does so once, however often it came in between.
    /// </summary>
    public void AddAfter(TKey key, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
        {
            Add(key);
            return;
        }
        var due = time.GetUtcNow() + delay;
        lock (gate)
        {
            if (later.TryGetValue(key, out var sooner) && sooner <= due) return;
            later[key] = due;
        }
        _ = AddLaterAsync(key, delay, due);
    }

    /// <summary>Adds the key after a pause that doubles with each failure in a row, from 5 ms to a minute.</summary>
    public void AddAfterFailure(TKey key)
    {
        int count;
        lock (gate)
        {
            failures.TryGetValue(key, out count);
            failures[key] = count + 1;
        }
        AddAfter(key, TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Min(count, 20))));
    }

    /// <summary>Forgets the key's failures: the next pause is short again.</summary>
    public void Forget(TKey key)
    {
        lock (gate) failures.Remove(key);
    }

    /// <summary>Waits for a key and takes it. Call <see cref="Done"/> when it has been worked on.</summary>
    public async Task<TKey> TakeAsync(CancellationToken cancellation)
    {
        var key = await ready.Reader.ReadAsync(cancellation).ConfigureAwait(false);
        lock (gate)
        {
            waiting.Remove(key);
            working.Add(key);
            return key;
        }
    }

    public void Done(TKey key)
    {
        lock (gate)
        {
            working.Remove(key);
            if (!waiting.Contains(key)) return;
            ready.Writer.TryWrite(key);
        }
    }

    async Task AddLaterAsync(TKey key, TimeSpan delay, DateTimeOffset due)
    {
        await Task.Delay(delay, time).ConfigureAwait(false);
        lock (gate)
        {
            // An earlier time was asked for meanwhile, and has its own timer.
            if (!later.TryGetValue(key, out var wished) || wished != due) return;
            later.Remove(key);
        }
        Add(key);
    }
}
