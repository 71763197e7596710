using Fairlead.Server.FlowControl;

namespace Fairlead.Server.Tests.FlowControl;

/// <summary>Who has how many seats (KEP-1040).</summary>
public sealed class SeatDivisionTests
{
    static LevelOptions Level(int shares, int lends = 0, int? borrows = null) => new("", "", false, shares, lends, borrows);

    [Fact]
    public void Shares_make_seats_and_the_percentages_bound_them()
    {
        var bounds = SeatDivision.Bounds(600, [Level(30, 33), Level(100, 90), Level(115, 0, 50)]);
        Assert.Equal([new(74, 50, 674), new(245, 24, 845), new(282, 282, 423)], bounds);
    }

    public static TheoryData<string, double[], int[]> Demands => new()
    {
        { "nobody wants anything: each keeps its own", [0, 0, 0], [100, 100, 100] },
        { "one wants more: the idle ones lend what they may", [1000, 0, 0], [150, 50, 100] },
        { "one wants a little more: no more is lent", [120, 0, 0], [120, 80, 100] },
        { "a lender that is busy lends less", [1000, 80, 0], [120, 80, 100] },
        { "one that may not borrow stays with its own", [0, 0, 1000], [100, 100, 100] },
    };

    [Theory, MemberData(nameof(Demands))]
    public void Seats_are_lent_by_demand(string name, double[] wanted, int[] expected)
    {
        Assert.NotEmpty(name);
        SeatBounds[] bounds = [new(100, 100, 300), new(100, 50, 300), new(100, 100, 100)];
        Assert.Equal(expected, SeatDivision.Divide(300, [.. bounds.Zip(wanted, (b, w) => SeatDivision.Wish(b, (int)w, w))]));
    }

    [Fact]
    public void Demand_rises_at_once_and_falls_slowly()
    {
        var demand = new SeatDemand();
        demand.Reach(10);
        demand.Add(5, 10);
        demand.Add(5, 0);
        var window = demand.Take(0);
        Assert.Equal(new DemandWindow(10, 5, 5), window);
        Assert.Equal(10, window.Smoothed(0));
        demand.Add(10, 0);
        Assert.Equal(9.77, demand.Take(0).Smoothed(10), 3);
    }
}
