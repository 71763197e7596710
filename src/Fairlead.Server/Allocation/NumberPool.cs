namespace Fairlead.Server.Allocation;

/// <summary>Numbers that may be given out: both ends included.</summary>
/// <param name="Dynamic">Numbers below it are given out on request only, or when nothing else is left (KEP-3070).</param>
public readonly record struct NumberRange(UInt128 First, UInt128 Dynamic, UInt128 Last)
{
    public bool Contains(UInt128 number) => number >= First && number <= Last;
}

/// <summary>Numbers of which each is held at most once. Thread-safe. It takes memory for those that are held alone.</summary>
public sealed class NumberPool(Random random)
{
    readonly Lock gate = new();
    readonly HashSet<UInt128> taken = [];

    // Held, as far as this pool knows, but not seen in use: how often that was so.
    readonly Dictionary<UInt128, int> unseen = [];

    /// <summary>Takes this number; false if someone holds it.</summary>
    public bool TryTake(UInt128 number)
    {
        lock (gate) return taken.Add(number);
    }

    /// <summary>Takes some free number of the range; null when there is none.</summary>
    public UInt128? TakeAny(NumberRange range)
    {
        lock (gate)
        {
            var found = Find(range.Dynamic, range.Last) ?? (range.Dynamic > range.First ? Find(range.First, range.Dynamic - 1) : null);
            if (found is { } number) taken.Add(number);
            return found;
        }
    }

    public void Release(UInt128 number)
    {
        lock (gate)
        {
            taken.Remove(number);
            unseen.Remove(number);
        }
    }

    /// <summary>
    /// Compares with what is in use: takes what is not held yet, and gives back what was not in use in so many looks,
    /// this one included. One look is not enough: a number is held for a moment before it is in use.
    /// </summary>
    public void Compare(IReadOnlySet<UInt128> used, int looks)
    {
        lock (gate)
        {
            taken.UnionWith(used);
            foreach (var number in unseen.Keys.Where(used.Contains).ToList()) unseen.Remove(number);
            foreach (var number in taken.Where(n => !used.Contains(n)).ToList())
            {
                var count = unseen[number] = unseen.GetValueOrDefault(number) + 1;
                if (count < looks) continue;
                taken.Remove(number);
                unseen.Remove(number);
            }
        }
    }

    // A random start keeps a number that was just given back from being given out at once.
    UInt128? Find(UInt128 first, UInt128 last)
    {
        if (last < first) return null;
        var size = last - first + 1;
        var number = first + (UInt128)random.NextInt64((long)UInt128.Min(size, long.MaxValue));
        // Among one more numbers than are taken one is free.
        for (var left = UInt128.Min(size, (UInt128)taken.Count + 1); left > 0; left--)
        {
            if (!taken.Contains(number)) return number;
            number = number == last ? first : number + 1;
        }
        return null;
    }
}
