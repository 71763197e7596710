using Fairlead.Api.Core.V1;
using Fairlead.Client;

namespace Fairlead.Scheduler;

/// <summary>A Pod with what scheduling asks of it again and again.</summary>
public sealed class PodToPlace(Pod pod)
{
    public Pod Pod => pod;
    public ObjectKey Key { get; } = ObjectKey.Of(pod);
    public ResourceAmounts Requested { get; } = ResourceAmounts.Requested(pod.Spec);

    /// <summary>What the Pod counts for in scores: containers that ask for no cpu or memory count a little.</summary>
    public ResourceAmounts Weighed { get; } = ResourceAmounts.Weighed(pod.Spec);

    /// <summary>Uid of the object that manages the Pod; Pods of one owner are spread.</summary>
    public string? Owner { get; } = pod.Metadata.OwnerReferences?.FirstOrDefault(r => r.Controller == true)?.Uid;
    public int Priority { get; } = pod.Spec?.Priority ?? 0;

    /// <summary>The ports of the node that the Pod takes.</summary>
    public IReadOnlyList<(string Protocol, string Ip, int Port)> HostPorts { get; } =
        [.. (pod.Spec?.Containers ?? []).SelectMany(c => c.Ports ?? []).Where(p => p.HostPort is > 0)
            .Select(p => (p.Protocol ?? "TCP", p.HostIP is { Length: > 0 } ip ? ip : "0.0.0.0", p.HostPort!.Value))];
}
