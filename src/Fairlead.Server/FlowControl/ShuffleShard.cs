namespace Fairlead.Server.FlowControl;

/// <summary>
/// Deals a flow its hand of queues: distinct ones, always the same for the same flow, so that a flow that fills all of
/// its queues leaves most others at least one that is free (KEP-1040, shuffle sharding). Deals one at a time: mostly the
/// first is taken.
/// </summary>
public ref struct ShuffleShard
{
    /// <summary>More cards than 60 bits can deal are never asked for.</summary>
    public const int MostCards = 32;

    readonly int deck;
    readonly Span<int> dealt;
    ulong rest;
    int count;

    /// <param name="hash">Of the flow; all 64 bits count.</param>
    /// <param name="deck">Number of queues; at least 1.</param>
    /// <param name="space">Room for the cards of the hand.</param>
    public ShuffleShard(ulong hash, int deck, Span<int> space)
    {
        (rest, this.deck) = (hash, deck);
        dealt = space;
    }

    /// <summary>The next card, 0 to deck - 1; false when the hand is full or the deck is empty.</summary>
    public bool Deal(out int card)
    {
        card = -1;
        if (count == dealt.Length || count == deck) return false;
        var left = (ulong)(deck - count);
        card = (int)(rest % left);
        rest /= left;
        // The number is one among the cards that are left; those that are gone, kept in order, are stepped over.
        var at = 0;
        while (at < count && dealt[at] <= card)
        {
            card++;
            at++;
        }
        for (var i = count; i > at; i--) dealt[i] = dealt[i - 1];
        dealt[at] = card;
        count++;
        return true;
    }

    /// <summary>The 64 bits of a flow from two hashes, each bit of which matters for each card (the finalizer of SplitMix64).</summary>
    public static ulong Mix(int schema, int distinguisher)
    {
        var z = ((ulong)(uint)schema << 32) | (uint)distinguisher;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
}
