using Fairlead.Api.Core.V1;
using Fairlead.Controllers.ReplicaSets;

namespace Fairlead.Controllers.Tests.ReplicaSets;

public class PodRankingTests
{
    static Pod Running(string name, string node = "n1") => Given.Pod(name, node: node);

    public static TheoryData<string, Pod, Pod> Pairs => new()
    {
        { "unassigned", Given.Pod("z"), Running("a") },
        { "pending", Running("z") with { Status = new PodStatus { Phase = "Pending" } }, Running("a") },
        { "not ready", Given.Pod("z", ready: false, node: "n1"), Running("a") },
        { "cheap", Running("z"), Cost(Running("a"), "10") },
        { "very cheap", Cost(Running("z"), "-10"), Running("a") },
        { "ready for a shorter time", ReadyFor(Running("z"), 1), ReadyFor(Running("a"), 1000) },
        { "restarted more often", Restarted(Running("z"), 3), Restarted(Running("a"), 0) },
        { "younger", Born(Running("z"), 1), Born(Running("a"), 1000) },
        { "about the same age: the uid", Born(Running("a"), 700), Born(Running("z"), 690) },
    };

    [Theory]
    [MemberData(nameof(Pairs), DisableDiscoveryEnumeration = true)]
    public void The_Pod_that_is_missed_least_goes_first(string name, Pod first, Pod second)
    {
        Assert.True(first == PodRanking.FirstToGo([first, second], [], 1, Given.Noon).Single(), name);
        Assert.True(first == PodRanking.FirstToGo([second, first], [], 1, Given.Noon).Single(), name);
    }

    [Fact]
    public void Nodes_with_more_Pods_of_the_same_Deployment_give_first()
    {
        Pod[] own = [Running("a", "n1"), Running("z", "n2")];
        Pod[] related = [.. own, Running("other", "n2")];
        Assert.Equal("z", PodRanking.FirstToGo(own, related, 1, Given.Noon).Single().Metadata.Name);
    }

    static Pod Cost(Pod pod, string cost) =>
        pod with { Metadata = pod.Metadata with { Annotations = new Dictionary<string, string> { ["controller.kubernetes.io/pod-deletion-cost"] = cost } } };

    static Pod ReadyFor(Pod pod, int minutes) => pod with
    {
        Status = pod.Status! with { Conditions = [new PodCondition { Type = "Ready", Status = "True", LastTransitionTime = Given.Noon.AddMinutes(-minutes) }] },
    };

    static Pod Restarted(Pod pod, int times) =>
        pod with { Status = pod.Status! with { ContainerStatuses = [new ContainerStatus { Name = "c", RestartCount = times }] } };

    static Pod Born(Pod pod, int minutes) => pod with { Metadata = pod.Metadata with { CreationTimestamp = Given.Noon.AddMinutes(-minutes) } };
}
