namespace Fairlead.Server.FlowControl;

/// <summary>How many seats a level's requests, running and waiting, wanted in a period.</summary>
public readonly record struct DemandWindow(int High, double Average, double Deviation)
{
    /// <summary>How much of the old envelope a period keeps (KEP-1040, "Seat Demand": half in five minutes of periods of ten seconds).</summary>
    const double Keep = 0.977;

    /// <summary>What the level is taken to want: rises at once, falls slowly.</summary>
    public double Smoothed(double before)
    {
        var envelope = Average + Deviation;
        return Math.Max(envelope, Keep * before + (1 - Keep) * envelope);
    }
}

/// <summary>Integrates the demand over time. Belongs to its level, and is touched under the level's lock.</summary>
public sealed class SeatDemand
{
    double elapsed, sum, squares;
    int high;

    /// <summary>So many seats were wanted for so long.</summary>
    public void Add(double seconds, int seats)
    {
        elapsed += seconds;
        sum += seconds * seats;
        squares += seconds * seats * seats;
    }

    /// <summary>So many are wanted now.</summary>
    public void Reach(int seats)
    {
        if (seats > high) high = seats;
    }

    /// <summary>The period that ends now; the next begins with what is wanted now.</summary>
    public DemandWindow Take(int now)
    {
        var average = elapsed > 0 ? sum / elapsed : now;
        var variance = elapsed > 0 ? squares / elapsed - average * average : 0;
        var window = new DemandWindow(high, average, Math.Sqrt(Math.Max(0, variance)));
        (elapsed, sum, squares, high) = (0, 0, 0, now);
        return window;
    }
}
