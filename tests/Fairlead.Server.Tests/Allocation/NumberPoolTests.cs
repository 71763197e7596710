using System.Net;
using Fairlead.Server.Allocation;

namespace Fairlead.Server.Tests.Allocation;

public class NumberPoolTests
{
    [Fact]
    public void Every_number_of_a_range_is_given_once_and_those_on_request_last()
    {
        var (pool, range) = (new NumberPool(new Random(1)), new NumberRange(10, 20, 59));
        var given = Enumerable.Range(0, 50).Select(_ => (int)pool.TakeAny(range)!.Value).ToList();
        Assert.Equal(Enumerable.Range(10, 50), given.Order());
        Assert.All(given.Take(40), n => Assert.InRange(n, 20, 59));
        Assert.Null(pool.TakeAny(range));
        pool.Release(33);
        Assert.Equal((UInt128)33, pool.TakeAny(range));
    }

    [Fact]
    public void Only_what_nobody_was_seen_to_use_several_times_is_given_back()
    {
        var pool = new NumberPool(new Random(1));
        pool.TryTake(1);
        pool.TryTake(2);
        var used = new HashSet<UInt128> { 1, 3 };
        pool.Compare(used, 3);
        pool.Compare(used, 3);
        Assert.False(pool.TryTake(2)); // held for a moment before it is in use
        Assert.False(pool.TryTake(3)); // seen in use
        pool.Compare(new HashSet<UInt128> { 1, 2, 3 }, 3); // in use after all
        for (var look = 0; look < 3; look++) pool.Compare(used, 3);
        Assert.True(pool.TryTake(2));
        Assert.False(pool.TryTake(1));
    }

    [Theory]
    [InlineData("10.96.0.0/16", "10.96.0.1", "10.96.1.1", "10.96.255.254")]
    [InlineData("10.96.0.0/24", "10.96.0.1", "10.96.0.17", "10.96.0.254")]
    [InlineData("10.96.0.0/28", "10.96.0.1", "10.96.0.1", "10.96.0.14")]
    [InlineData("fd00::/112", "fd00::1", "fd00::101", "fd00::ffff")]
    [InlineData("fd00::/64", "fd00::1", "fd00::101", "fd00::ffff:ffff:ffff:ffff")]
    public void First_address_first_dynamic_one_and_last(string network, string first, string dynamic, string last)
    {
        var range = ServiceRange.Of(IPNetwork.Parse(network));
        Assert.Equal((first, dynamic, last, network), (range.AddressOf(range.Numbers.First), range.AddressOf(range.Numbers.Dynamic), range.AddressOf(range.Numbers.Last), range.Text));
    }

    [Fact]
    public void A_large_range_is_given_from_without_a_search()
    {
        var (pool, range) = (new NumberPool(new Random(1)), ServiceRange.Of(IPNetwork.Parse("fd00::/64")).Numbers);
        Assert.Equal(10_000, Enumerable.Range(0, 10_000).Select(_ => pool.TakeAny(range)).Distinct().Count());
    }

    [Theory]
    [InlineData("10.96.0.0/16", null)]
    [InlineData("fd00::/112, 10.96.0.0/16", null)]
    [InlineData("10.96.0.0/16,10.97.0.0/16", "there may be one range, or one of each address family")]
    [InlineData("10.96.0.0/16,fd00::/112,fd01::/112", "there may be one range, or one of each address family")]
    [InlineData("10.96.0.0/31", "must be from 8 to 30")]
    [InlineData("fd00::/48", "must be from 64 to 126")]
    [InlineData("ten", "is no range")]
    public void The_flag(string text, string? wrong)
    {
        var error = Record.Exception(() => ServiceRange.ParseFlag(text));
        if (wrong is null) Assert.Null(error);
        else Assert.Contains(wrong, Assert.IsType<FormatException>(error).Message);
    }
}
