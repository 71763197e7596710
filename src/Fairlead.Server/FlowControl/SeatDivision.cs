namespace Fairlead.Server.FlowControl;

/// <summary>The seats of a level: its own by shares, the least when all it lends is lent, the most when it borrows all it may.</summary>
public readonly record struct SeatBounds(int Nominal, int Least, int Most);

/// <summary>What a level claims of the seats that are divided, after a period.</summary>
/// <param name="Least">What it keeps in any case.</param>
/// <param name="Own">What it has if nobody borrows.</param>
/// <param name="Target">What it wants; between Least and Most.</param>
public readonly record struct SeatWish(double Least, double Own, double Target);

/// <summary>
/// Divides the server's seats among levels (KEP-1040, "Priority Level Concurrency Borrowing"). Pure. Differs from upstream
/// where there is enough for all: what nobody wants stays with its owners and is not spread over others.
/// </summary>
public static class SeatDivision
{
    const int Halvings = 50;

    /// <summary>The bounds of each level, in the levels' order.</summary>
    /// <param name="total">Seats of the server.</param>
    public static SeatBounds[] Bounds(int total, IReadOnlyList<LevelOptions> levels)
    {
        ArgumentNullException.ThrowIfNull(levels);
        var shares = levels.Sum(l => (long)l.Shares);
        return [.. levels.Select(level =>
        {
            var nominal = shares == 0 ? 0 : (int)Math.Ceiling((double)total * level.Shares / shares);
            var borrowed = level.BorrowingLimitPercent is { } limit ? Percent(nominal, limit) : total;
            return new SeatBounds(nominal, nominal - Percent(nominal, level.LendablePercent), (int)Math.Min(int.MaxValue, (long)nominal + borrowed));
        })];
    }

    /// <summary>What a level claims.</summary>
    /// <param name="high">The most seats that it wanted at a time.</param>
    /// <param name="smoothed">See <see cref="DemandWindow.Smoothed"/>.</param>
    public static SeatWish Wish(in SeatBounds bounds, int high, double smoothed)
    {
        // What it used of its own it keeps: lending never takes a seat that was in use.
        double least = Math.Max(bounds.Least, Math.Min(bounds.Nominal, high));
        var target = Math.Clamp(smoothed, least, Math.Max(least, bounds.Most));
        return new(least, Math.Max(target, bounds.Nominal), target);
    }

    /// <summary>
    /// Divides the seats. If they are enough for what all want, each gets that, and what is left goes back to those that
    /// lent it; if not, each gets the same part of what it wants, but no less than its least.
    /// </summary>
    public static int[] Divide(double seats, IReadOnlyList<SeatWish> wishes)
    {
        ArgumentNullException.ThrowIfNull(wishes);
        var wanted = wishes.Sum(w => w.Target);
        if (wanted > seats) return Scarce(seats, wishes);
        var lent = wishes.Sum(w => w.Own) - wanted;
        var returned = lent > 0 ? Math.Min(1, (seats - wanted) / lent) : 0;
        return [.. wishes.Select(w => Rounded(w.Target + returned * (w.Own - w.Target)))];
    }

    static int[] Scarce(double seats, IReadOnlyList<SeatWish> wishes)
    {
        // The sum grows with the part, which is found by halving.
        var (low, high) = (0.0, 1.0);
        for (var i = 0; i < Halvings; i++)
        {
            var middle = (low + high) / 2;
            if (wishes.Sum(w => Given(w, middle)) > seats) high = middle;
            else low = middle;
        }
        return [.. wishes.Select(w => Rounded(Given(w, low)))];
    }

    static double Given(SeatWish wish, double part) => Math.Max(wish.Least, part * wish.Target);

    static int Rounded(double seats) => (int)Math.Round(seats, MidpointRounding.AwayFromZero);

    static int Percent(int of, int percent) => (int)Math.Min(int.MaxValue, Math.Round((double)of * percent / 100, MidpointRounding.AwayFromZero));
}
