using Fairlead.Api.Apps.V1;
using Fairlead.Controllers.Deployments;

namespace Fairlead.Controllers.Tests.Deployments;

public class DeploymentStatusRulesTests
{
    static readonly DateTimeOffset Noon = Given.Noon;

    // The Progressing condition before (reason@minutes ago, status's updated/ready), the sets now, and what it becomes.
    [Theory]
    [InlineData("first pass", "", 0, "new:3/0", "", true, "True NewReplicaSetCreated Created new replica set \"new\"")]
    [InlineData("a set from before", "", 3, "new:3/0", "", false, "True FoundNewReplicaSet Found new replica set \"new\"")]
    [InlineData("a Pod more", "NewReplicaSetCreated@1", 2, "new:3/0", "", false, "True ReplicaSetUpdated ReplicaSet \"new\" is progressing.")]
    [InlineData("nothing new", "ReplicaSetUpdated@1", 3, "new:3/0", "", false, "True ReplicaSetUpdated before")]
    [InlineData("stuck", "ReplicaSetUpdated@11", 3, "new:3/0", "", false, "False ProgressDeadlineExceeded ReplicaSet \"new\" has timed out progressing.")]
    [InlineData("still stuck", "ProgressDeadlineExceeded@30", 3, "new:3/0", "", false, "False ProgressDeadlineExceeded before")]
    [InlineData("complete", "ReplicaSetUpdated@1", 3, "new:3/3", "", false, "True NewReplicaSetAvailable ReplicaSet \"new\" has successfully progressed.")]
    [InlineData("complete after being stuck", "ProgressDeadlineExceeded@30", 3, "new:3/3", "", false, "True NewReplicaSetAvailable ReplicaSet \"new\" has successfully progressed.")]
    [InlineData("a Pod of a complete one fails: no rollout", "NewReplicaSetAvailable@90", 3, "new:3/2", "", false, "True NewReplicaSetAvailable before")]
    [InlineData("back to an old template", "NewReplicaSetAvailable@90", 3, "new:0/0", "a:3/3", false, "True NewReplicaSetAvailable before")]
    [InlineData("the next rollout", "NewReplicaSetAvailable@90", 3, "new:1/0", "a:3/3", true, "True NewReplicaSetCreated Created new replica set \"new\"")]
    public void Progressing(string name, string before, int updated, string current, string old, bool created, string expected)
    {
        var deployment = Given.Deployment("ns", "d", 3) with { Status = Before(before, updated) };
        var sets = Sets(current).Concat(Sets(old)).ToList();
        var status = DeploymentStatusRules.Of(deployment, sets[0], sets, created, Noon);
        var condition = status.Conditions!.Single(c => c.Type == "Progressing");
        Assert.True(expected == $"{condition.Status} {condition.Reason} {condition.Message}", $"{name}: {condition}");
    }

    [Fact]
    public void Pausing_is_said_and_taken_back()
    {
        var deployment = Given.Deployment("ns", "d", 3) with { Status = Before("ReplicaSetUpdated@60", 3) };
        var paused = deployment with { Spec = deployment.Spec! with { Paused = true } };
        var set = Given.Set("new", 3, 1, 5);
        var status = DeploymentStatusRules.Of(paused, set, [set], false, Noon);
        Assert.Equal("Unknown DeploymentPaused Deployment is paused", Text(status, "Progressing"));
        Assert.Null(DeploymentStatusRules.Deadline(paused with { Status = status }, Noon));
        var resumed = DeploymentStatusRules.Of(deployment with { Status = status }, set, [set], false, Noon);
        Assert.Equal("Unknown DeploymentResumed Deployment is resumed", Text(resumed, "Progressing"));
        var stuck = paused with { Status = Before("ProgressDeadlineExceeded@60", 3) };
        Assert.Equal("False ProgressDeadlineExceeded before", Text(DeploymentStatusRules.Of(stuck, set, [set], false, Noon), "Progressing"));
    }

    [Theory]
    [InlineData(4, 3, "True MinimumReplicasAvailable Deployment has minimum availability.")] // 25% of 4 may be missing
    [InlineData(4, 2, "False MinimumReplicasUnavailable Deployment does not have minimum availability.")]
    [InlineData(0, 0, "True MinimumReplicasAvailable Deployment has minimum availability.")]
    public void Available(int replicas, int available, string expected)
    {
        var set = Given.Set("new", replicas, available, 1);
        var status = DeploymentStatusRules.Of(Given.Deployment("ns", "d", replicas), set, [set], true, Noon);
        Assert.Equal(expected, Text(status, "Available"));
        Assert.Equal(replicas - available == 0 ? null : replicas - available, status.UnavailableReplicas);
    }

    [Fact]
    public void A_set_that_cannot_make_Pods_is_told_of()
    {
        var set = Given.Set("new", 3, 0, 1);
        set = set with { Status = set.Status! with { Conditions = [new ReplicaSetCondition { Type = "ReplicaFailure", Status = "True", Reason = "FailedCreate", Message = "quota" }] } };
        Assert.Equal("True FailedCreate quota", Text(DeploymentStatusRules.Of(Given.Deployment("ns", "d", 3), set, [set], true, Noon), "ReplicaFailure"));
        Assert.Equal("False ReplicaSetCreateError Failed to create new replica set \"new\": no",
            Text(DeploymentStatusRules.NotCreated(Given.Deployment("ns", "d", 3), "new", "no", Noon), "Progressing"));
    }

    [Fact]
    public void Transition_and_update_times_move_each_for_its_own_reason()
    {
        var set = Given.Set("new", 3, 1, 5);
        var deployment = Given.Deployment("ns", "d", 3) with { Status = Before("ReplicaSetUpdated@5", 2) };
        var condition = DeploymentStatusRules.Of(deployment, set, [set], false, Noon).Conditions!.Single(c => c.Type == "Progressing");
        Assert.Equal((Noon, Noon.AddMinutes(-5)), (condition.LastUpdateTime, condition.LastTransitionTime));
    }

    [Fact]
    public void Without_a_deadline_nothing_is_said_of_progress()
    {
        var deployment = Given.Deployment("ns", "d", 3);
        deployment = deployment with { Spec = deployment.Spec! with { ProgressDeadlineSeconds = int.MaxValue } };
        var set = Given.Set("new", 3, 1, 5);
        Assert.DoesNotContain(DeploymentStatusRules.Of(deployment, set, [set], true, Noon).Conditions!, c => c.Type == "Progressing");
    }

    static string Text(DeploymentStatus status, string type) =>
        status.Conditions!.Where(c => c.Type == type).Select(c => $"{c.Status} {c.Reason} {c.Message}").Single();

    static DeploymentStatus Before(string condition, int updated)
    {
        var parts = condition.Split('@');
        var at = parts.Length > 1 ? Noon.AddMinutes(-int.Parse(parts[1])) : Noon;
        return new DeploymentStatus
        {
            Replicas = updated,
            UpdatedReplicas = updated,
            ReadyReplicas = 3,
            AvailableReplicas = 3,
            Conditions = condition.Length == 0 ? null :
            [
                new DeploymentCondition
                {
                    Type = "Progressing", Status = parts[0] == "ProgressDeadlineExceeded" ? "False" : "True", Reason = parts[0], Message = "before",
                    LastUpdateTime = at, LastTransitionTime = at,
                },
            ],
        };
    }

    static IEnumerable<ReplicaSet> Sets(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(t =>
    {
        var parts = t.Split(':', '/');
        return Given.Set(parts[0], int.Parse(parts[1]), int.Parse(parts[2]), 1);
    });
}
