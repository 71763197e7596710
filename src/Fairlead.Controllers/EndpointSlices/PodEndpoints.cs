using System.Net;
using System.Net.Sockets;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Controllers.Pods;

namespace Fairlead.Controllers.EndpointSlices;

/// <summary>What the Pods behind a Service offer: which can receive traffic, and at which ports. Pure.</summary>
public static class PodEndpoints
{
    /// <summary>True if the Pod belongs among the endpoints at all: it has an address and has not ended.</summary>
    public static bool Belongs(Pod pod) => !PodState.HasEnded(pod) && Addresses(pod).Count > 0;

    /// <summary>The Pod's addresses.</summary>
    public static IReadOnlyList<string> Addresses(Pod pod) =>
        pod.Status?.PodIPs is { Count: > 0 } ips ? [.. ips.Select(i => i.Ip ?? "").Where(i => i.Length > 0)]
        : pod.Status?.PodIP is { Length: > 0 } ip ? [ip] : [];

    /// <summary>The Pod's first address of the family, or null.</summary>
    public static string? Address(Pod pod, AddressFamily family) =>
        Addresses(pod).FirstOrDefault(a => IPAddress.TryParse(a, out var ip) && ip.AddressFamily == family);

    /// <summary>The number of the Pod's port that a Service's port leads to; null if the Pod has no port of that name.</summary>
    public static int? TargetPort(ServicePort port, Pod pod)
    {
        if (port.TargetPort is not { } target) return port.Port;
        if (!target.IsString) return target.Int == 0 ? port.Port : target.Int;
        var containers = (pod.Spec?.Containers ?? []).Concat((pod.Spec?.InitContainers ?? []).Where(c => c.RestartPolicy == "Always"));
        return containers.SelectMany(c => c.Ports ?? [])
            .FirstOrDefault(p => p.Name == target.Text && (p.Protocol ?? "TCP") == (port.Protocol ?? "TCP"))?.Number;
    }

    /// <summary>The name under which DNS finds the Pod within the Service, if it asks for one.</summary>
    public static string? Hostname(Pod pod, Service service) =>
        pod.Spec?.Hostname is { Length: > 0 } name && pod.Spec.Subdomain == service.Metadata.Name ? name : null;

    public static ObjectReference Reference(Pod pod) => new()
    {
        Kind = "Pod",
        Namespace = pod.Metadata.Namespace,
        Name = pod.Metadata.Name,
        Uid = pod.Metadata.Uid,
    };
}
