using Fairlead.Api.Apps.V1;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Selectors;
using Fairlead.Controllers.ReplicationControllers;

namespace Fairlead.Controllers.Tests.ReplicationControllers;

public class ReplicationControllerConversionTests
{
    static readonly ReplicationController Whole = new()
    {
        Metadata = new ObjectMeta { Name = "web", Namespace = "ns", Uid = "u", Generation = 3 },
        Spec = new()
        {
            Replicas = 4,
            MinReadySeconds = 5,
            Selector = new Dictionary<string, string> { ["app"] = "web" },
            Template = Given.Template("web:1"),
        },
        Status = new()
        {
            Replicas = 6,
            FullyLabeledReplicas = 7,
            ReadyReplicas = 8,
            AvailableReplicas = 9,
            ObservedGeneration = 2,
            Conditions = [new() { Type = "ReplicaFailure", Status = "True", Reason = "FailedCreate", Message = "no", LastTransitionTime = Given.Noon }],
        },
    };

    [Fact]
    public void It_asks_for_what_the_ReplicaSet_asks_for()
    {
        var set = ReplicationControllerConversion.ToReplicaSet(Whole);
        Assert.Same(Whole.Metadata, set.Metadata);
        Assert.Same(Whole.Spec!.Template, set.Spec!.Template);
        Assert.Equal((4, 5, "app=web"), (set.Spec.Replicas, set.Spec.MinReadySeconds, LabelSelectorText.From(set.Spec.Selector).ToString()));
    }

    [Fact]
    public void The_status_goes_there_and_back_whole() =>
        Assert.Equal(Text(Whole.Status!), Text(ReplicationControllerConversion.Status(ReplicationControllerConversion.ToReplicaSet(Whole).Status!)));

    [Fact]
    public void Nothing_is_made_up()
    {
        var set = ReplicationControllerConversion.ToReplicaSet(new ReplicationController { Metadata = Whole.Metadata });
        Assert.Equal((null, null), (set.Spec, set.Status));
        Assert.Equal("""{"replicas":0}""", Text(ReplicationControllerConversion.Status(new ReplicaSetStatus())));
    }

    [Fact]
    public void Without_a_selector_it_takes_no_Pod()
    {
        foreach (var none in (Dictionary<string, string>?[])[null, []])
        {
            var set = ReplicationControllerConversion.ToReplicaSet(Whole with { Spec = Whole.Spec! with { Selector = none } });
            Assert.False(LabelSelectorText.From(set.Spec!.Selector).Matches(new Dictionary<string, string> { ["app"] = "web" }));
        }
    }

    static string Text<T>(T value) => System.Text.Encoding.UTF8.GetString(ApiJson.Write(value));
}
