namespace Fairlead.Network.Traces;

/// <summary>Something that makes Pods: a Deployment, ReplicaSet, ReplicationController, StatefulSet or DaemonSet.</summary>
/// <param name="Replicas">How many Pods it is told to keep; null where that follows from the nodes.</param>
/// <param name="Labels">Of the Pods that it makes.</param>
/// <param name="Failure">What it says when it can't make them, or null.</param>
public sealed record Workload(string Kind, string Namespace, string Name, int? Replicas, IReadOnlyDictionary<string, string> Labels, string? Failure)
{
    public override string ToString() => $"{Kind} {Namespace}/{Name}";
}
