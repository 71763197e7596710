using Fairlead.Api.Core.V1;
using Fairlead.Client.Events;
using Fairlead.Json;
using Fairlead.Node.Pods;

namespace Fairlead.Node.Events;

/// <summary>The kubelet's Events: about Pods, their containers, and the node.</summary>
sealed class KubeletEvents(EventRecorder recorder, string nodeName)
{
    readonly EventSource source = new() { Component = "kubelet", Host = nodeName };

    public void Record(Pod pod, ContainerFields container, string type, string reason, string message)
    {
        var list = PodRules.InitContainers(pod).Any(c => c.Name == container.Name) ? "initContainers" : "containers";
        recorder.Record(Reference(pod) with { FieldPath = $"spec.{list}{{{container.Name}}}" }, source, type, reason, message);
    }

    public void Record(Pod pod, string type, string reason, string message) => recorder.Record(Reference(pod), source, type, reason, message);

    public void RecordNode(string type, string reason, string message) =>
        recorder.Record(new ObjectReference { Kind = "Node", ApiVersion = "v1", Name = nodeName, Uid = nodeName }, source, type, reason, message);

    static ObjectReference Reference(Pod pod) => new()
    {
        Kind = "Pod",
        ApiVersion = "v1",
        Namespace = pod.Metadata.Namespace,
        Name = pod.Metadata.Name,
        Uid = pod.Metadata.Uid,
    };
}
