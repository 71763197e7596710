using System.Threading.Channels;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Errors;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;

namespace Fairlead.Conformance.Cluster;

/// <summary>
/// Two nodes that say of every Pod what a kubelet would, without a container: it runs and is ready at once, and is gone
/// when its deletion is asked for. A container of the image <see cref="NeverReady"/> never becomes ready.
/// </summary>
public sealed class HollowNodes(KubeClient client)
{
    public const string NeverReady = "example.com/never-ready";

    public static readonly IReadOnlyList<string> Names = ["hollow-1", "hollow-2"];

    readonly Channel<Pod> changed = Channel.CreateUnbounded<Pod>();
    int addresses;

    public async Task RegisterAsync(CancellationToken cancellation)
    {
        foreach (var (name, at) in Names.Select((n, i) => (n, i)))
        {
            var node = await client.CreateAsync(new Fairlead.Api.Core.V1.Node
            {
                Metadata = new ObjectMeta { Name = name, Labels = new Dictionary<string, string> { ["kubernetes.io/hostname"] = name, ["kubernetes.io/os"] = "linux" } },
            }, cancellation);
            var room = new Dictionary<string, Quantity> { ["cpu"] = Quantity.Parse("8"), ["memory"] = Quantity.Parse("16Gi"), ["pods"] = Quantity.Parse("110"), ["ephemeral-storage"] = Quantity.Parse("64Gi") };
            await client.UpdateStatusAsync(node with
            {
                Metadata = node.Metadata with { ResourceVersion = null },
                Status = new NodeStatus
                {
                    Capacity = room,
                    Allocatable = room,
                    Addresses = [new NodeAddress { Type = "InternalIP", Address = $"192.0.2.{10 + at}" }, new NodeAddress { Type = "Hostname", Address = name }],
                    Conditions = [new NodeCondition { Type = "Ready", Status = "True", Reason = "KubeletReady", LastHeartbeatTime = DateTimeOffset.UtcNow, LastTransitionTime = DateTimeOffset.UtcNow }],
                },
            }, cancellation);
        }
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        var informers = new InformerSet(client);
        informers.Of<Pod>().OnChange((_, now) =>
        {
            if (now?.Spec?.NodeName is { } node && Names.Contains(node)) changed.Writer.TryWrite(now);
        });
        var watching = informers.RunAsync(cancellation);
        await foreach (var pod in changed.Reader.ReadAllAsync(cancellation))
        {
            try { await ActAsync(pod, cancellation); }
            // What changed meanwhile comes again.
            catch (ApiException e) when (e.IsNotFound || e.IsConflict) { }
        }
        await watching;
    }

    async Task ActAsync(Pod pod, CancellationToken cancellation)
    {
        if (pod.Metadata.DeletionTimestamp is not null)
        {
            await client.DeleteAsync<Pod>(pod.Metadata.Namespace, pod.Metadata.Name!, new DeleteOptions { GracePeriodSeconds = 0, Preconditions = new() { Uid = pod.Metadata.Uid } }, cancellation);
            return;
        }
        if (pod.Status?.Phase is "Running" or "Failed" or "Succeeded") return;
        await client.UpdateStatusAsync(pod with { Status = Running(pod) }, cancellation);
    }

    PodStatus Running(Pod pod)
    {
        var now = DateTimeOffset.UtcNow;
        var node = Names.ToList().IndexOf(pod.Spec!.NodeName!);
        var number = Interlocked.Increment(ref addresses);
        var address = pod.Spec.HostNetwork == true ? $"192.0.2.{10 + node}" : $"10.244.{number / 250}.{number % 250 + 1}";
        var containers = (pod.Spec.Containers ?? []).Select(c => new ContainerStatus
        {
            Name = c.Name,
            Image = c.Image ?? "",
            ImageID = c.Image ?? "",
            ContainerID = $"hollow://{pod.Metadata.Uid}/{c.Name}",
            Ready = c.Image != NeverReady,
            Started = true,
            RestartCount = 0,
            State = new ContainerState { Running = new ContainerStateRunning { StartedAt = now } },
        }).ToArray();
        var ready = containers.All(c => c.Ready == true) ? "True" : "False";
        string[] always = ["PodReadyToStartContainers", "Initialized", "PodScheduled"];
        return (pod.Status ?? new()) with
        {
            Phase = "Running",
            HostIP = $"192.0.2.{10 + node}",
            PodIP = address,
            PodIPs = [new PodIP { Ip = address }],
            StartTime = now,
            ContainerStatuses = containers,
            Conditions = [.. always.Select(t => Condition(t, "True")), Condition("Ready", ready), Condition("ContainersReady", ready)],
        };

        PodCondition Condition(string type, string status) => new() { Type = type, Status = status, LastTransitionTime = now };
    }
}
