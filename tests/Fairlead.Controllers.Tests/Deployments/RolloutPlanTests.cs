using Fairlead.Api.Apps.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Controllers.Deployments;

namespace Fairlead.Controllers.Tests.Deployments;

public class RolloutPlanTests
{
    static IntOrString? Amount(string? text) => text is null ? null : int.TryParse(text, out var n) ? n : text;

    [Theory]
    [InlineData(10, "25%", "25%", 3, 2)] // up and down
    [InlineData(10, null, null, 3, 2)] // the default is 25%
    [InlineData(1, "25%", "25%", 1, 0)]
    [InlineData(3, "2", "1", 2, 1)]
    [InlineData(10, "0", "0", 0, 1)] // neither would never move
    [InlineData(2, "1", "5", 1, 2)] // not more than there are
    [InlineData(0, "25%", "25%", 0, 0)]
    public void Percentages_of_surge_round_up_and_of_unavailable_down(int replicas, string? surge, string? unavailable, int expectedSurge, int expectedUnavailable) =>
        Assert.Equal((expectedSurge, expectedUnavailable), RolloutPlan.Bounds(Given.Deployment("ns", "d", replicas, surge: Amount(surge), unavailable: Amount(unavailable))));

    // Sets are written new:size/available, old sets oldest first; the plan is what changes.
    [Theory]
    [InlineData("begin: the surge", 10, "25%", "25%", "new:0/0", "a:10/10", "new=3")]
    [InlineData("surge used: what may be unavailable goes", 10, "25%", "25%", "new:3/0", "a:10/10", "a=8")]
    [InlineData("new Pods ready: old ones go", 10, "25%", "25%", "new:3/3", "a:8/8", "new=5")]
    [InlineData("no surge", 10, "0", "1", "new:0/0", "a:10/10", "a=9")]
    [InlineData("nothing may be unavailable: wait", 2, "1", "0", "new:1/0", "a:2/2", "")]
    [InlineData("nothing may be unavailable: one is ready", 2, "1", "0", "new:1/1", "a:2/2", "a=1")]
    [InlineData("old Pods that serve nobody go first", 10, "25%", "25%", "new:3/0", "a:5/5 b:5/3", "b=3")]
    [InlineData("the oldest go first", 4, "1", "1", "new:1/1", "a:2/2 b:2/2", "a=0")]
    [InlineData("end", 3, "1", "0", "new:3/3", "a:1/1", "a=0")]
    [InlineData("done", 3, "1", "0", "new:3/3", "a:0/0", "")]
    [InlineData("too many new ones", 3, "1", "0", "new:5/5", "", "new=3")]
    [InlineData("to zero", 0, "1", "0", "new:0/0", "a:0/0", "")]
    [InlineData("a broken rollout is given up for another", 10, "25%", "25%", "new:0/0", "a:8/8 broken:5/0", "broken=0")]
    public void Rolling(string name, int replicas, string surge, string unavailable, string current, string old, string expected)
    {
        var deployment = Given.Deployment("ns", "d", replicas, surge: Amount(surge), unavailable: Amount(unavailable));
        Assert.True(expected == Plan(deployment, Sets(current, null, null).Single(), Sets(old, null, null)), $"{name}: {Plan(deployment, Sets(current, null, null).Single(), Sets(old, null, null))}");
    }

    [Theory]
    [InlineData("only one set", 3, 5, "new:3/3", "", "new=5")]
    [InlineData("only an old set", 3, 5, "", "a:3/3", "a=5")]
    [InlineData("up, in proportion", 10, 20, "new:5/5", "a:8/8", "a=15 new=10")] // 13 of 13 become 25 of 25, leftovers to the largest
    [InlineData("down, in proportion", 20, 10, "new:10/10", "a:15/15", "a=8 new=5")]
    [InlineData("to zero", 10, 0, "new:5/5", "a:8/8", "a=0 new=0")]
    [InlineData("the size is as wished already: only noted", 3, 5, "new:5/5", "", "new=5")]
    public void A_change_of_size_in_a_rollout_keeps_its_proportions(string name, int before, int after, string current, string old, string expected)
    {
        var most = before + RolloutPlan.Bounds(Given.Deployment("ns", "d", before)).Surge;
        var deployment = Given.Deployment("ns", "d", after);
        var plan = Plan(deployment, Sets(current, before, most).SingleOrDefault(), Sets(old, before, most));
        Assert.True(expected == plan, $"{name}: {plan}");
    }

    [Theory]
    [InlineData("no rollout", 3, "new:0/0", "a:3/3", "")]
    [InlineData("a size", 5, "", "a:3/3", "a=5")]
    [InlineData("up from zero: the present set", 3, "new:0/0", "a:0/0", "new=3")]
    [InlineData("up from zero without a present set: the newest", 3, "", "a:0/0 b:0/0", "b=3")]
    [InlineData("nothing to size", 3, "", "", "")]
    public void Paused_only_sizes(string name, int replicas, string current, string old, string expected)
    {
        var deployment = Given.Deployment("ns", "d", replicas);
        deployment = deployment with { Spec = deployment.Spec! with { Paused = true } };
        var most = 3 + 1;
        var plan = Plan(deployment, Sets(current, 3, most).SingleOrDefault(), Sets(old, 3, most));
        Assert.True(expected == plan, $"{name}: {plan}");
        Assert.False(RolloutPlan.WantsNewSet(deployment, Sets(old, 3, most), false));
    }

    [Theory]
    [InlineData("old sets go to zero", "a:3/3", false, "a=0", false)]
    [InlineData("old Pods are still there", "a:0/0", true, "", false)]
    [InlineData("all gone", "a:0/0", false, "new=3", true)]
    public void Recreate_waits_for_the_last_old_Pod(string name, string old, bool oldPodsRun, string expected, bool wantsNew)
    {
        var deployment = Given.Deployment("ns", "d", 3, strategy: "Recreate");
        var plan = Plan(deployment, Sets("new:0/0", null, null).Single(), Sets(old, null, null), oldPodsRun);
        Assert.True(expected == plan, $"{name}: {plan}");
        Assert.Equal(wantsNew, RolloutPlan.WantsNewSet(deployment, Sets(old, null, null), oldPodsRun));
    }

    [Fact]
    public void Any_rollout_ends_and_never_leaves_its_bounds()
    {
        var random = new Random(7);
        for (var round = 0; round < 300; round++)
        {
            var deployment = Given.Deployment("ns", "d", random.Next(0, 20), surge: $"{random.Next(0, 101)}%", unavailable: $"{random.Next(0, 101)}%");
            var (surge, unavailable) = RolloutPlan.Bounds(deployment);
            var wish = deployment.Spec!.Replicas!.Value;
            var current = Given.Set("new", 0, 0, 0);
            List<ReplicaSet> old = [Given.Set("a", wish, wish, 9), Given.Set("b", 0, 0, 8)];
            for (var step = 0; step < 200; step++)
            {
                var plan = RolloutPlan.Next(deployment, current, old, false);
                if (plan.Count == 0 && current.Status!.AvailableReplicas == current.Spec!.Replicas) break;
                current = Grow(current, plan);
                old = [.. old.Select(s => Grow(s, plan))];
                Assert.True(Total(old, current) <= wish + surge, $"round {round}: {Total(old, current)} Pods");
                Assert.True(old.Append(current).Sum(s => s.Status!.AvailableReplicas) >= wish - unavailable, $"round {round}: too few available");
                if (plan.Count == 0) current = current with { Status = current.Status! with { AvailableReplicas = current.Status.AvailableReplicas + 1 } };
            }
            Assert.Equal((wish, 0), (current.Spec!.Replicas, old.Sum(s => s.Spec!.Replicas)));
        }

        static int? Total(List<ReplicaSet> old, ReplicaSet current) => old.Append(current).Sum(s => s.Spec!.Replicas);

        static ReplicaSet Grow(ReplicaSet set, IReadOnlyDictionary<string, int> plan) => plan.TryGetValue(set.Metadata.Name!, out var size)
            ? set with { Spec = new ReplicaSetSpec { Replicas = size }, Status = set.Status! with { Replicas = size, AvailableReplicas = Math.Min(size, set.Status.AvailableReplicas ?? 0) } }
            : set;
    }

    static string Plan(Deployment deployment, ReplicaSet? current, List<ReplicaSet> old, bool oldPodsRun = false) =>
        string.Join(' ', RolloutPlan.Next(deployment, current, old, oldPodsRun).OrderBy(p => p.Key).Select(p => $"{p.Key}={p.Value}"));

    static List<ReplicaSet> Sets(string text, int? desired, int? most) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((t, i) =>
        {
            var parts = t.Split(':', '/');
            return Given.Set(parts[0], int.Parse(parts[1]), int.Parse(parts[2]), parts[0] == "new" ? 0 : 10 - i, desired, most);
        })];
}
