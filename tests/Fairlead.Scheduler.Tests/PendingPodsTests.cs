using Fairlead.Api.Core.V1;
using Fairlead.Client;

namespace Fairlead.Scheduler.Tests;

public class PendingPodsTests
{
    readonly PendingPods pending = new();

    static Pod Pod(string name, int priority, int second)
    {
        var pod = Given.Pod(name, priority: priority);
        return pod with { Metadata = pod.Metadata with { CreationTimestamp = new DateTimeOffset(2025, 1, 1, 0, 0, second, TimeSpan.Zero) } };
    }

    string Drain()
    {
        var names = new List<string?>();
        while (pending.TryTake(out var pod)) names.Add(pod.Metadata.Name);
        return string.Join(' ', names);
    }

    [Fact]
    public void By_priority_then_age_then_order()
    {
        foreach (var pod in (Pod[])[Pod("late", 0, 9), Pod("early", 0, 1), Pod("high", 10, 9), Pod("negative", -1, 0), Pod("late2", 0, 9)]) pending.Put(pod);
        Assert.Equal("high early late late2 negative", Drain());
    }

    [Fact]
    public void One_that_was_tried_waits_until_the_cluster_changes()
    {
        pending.Put(Pod("a", 0, 1));
        pending.Put(Pod("b", 0, 2));
        Assert.Equal("a b", Drain());
        Assert.Equal((2, false), (pending.Count, pending.HasNext));
        pending.Remove(new ObjectKey("ns", "a"));
        pending.RetryAll();
        pending.RetryAll();
        Assert.Equal("b", Drain());
    }

    [Fact]
    public void A_newer_state_is_noted_without_another_try()
    {
        pending.Put(Pod("a", 0, 1));
        Drain();
        pending.Refresh(Pod("a", 5, 1));
        pending.Refresh(Pod("unknown", 5, 1));
        Assert.False(pending.TryTake(out _));
        pending.RetryAll();
        Assert.True(pending.TryTake(out var pod));
        Assert.Equal((5, 1), (pod.Spec!.Priority, pending.Count));
    }
}
