namespace Fairlead.Node.Statistics;

/// <summary>How fast processor time was used between two looks at its sum. Thread-safe.</summary>
sealed class CpuRates
{
    // Between looks that follow each other at once a rate says nothing.
    static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(200);

    readonly Dictionary<string, (DateTimeOffset Time, DateTimeOffset Asked, long Nanoseconds, long? Rate)> last = new(StringComparer.Ordinal);
    readonly Lock gate = new();

    /// <returns>Nanoseconds of processor time a second; null at the first look.</returns>
    public long? Next(string of, DateTimeOffset time, long nanoseconds)
    {
        lock (gate)
        {
            if (!last.TryGetValue(of, out var before) || nanoseconds < before.Nanoseconds)
            {
                last[of] = (time, time, nanoseconds, null);
                return null;
            }
            var passed = time - before.Time;
            var rate = passed < Shortest ? before.Rate : (long)((nanoseconds - before.Nanoseconds) / passed.TotalSeconds);
            last[of] = passed < Shortest ? before with { Asked = time } : (time, time, nanoseconds, rate);
            return rate;
        }
    }

    /// <summary>Lets go of what was not asked for lately.</summary>
    public void Forget(DateTimeOffset now)
    {
        lock (gate)
        {
            foreach (var key in last.Where(l => now - l.Value.Asked > TimeSpan.FromMinutes(10)).Select(l => l.Key).ToList()) last.Remove(key);
        }
    }
}
