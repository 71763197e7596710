namespace Fairlead.Server.FlowControl;

/// <summary>How many requests of one kind are served at once. For any thread.</summary>
/// <param name="most">0: any number.</param>
sealed class InFlightLimit(int most) : ISeatOwner
{
    int count;

    /// <summary>How many are served.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>One more, if there is room.</summary>
    public bool TryEnter(out FlowSeat seat)
    {
        if (Interlocked.Increment(ref count) <= most || most == 0)
        {
            seat = new(this);
            return true;
        }
        Interlocked.Decrement(ref count);
        seat = default;
        return false;
    }

    void ISeatOwner.Leave(in FlowSeat seat) => Interlocked.Decrement(ref count);
}
