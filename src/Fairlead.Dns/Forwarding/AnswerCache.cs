using System.Collections.Concurrent;
using Fairlead.Dns.Handlers;
using Fairlead.Wire.Dns;

namespace Fairlead.Dns.Forwarding;

/// <summary>
/// Answers from what was forwarded lately, positive and negative (RFC 2308), and else from the forwarder. Bounded: when
/// it is full, what has expired goes, then an eighth of the rest.
/// </summary>
sealed class AnswerCache(Forwarder forwarder, DnsOptions options, DnsMetrics metrics) : IDnsHandler
{
    readonly ConcurrentDictionary<string, StoredAnswer> answers = new(StringComparer.Ordinal);
    int count, sweeping;

    public ValueTask<bool> AnswerAsync(DnsQuery query, CancellationToken cancellation)
    {
        if (answers.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(query.Key, out var known) && AgeOf(known) is var age && age < known.Lifetime)
        {
            metrics.CacheHit();
            query.Relay(known, age);
            return ValueTask.FromResult(true);
        }
        metrics.CacheMiss();
        return ForwardAsync(query, cancellation);
    }

    async ValueTask<bool> ForwardAsync(DnsQuery query, CancellationToken cancellation)
    {
        var answer = await forwarder.ResolveAsync(query, cancellation).ConfigureAwait(false);
        if (answer is null)
        {
            query.Respond(DnsRcode.ServFail);
            return true;
        }
        query.Relay(answer, 0);
        if (answer.Lifetime > 0 && options.CacheEntries > 0) Keep(query.Key.ToString(), answer);
        return true;
    }

    void Keep(string key, StoredAnswer answer)
    {
        answer.StoredAt = options.Time.GetTimestamp();
        if (Volatile.Read(ref count) >= options.CacheEntries) Sweep();
        if (answers.TryAdd(key, answer)) Interlocked.Increment(ref count);
        else answers[key] = answer;
    }

    void Sweep()
    {
        if (Interlocked.Exchange(ref sweeping, 1) == 1) return;
        foreach (var (key, answer) in answers)
        {
            if (AgeOf(answer) >= answer.Lifetime) Drop(key);
        }
        var excess = count < options.CacheEntries ? 0 : options.CacheEntries / 8 + 1;
        foreach (var (key, _) in answers)
        {
            if (excess-- <= 0) break;
            Drop(key);
        }
        Volatile.Write(ref sweeping, 0);
    }

    void Drop(string key)
    {
        if (answers.TryRemove(key, out _)) Interlocked.Decrement(ref count);
    }

    uint AgeOf(StoredAnswer answer) => (uint)options.Time.GetElapsedTime(answer.StoredAt).TotalSeconds;
}
