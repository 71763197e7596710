using System.Net;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Controllers.Nodes;

namespace Fairlead.Controllers.Tests.Nodes;

public class NodeRulesTests
{
    static readonly DateTimeOffset Noon = Given.Noon;

    static Node Node(string conditions, bool unschedulable = false, params Taint[] taints) => new()
    {
        Metadata = new ObjectMeta { Name = "n1" },
        Spec = new NodeSpec { Unschedulable = unschedulable, Taints = taints },
        Status = new NodeStatus
        {
            Conditions = [.. conditions.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(c => c.Split('=')).Select(c => new NodeCondition { Type = c[0], Status = c[1] })],
        },
    };

    [Theory]
    [InlineData("ready", "Ready=True", false, "")]
    [InlineData("not ready", "Ready=False", false, "node.kubernetes.io/not-ready:NoSchedule node.kubernetes.io/not-ready:NoExecute")]
    [InlineData("lost", "Ready=Unknown", false, "node.kubernetes.io/unreachable:NoSchedule node.kubernetes.io/unreachable:NoExecute")]
    [InlineData("never reported", "", false, "node.kubernetes.io/not-ready:NoSchedule")]
    [InlineData("cordoned", "Ready=True", true, "node.kubernetes.io/unschedulable:NoSchedule")]
    [InlineData("pressed", "Ready=True MemoryPressure=True DiskPressure=True PIDPressure=False", false, "node.kubernetes.io/memory-pressure:NoSchedule node.kubernetes.io/disk-pressure:NoSchedule")]
    [InlineData("without network", "Ready=True NetworkUnavailable=True", false, "node.kubernetes.io/network-unavailable:NoSchedule")]
    public void Conditions_become_taints(string name, string conditions, bool unschedulable, string expected)
    {
        var taints = NodeHealth.Taints(Node(conditions, unschedulable), Noon);
        Assert.True(expected == string.Join(' ', taints.Select(t => $"{t.Key}:{t.Effect}")), $"{name}: {string.Join(' ', taints)}");
    }

    [Fact]
    public void Taints_of_others_stay_and_those_that_stay_keep_their_time()
    {
        Taint own = new() { Key = "dedicated", Value = "db", Effect = "NoSchedule" };
        Taint lost = new() { Key = "node.kubernetes.io/unreachable", Effect = "NoExecute", TimeAdded = Noon.AddHours(-1) };
        Assert.Equal([own], NodeHealth.Taints(Node("Ready=True", false, own, lost), Noon));
        Assert.Contains(lost, NodeHealth.Taints(Node("Ready=Unknown", false, own, lost), Noon));
    }

    [Fact]
    public void A_lost_node_is_unknown_in_what_its_kubelet_reports()
    {
        var lost = NodeHealth.Lost(Node("Ready=True MemoryPressure=False NetworkUnavailable=False"), Noon);
        Assert.Equal("DiskPressure Unknown NodeStatusNeverUpdated, MemoryPressure Unknown NodeStatusUnknown, NetworkUnavailable False , PIDPressure Unknown NodeStatusNeverUpdated, Ready Unknown NodeStatusUnknown",
            string.Join(", ", lost.Status!.Conditions!.OrderBy(c => c.Type).Select(c => $"{c.Type} {c.Status} {c.Reason}")));
        Assert.Equal("Kubelet stopped posting node status.", NodeHealth.Ready(lost)!.Message);
    }

    [Theory]
    [InlineData("none", null, null, null, null, 0)]
    [InlineData("for good", "k", "Exists", null, null, null)]
    [InlineData("everything", null, "Exists", null, null, null)]
    [InlineData("for a while", "k", "Exists", null, 300L, 300)]
    [InlineData("not at all", "k", "Exists", null, -5L, 0)]
    [InlineData("the value", "k", "Equal", "v", 60L, 60)]
    [InlineData("another value", "k", "Equal", "w", 60L, 0)]
    [InlineData("another key", "j", "Exists", null, null, 0)]
    public void A_Pod_stays_as_long_as_it_tolerates(string name, string? key, string? op, string? value, long? seconds, int? expected)
    {
        var pod = Given.Pod("p");
        if (op is not null) pod = pod with { Spec = pod.Spec! with { Tolerations = [new Toleration { Key = key, Operator = op, Value = value, Effect = "NoExecute", TolerationSeconds = seconds }] } };
        var ends = Tolerations.Ends(pod, [new Taint { Key = "k", Value = "v", Effect = "NoExecute", TimeAdded = Noon }], Noon.AddHours(1));
        Assert.True((expected is null ? null : (DateTimeOffset?)Noon.AddSeconds(expected.Value)) == ends, $"{name}: {ends}");
    }

    [Theory]
    [InlineData("10.244.0.0/16", 24, "", "10.244.0.0/24")]
    [InlineData("10.244.0.0/16", 24, "10.244.0.0/24 10.244.2.0/24", "10.244.1.0/24")]
    [InlineData("10.244.0.0/16", 24, "10.244.0.0/24 10.244.1.0/24", "10.244.2.0/24")]
    [InlineData("10.0.0.0/30", 31, "10.0.0.0/31", "10.0.0.2/31")]
    [InlineData("10.0.0.0/30", 31, "10.0.0.0/31 10.0.0.2/31", null)]
    [InlineData("fd00:10:244::/56", 64, "fd00:10:244::/64", "fd00:10:244:1::/64")]
    [InlineData("fd00:10:244::/48", 56, "fd00:10:244::/56", "fd00:10:244:100::/56")]
    public void The_first_free_part_is_given(string range, int size, string given, string? expected) =>
        Assert.Equal(expected, NodeCidrController.FirstFree(IPNetwork.Parse(range), size, given.Split(' ').ToHashSet()));
}
