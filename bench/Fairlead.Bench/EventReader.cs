using System.Buffers.Text;
using System.Diagnostics;

namespace Fairlead.Bench;

/// <summary>One watcher: counts events by the stamps in their objects' data, and how old each was when it came.</summary>
sealed class EventReader
{
    const int StampBytes = 29; // "stamp":"00000000000000000000

    readonly byte[] kept = new byte[2 * StampBytes];
    int keptBytes;

    /// <summary>Ticks of the stopwatch from before a write was sent; only of what comes while <see cref="IsSampling"/>.</summary>
    public List<long> Latencies { get; } = [];

    public bool IsSampling { get; set; }

    /// <summary>Takes what came of the answer, wherever it is cut; returns how many events it completes.</summary>
    public int Take(ReadOnlySpan<byte> bytes)
    {
        var events = 0;
        if (keptBytes > 0)
        {
            // A stamp that the last piece may have begun.
            var more = bytes[..Math.Min(StampBytes, bytes.Length)];
            more.CopyTo(kept.AsSpan(keptBytes));
            var joined = kept.AsSpan(0, keptBytes + more.Length);
            if (Next(joined) is var end and > 0)
            {
                events++;
                bytes = bytes[Math.Max(0, end - keptBytes)..];
            }
            else if (more.Length < StampBytes)
            {
                Keep(joined);
                return 0;
            }
        }
        for (; Next(bytes) is var end and > 0; events++) bytes = bytes[end..];
        Keep(bytes);
        return events;
    }

    /// <summary>Where the first whole stamp ends, or 0.</summary>
    int Next(ReadOnlySpan<byte> bytes)
    {
        var at = bytes.IndexOf("\"stamp\":\""u8);
        if (at < 0 || bytes.Length - at < StampBytes) return 0;
        if (IsSampling && Utf8Parser.TryParse(bytes.Slice(at + 9, 20), out long sent, out _) && sent > 0) Latencies.Add(Stopwatch.GetTimestamp() - sent);
        return at + StampBytes;
    }

    void Keep(ReadOnlySpan<byte> bytes)
    {
        keptBytes = Math.Min(bytes.Length, StampBytes - 1);
        bytes[^keptBytes..].CopyTo(kept);
    }
}
