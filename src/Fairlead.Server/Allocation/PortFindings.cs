using Fairlead.Api.Core.V1;

namespace Fairlead.Server.Allocation;

/// <summary>A node port that a Service should not have.</summary>
sealed record PortFinding(Service About, string Reason, string Message);

/// <summary>Finds node ports that two Services have, or that lie outside of the range. Pure.</summary>
static class PortFindings
{
    public static IReadOnlyList<PortFinding> Of(IReadOnlyList<Service> services, ServiceNodePorts range)
    {
        var (findings, seen) = (new List<PortFinding>(), new HashSet<int>());
        foreach (var service in services.OrderBy(s => s.Metadata.CreationTimestamp))
        {
            foreach (var port in PortsOf(service))
            {
                if (!range.InRange(port))
                    findings.Add(new(service, "PortOutOfRange", $"Port {port} is not within the port range {range.Text}; please recreate service"));
                else if (!seen.Add(port))
                    findings.Add(new(service, "PortAlreadyAllocated", $"Port {port} was assigned to multiple services; please recreate service"));
            }
        }
        return findings;
    }

    /// <summary>A Service's node ports: once where protocols share a number, twice where one protocol has it twice.</summary>
    public static IEnumerable<int> PortsOf(Service service) =>
        (service.Spec?.Ports ?? []).Select(p => (Number: p.NodePort ?? 0, Protocol: p.Protocol ?? "TCP"))
            .Concat(service.Spec?.HealthCheckNodePort is > 0 and var health ? [(health, "TCP")] : [])
            .Where(p => p.Number > 0).GroupBy(p => p.Number).SelectMany(g => g.GroupBy(p => p.Protocol).Max(p => p.Count()) is var most ? Enumerable.Repeat(g.Key, most) : []);
}
