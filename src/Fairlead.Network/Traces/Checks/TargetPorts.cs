using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Network.Services;

namespace Fairlead.Network.Traces.Checks;

/// <summary>What a Service's targetPort is in a Pod.</summary>
static class TargetPorts
{
    /// <summary>The number; null if no container has a port of that name and protocol.</summary>
    public static int? Of(Pod pod, IntOrString target, TransportProtocol protocol) => target.IsString
        ? PodFacts.Ports(pod).FirstOrDefault(p => p.Name == target.Text && PodFacts.Is(p, protocol))?.Number
        : target.Int;
}
