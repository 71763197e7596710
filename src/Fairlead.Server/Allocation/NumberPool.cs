using System.Collections;

namespace Fairlead.Server.Allocation;

/// <summary>Numbers from zero up to a size, each held at most once. Thread-safe.</summary>
/// <param name="reserve">So many at the low end are given out on request only, or when nothing else is left.</param>
public sealed class NumberPool(int size, int reserve, Random random)
{
    readonly Lock gate = new();
    readonly BitArray taken = new(size);

    public int Free { get; private set; } = size;

    /// <summary>Takes this number; false if someone holds it.</summary>
    public bool TryTake(int number)
    {
        lock (gate)
        {
            if (taken[number]) return false;
            taken[number] = true;
            Free--;
            return true;
        }
    }

    /// <summary>Takes some free number; null when there is none.</summary>
    public int? TakeAny()
    {
        lock (gate)
        {
            if (Free == 0) return null;
            // A random start keeps an address that was just given back from being given out at once.
            var start = random.Next(reserve, taken.Length);
            var found = Next(start, taken.Length) ?? Next(reserve, start) ?? Next(0, reserve);
            if (found is not { } number) return null;
            taken[number] = true;
            Free--;
            return number;
        }
    }

    public void Release(int number)
    {
        lock (gate)
        {
            if (!taken[number]) return;
            taken[number] = false;
            Free++;
        }
    }

    int? Next(int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            if (!taken[i]) return i;
        }
        return null;
    }
}
