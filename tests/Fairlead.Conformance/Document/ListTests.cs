namespace Fairlead.Conformance.Document;

/// <summary>The list is whole, and says of each title one thing.</summary>
public sealed class ListTests
{
    /// <summary>Counted, so that none gets lost.</summary>
    const int Whole = 410;

    [Fact]
    public void A_title_is_tested_or_not_yet_and_never_both()
    {
        var all = Behaviours.Tested.Concat(NotYet.All.Select(n => n.Title)).ToList();
        Assert.Empty(all.GroupBy(t => t).Where(g => g.Count() > 1).Select(g => g.Key));
        Assert.All(all, title => Assert.EndsWith(" [Conformance]", title));
        Assert.Equal(Whole, all.Count);
    }

    [Fact]
    public void What_is_not_yet_says_why() => Assert.All(NotYet.All, n => Assert.NotEmpty(n.Why));
}
