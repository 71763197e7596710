using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;

namespace Fairlead.Scheduler.Tests;

/// <summary>Short ways to say what is given.</summary>
static class Given
{
    public static IReadOnlyDictionary<string, Quantity>? Amounts(string text) => text.Length == 0 ? null :
        text.Split(' ').Select(a => a.Split('=')).ToDictionary(a => a[0], a => Quantity.Parse(a[1]));

    public static Container Container(string requests, bool sidecar = false) => new()
    {
        Name = "c",
        Image = "web:1",
        RestartPolicy = sidecar ? "Always" : null,
        Resources = new ResourceRequirements { Requests = Amounts(requests) },
    };

    /// <param name="requests">Such as cpu=500m memory=1Gi.</param>
    public static Pod Pod(string name, string requests = "", string? owner = null, int? priority = null) => new()
    {
        Metadata = new ObjectMeta
        {
            Name = name,
            Namespace = "ns",
            Uid = name,
            OwnerReferences = owner is null ? null : [new OwnerReference { ApiVersion = "apps/v1", Kind = "ReplicaSet", Name = owner, Uid = owner, Controller = true }],
        },
        Spec = new PodSpec { Containers = [Container(requests)], Priority = priority },
    };

    public static Node Node(string name, string allocatable = "cpu=4 memory=8Gi pods=110", string labels = "", bool unschedulable = false, params Taint[] taints) => new()
    {
        Metadata = new ObjectMeta { Name = name, Labels = labels.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('=')).ToDictionary(l => l[0], l => l[1]) },
        Spec = new NodeSpec { Unschedulable = unschedulable, Taints = taints.Length == 0 ? null : taints },
        Status = new NodeStatus
        {
            Allocatable = Amounts(allocatable),
            Capacity = Amounts(allocatable),
            Conditions = [new NodeCondition { Type = "Ready", Status = "True" }],
        },
    };

    public static ClusterState Cluster(params IEnumerable<Node> nodes)
    {
        var cluster = new ClusterState();
        foreach (var node in nodes) cluster.Put(node);
        return cluster;
    }
}
