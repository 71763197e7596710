using Fairlead.Api.Core.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>services.</summary>
public static class ServiceResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<Service>("service",
        Cells.Field("Type", "spec.type", "How the Service is to be reached."),
        Cells.Text("Cluster-IP", "Address inside the cluster.", ClusterIP),
        Cells.Text("External-IP", "Address or name outside the cluster.", ExternalIP),
        Cells.Text("Port(s)", "Ports, with their node ports and protocols.", Ports),
        Cells.Age,
        Cells.Text("Selector", "Labels of the Pods behind the Service.", s => Cells.Labels(s.Pairs("spec.selector")), 1)) with
    {
        ShortNames = ["svc"],
        Categories = ["all"],
        HasStatus = true,
        NameRule = NameRule.Rfc1035Label,
        SelectableFields = Select.Fields(("spec.clusterIP", "spec.clusterIP"), ("spec.type", "spec.type")),
        Rules = new ServiceRules(),
    };

    static string ClusterIP(JsonObject service) =>
        service.Texts("spec.clusterIPs") is [{ Length: > 0 } first, ..] ? first
        : service.Text("spec.clusterIP") is { Length: > 0 } one ? one
        : Cells.None;

    static string ExternalIP(JsonObject service)
    {
        var external = string.Join(',', service.Texts("spec.externalIPs"));
        var balancers = string.Join(',', service.Objects("status.loadBalancer.ingress")
            .Select(i => i.Text("ip") is { Length: > 0 } ip ? ip : i.Text("hostname")).Where(p => p.Length > 0).Distinct().Order(StringComparer.Ordinal));
        return service.Text("spec.type") switch
        {
            "ClusterIP" or "NodePort" => external.Length > 0 ? external : Cells.None,
            "LoadBalancer" when external.Length > 0 => balancers.Length > 0 ? $"{balancers},{external}" : external,
            "LoadBalancer" => balancers.Length > 0 ? balancers : "<pending>",
            "ExternalName" => service.Text("spec.externalName"),
            _ => Cells.Unknown,
        };
    }

    static string Ports(JsonObject service)
    {
        var ports = service.Objects("spec.ports").Select(p => p.Number("nodePort") is > 0 and var node
            ? $"{p.Number("port")}:{node}/{p.Text("protocol")}"
            : $"{p.Number("port")}/{p.Text("protocol")}");
        return string.Join(',', ports) is { Length: > 0 } text ? text : Cells.None;
    }
}
