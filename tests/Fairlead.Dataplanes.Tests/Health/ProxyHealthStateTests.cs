using Fairlead.Dataplanes.Health;

namespace Fairlead.Dataplanes.Tests.Health;

/// <summary>When the proxy is healthy, step by step on a clock of the test's.</summary>
public sealed class ProxyHealthStateTests
{
    sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;
        public override DateTimeOffset GetUtcNow() => Now;
    }

    /// <summary>
    /// Each row is a script: q a change comes, s an attempt starts, a it is applied, + ten seconds pass. A change may wait
    /// for twenty-five.
    /// </summary>
    [Theory]
    [InlineData("", true)]
    [InlineData("q+++++", true)] // It starts.
    [InlineData("s+++++", true)]
    [InlineData("qsa", true)]
    [InlineData("qsa+++++", true)]
    [InlineData("qsaq++", true)]
    [InlineData("qsaq+++", false)]
    [InlineData("qsaq+++sa", true)]
    [InlineData("qsaqs++", true)]
    [InlineData("qsaqs+++", false)] // An attempt that hangs.
    [InlineData("qsaqs+s+s+", false)] // Attempts that fail: each is for the same change.
    [InlineData("qsaqs+s+s+a", true)]
    [InlineData("qsaq+q+q+", false)] // The first waits longest.
    [InlineData("qsaqsq++a", true)] // What came during an attempt waits for the next.
    [InlineData("qsaqsq++a+", false)]
    [InlineData("qsaqsq++as++", false)]
    [InlineData("qsas++s+", false)] // Nothing came, and what is there can't be confirmed.
    public void AChangeMayWaitForSoLong(string script, bool healthy)
    {
        var clock = new Clock();
        var health = new ProxyHealth(clock) { Timeout = TimeSpan.FromSeconds(25) };
        foreach (var step in script)
        {
            if (step == 'q') health.Queued();
            else if (step == 's') health.Starting(true);
            else if (step == 'a') health.Applied();
            else clock.Now += TimeSpan.FromSeconds(10);
        }
        Assert.Equal(healthy, health.Report().Healthy);
    }

    [Fact]
    public void TheLastUpdateIsNowAsLongAsItIsHealthy()
    {
        var clock = new Clock();
        var health = new ProxyHealth(clock);
        health.Starting(true);
        health.Applied();
        clock.Now += TimeSpan.FromHours(1);
        Assert.Equal(clock.Now, health.Report().LastUpdated);
        health.Queued();
        clock.Now += TimeSpan.FromHours(1);
        Assert.Equal((DateTimeOffset.UnixEpoch, clock.Now), (health.Report().LastUpdated, health.Report().Now));
    }
}
