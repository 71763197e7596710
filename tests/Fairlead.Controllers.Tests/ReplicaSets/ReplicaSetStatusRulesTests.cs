using Fairlead.Api.Apps.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Controllers.ReplicaSets;

namespace Fairlead.Controllers.Tests.ReplicaSets;

public class ReplicaSetStatusRulesTests
{
    static readonly ReplicaSet Set = new()
    {
        Metadata = new ObjectMeta { Name = "web", Uid = "s", Generation = 1 },
        Spec = new ReplicaSetSpec { Replicas = 2, Template = Given.Template("web:1") },
    };

    static readonly ReplicaSetCondition Foreign = new() { Type = "StatusUpdate", Status = "True", Reason = "E2E" };

    static ReplicaSet With(params ReplicaSetCondition[] conditions) => Set with { Status = new ReplicaSetStatus { Conditions = conditions } };

    static ReplicaSetStatus Of(ReplicaSet set, string? failure, int minutes = 0) => ReplicaSetStatusRules.Of(set, [Given.Pod("a")], failure, Given.Noon.AddMinutes(minutes));

    [Fact]
    public void A_failure_that_lasts_keeps_its_first_words_and_time()
    {
        var first = Of(Set, "pods \"web-a\" is forbidden");
        Assert.Equal([new() { Type = "ReplicaFailure", Status = "True", Reason = "FailedCreate", Message = "pods \"web-a\" is forbidden", LastTransitionTime = Given.Noon }], first.Conditions!);
        Assert.True(ReplicaSetStatusRules.Same(first, Of(Set with { Status = first }, "pods \"web-b\" is forbidden", minutes: 5)));
    }

    [Fact]
    public void A_failure_goes_when_it_is_over()
    {
        Assert.Null(Of(With(Of(Set, "no").Conditions![0]), null).Conditions);
        Assert.Equal([Foreign], Of(With(Of(Set, "no").Conditions![0], Foreign), null).Conditions!);
    }

    [Fact]
    public void Conditions_of_others_stay()
    {
        Assert.Equal([Foreign], Of(With(Foreign), null).Conditions!);
        Assert.Equal(["StatusUpdate", "ReplicaFailure"], Of(With(Foreign), "no").Conditions!.Select(c => c.Type));
        Assert.True(ReplicaSetStatusRules.Same(Of(With(Foreign), null), Of(Set with { Status = Of(With(Foreign), null) }, null)));
    }
}
