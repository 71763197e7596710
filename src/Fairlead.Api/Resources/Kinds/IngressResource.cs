using Fairlead.Api.Networking.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>ingresses.networking.k8s.io.</summary>
public static class IngressResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<Ingress>("ingress",
        Cells.Field("Class", "spec.ingressClassName", "The IngressClass.", empty: Cells.None),
        Cells.Text("Hosts", "The hosts of the rules.", Hosts),
        Cells.Text("Address", "Where requests are taken.", Address),
        Cells.Text("Ports", "The ports that are open.", i => i.Objects("spec.tls").Count > 0 ? "80, 443" : "80"),
        Cells.Age) with
    {
        ShortNames = ["ing"],
        HasStatus = true,
        CountsGeneration = true,
        Rules = new IngressRules(),
    };

    static string Hosts(JsonObject ingress)
    {
        var hosts = ingress.Objects("spec.rules").Select(r => r.Text("host")).Where(h => h.Length > 0).ToList();
        return hosts.Count == 0 ? "*" : Cells.FirstOf(hosts, 3);
    }

    static string Address(JsonObject ingress)
    {
        var points = ingress.Objects("status.loadBalancer.ingress")
            .Select(p => p.Text("ip") is { Length: > 0 } ip ? ip : p.Text("hostname")).Where(p => p.Length > 0).Distinct();
        return string.Join(',', points);
    }
}
