using System.Collections.Concurrent;

namespace Fairlead.Server.Webhooks;

/// <summary>Answers that are kept for a while. Of bounded size: when it is full everything is forgotten. For any thread.</summary>
public sealed class AnswerCache<TKey, TValue>(TimeProvider clock, int most = 4096) where TKey : notnull
{
    readonly ConcurrentDictionary<TKey, (TValue Value, DateTimeOffset Until)> kept = new();

    /// <summary>True if there is an answer that still counts.</summary>
    public bool TryGet(TKey key, out TValue value)
    {
        var found = kept.TryGetValue(key, out var entry) && clock.GetUtcNow() < entry.Until;
        value = entry.Value;
        return found;
    }

    public void Keep(TKey key, TValue value, TimeSpan lifetime)
    {
        if (lifetime <= TimeSpan.Zero) return;
        if (kept.Count >= most) kept.Clear();
        kept[key] = (value, clock.GetUtcNow() + lifetime);
    }
}
