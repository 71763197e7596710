using Fairlead.Network.Traces.Causes;

namespace Fairlead.Network.Tests.Traces;

/// <summary>The first cause of each seeded fault is named, with the object and field to blame.</summary>
public class FaultTests
{
    public static TheoryData<string> Rows => [.. SeededFaults.All.Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Names(string name)
    {
        var fault = SeededFaults.All.Single(f => f.Name == name);
        var cluster = HealthyCluster.Create();
        fault.Seed?.Invoke(cluster);

        var result = cluster.Trace(fault.From, fault.To, fault.Protocol);

        Assert.NotNull(result.Cause);
        Assert.Equal(fault.Reason, result.Cause.Cause.Reason);
        Assert.Contains(fault.Says, result.Cause.Text);
        Assert.Equal(fault.Blame.Replace("  ", " ", StringComparison.Ordinal), result.Cause.Provenance?.ToString() ?? "");
        Assert.Equal(fault.IsCertain, result.Cause.IsCertain);
        Assert.Equal(fault.IsCertain, !result.Answers);
        Assert.EndsWith(".", result.Cause.Text);
        Assert.EndsWith(".", result.Cause.Remedy);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void IsTheSeedsAlone(string name)
    {
        var fault = SeededFaults.All.Single(f => f.Name == name);
        if (fault.Seed is null || !fault.AnswersWithout) return;

        Assert.Null(HealthyCluster.Create().Trace(fault.From, fault.To, fault.Protocol).Cause);
    }

    [Fact]
    public void EveryCauseHasARow() =>
        Assert.Equal(KnownCauses.All.Select(c => c.Reason).Where(r => r != "NobodyListens").Order(StringComparer.Ordinal), SeededFaults.All.Select(f => f.Reason).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void AtLeastFortyFaultsAreSeeded() => Assert.True(SeededFaults.All.Count() >= 40);
}
