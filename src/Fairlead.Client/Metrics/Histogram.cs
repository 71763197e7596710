using System.Collections.Immutable;

namespace Fairlead.Client.Metrics;

/// <summary>Counts how long things took, by upper bounds in seconds. Lock-free, from any thread.</summary>
/// <param name="bounds">Ascending; the last bucket, of all that took longer, goes without saying.</param>
public sealed class Histogram(ImmutableArray<double> bounds)
{
    readonly long[] buckets = new long[bounds.Length + 1];
    long microseconds;

    public ImmutableArray<double> Bounds => bounds;

    public void Observe(TimeSpan took)
    {
        var at = 0;
        while (at < bounds.Length && took.TotalSeconds > bounds[at]) at++;
        Interlocked.Increment(ref buckets[at]);
        Interlocked.Add(ref microseconds, (long)took.TotalMicroseconds);
    }

    /// <summary>How many fell into each bucket alone, and the sum of all in seconds.</summary>
    public (long[] Buckets, double Sum) Read()
    {
        var read = new long[buckets.Length];
        for (var i = 0; i < read.Length; i++) read[i] = Interlocked.Read(ref buckets[i]);
        return (read, Interlocked.Read(ref microseconds) / 1e6);
    }
}
