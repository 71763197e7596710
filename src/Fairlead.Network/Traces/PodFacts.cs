using Fairlead.Api.Core.V1;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Network.Traces;

/// <summary>What a trace asks of a Pod.</summary>
static class PodFacts
{
    public static PodKey KeyOf(Pod pod) => new(pod.Metadata.Namespace ?? "", pod.Metadata.Name ?? "");

    public static Provenance Of(Pod pod, string field) => new("Pod", pod.Metadata.Namespace ?? "", pod.Metadata.Name ?? "", field);

    public static IEnumerable<Address> Addresses(Pod pod)
    {
        var texts = pod.Status?.PodIPs is { Count: > 0 } many ? many.Select(i => i.Ip) : [pod.Status?.PodIP ?? ""];
        foreach (var text in texts) if (Address.TryParse(text, out var address)) yield return address;
    }

    public static bool HasEnded(Pod pod) => pod.Status?.Phase is "Succeeded" or "Failed";

    public static bool IsReady(Pod pod) => Condition(pod, "Ready")?.Status == "True";

    public static PodCondition? Condition(Pod pod, string type) => pod.Status?.Conditions?.FirstOrDefault(c => c.Type == type);

    public static bool IsHostNetwork(Pod pod) => pod.Spec?.HostNetwork == true;

    /// <summary>The ports that the containers declare, those of restarting init containers among them.</summary>
    public static IEnumerable<ContainerPort> Ports(Pod pod) =>
        (pod.Spec?.Containers ?? []).Concat((pod.Spec?.InitContainers ?? []).Where(c => c.RestartPolicy == "Always")).SelectMany(c => c.Ports ?? []);

    public static bool Declares(Pod pod, int port, TransportProtocol protocol) => Ports(pod).Any(p => p.Number == port && Is(p, protocol));

    public static bool Is(ContainerPort port, TransportProtocol protocol) => ServicePorts.Protocol(port.Protocol) == protocol;

    public static bool Matches(IReadOnlyDictionary<string, string> selector, IReadOnlyDictionary<string, string>? labels) =>
        selector.All(l => labels?.GetValueOrDefault(l.Key) == l.Value);
}
