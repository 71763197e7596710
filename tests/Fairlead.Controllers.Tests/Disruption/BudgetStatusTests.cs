using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Policy.V1;
using Fairlead.Controllers.Disruption;

namespace Fairlead.Controllers.Tests.Disruption;

public class BudgetStatusTests
{
    static PodDisruptionBudgetSpec Spec(string? least, string? most) => new() { MinAvailable = Value(least), MaxUnavailable = Value(most) };

    static IntOrString? Value(string? text) => text is null ? null : int.TryParse(text, out var number) ? number : text;

    [Theory]
    [InlineData("a number counts Pods", "2", null, 5, 9, 5, 2)]
    [InlineData("a share is of what is wanted, rounded up", "30%", null, 5, 9, 9, 3)]
    [InlineData("everything", "100%", null, 5, 9, 9, 9)]
    [InlineData("so many may be missing", null, "2", 5, 9, 9, 7)]
    [InlineData("a share may be missing, rounded up", null, "30%", 5, 9, 9, 6)]
    [InlineData("more may be missing than there are", null, "20", 5, 9, 9, 0)]
    [InlineData("no bound", null, null, 5, 9, 0, 0)]
    public void Counts(string why, string? least, string? most, int pods, int scale, int expected, int desired) =>
        Assert.True(new BudgetCounts(expected, desired) == BudgetStatus.Counts(Spec(least, most), pods, scale), why);

    [Fact]
    public void A_bound_that_is_no_percentage_is_an_error() =>
        Assert.Contains("\"many\"", Assert.Throws<FormatException>(() => BudgetStatus.Counts(Spec("many", null), 1, 1)).Message);

    static PodDisruptionBudget Budget(PodDisruptionBudgetStatus? status = null) => new()
    {
        Metadata = new ObjectMeta { Name = "b", Namespace = "ns", Generation = 3 },
        Status = status,
    };

    static readonly Dictionary<string, DateTimeOffset> None = [];

    [Theory]
    [InlineData(5, 3, 5, 2)]
    [InlineData(5, 3, 3, 0)]
    [InlineData(5, 3, 1, 0)]
    [InlineData(0, 0, 0, 0)]
    [InlineData(0, 0, 4, 0)] // what comes before it is counted is safe
    public void Allowed(int expected, int desired, int healthy, int allowed)
    {
        var status = BudgetStatus.Of(Budget(), new(expected, desired), healthy, None, Given.Noon);
        Assert.Equal((allowed, healthy, desired, expected, 3L), (status.DisruptionsAllowed, status.CurrentHealthy, status.DesiredHealthy, status.ExpectedPods, status.ObservedGeneration));
        var condition = Assert.Single(status.Conditions!);
        Assert.Equal(("DisruptionAllowed", allowed > 0 ? "True" : "False", allowed > 0 ? "SufficientPods" : "InsufficientPods", 3L), (condition.Type, condition.Status, condition.Reason, condition.ObservedGeneration));
    }

    [Fact]
    public void The_same_numbers_are_the_same_status_and_a_change_keeps_the_time_of_what_did_not_change()
    {
        var first = BudgetStatus.Of(Budget(), new(5, 3), 5, None, Given.Noon);
        Assert.Same(first, BudgetStatus.Of(Budget(first), new(5, 3), 5, None, Given.Noon.AddHours(1)));
        var fewer = BudgetStatus.Of(Budget(first), new(5, 3), 4, None, Given.Noon.AddHours(1));
        Assert.Equal(Given.Noon, Assert.Single(fewer.Conditions!).LastTransitionTime);
        Assert.Equal(Given.Noon.AddHours(2), Assert.Single(BudgetStatus.Of(Budget(fewer), new(5, 3), 3, None, Given.Noon.AddHours(2)).Conditions!).LastTransitionTime);
    }

    [Fact]
    public void An_allowed_eviction_is_remembered_until_the_Pod_goes_or_for_two_minutes()
    {
        var status = new PodDisruptionBudgetStatus { DisruptedPods = new Dictionary<string, DateTimeOffset>
        {
            ["new"] = Given.Noon.AddSeconds(-30), ["old"] = Given.Noon.AddMinutes(-3), ["going"] = Given.Noon, ["gone"] = Given.Noon,
        } };
        var going = Given.Pod("going");
        Pod[] pods = [Given.Pod("new"), Given.Pod("old"), going with { Metadata = going.Metadata with { DeletionTimestamp = Given.Noon } }, Given.Pod("other"), Given.Pod("unready", ready: false)];
        var kept = BudgetStatus.Disrupted(status, pods, Given.Noon, out var late, out var again);
        Assert.Equal(["new"], kept.Keys);
        Assert.Equal(["old"], late.Select(p => p.Metadata.Name));
        Assert.InRange(again!.Value, TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(91));
        Assert.Equal(2, BudgetStatus.Healthy(pods, kept)); // old and other
    }
}
