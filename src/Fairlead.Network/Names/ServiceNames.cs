using System.Globalization;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Network.Names;

/// <summary>Resolves one Service to its names: the numbered sections are those of the Kubernetes DNS specification 1.1.0.</summary>
static class ServiceNames
{
    public static NameClaims Of(NameZone zone, ServiceKey key, Service service, IEnumerable<EndpointSlice> slices)
    {
        var claims = new NameClaims(key, zone);
        var spec = service.Spec ?? new();
        if (spec.Type == "ExternalName") ExternalName(claims, zone, key, spec);
        else if (IsHeadless(spec)) Headless(claims, zone, key, slices);
        else ClusterIP(claims, zone, key, spec);
        claims.Add(zone.NamespaceOfPods(key.Namespace));
        return claims;
    }

    static bool IsHeadless(ServiceSpec spec) => spec.ClusterIP == "None" || spec.ClusterIPs is ["None", ..];

    // §2.5
    static void ExternalName(NameClaims claims, NameZone zone, ServiceKey key, ServiceSpec spec)
    {
        var target = spec.ExternalName?.TrimEnd('.').ToLowerInvariant();
        if (string.IsNullOrEmpty(target)) return;
        claims.Add(zone.Service(key), new AliasRecord(target, key, Of(key, "spec.externalName")));
    }

    // §2.3
    static void ClusterIP(NameClaims claims, NameZone zone, ServiceKey key, ServiceSpec spec)
    {
        var name = zone.Service(key);
        var addresses = (spec.ClusterIPs is { Count: > 0 } many ? many : [spec.ClusterIP ?? ""])
            .Where(text => Address.TryParse(text, out _)).Select(Address.Parse).ToArray();
        if (addresses.Length == 0) return;
        foreach (var address in addresses)
        {
            claims.Add(name, new AddressRecord(address, key, Of(key, "spec.clusterIPs")));
            claims.Add(NameZone.Reverse(address), new PointerRecord(name, key, Of(key, "spec.clusterIPs")));
        }
        for (var i = 0; i < (spec.Ports?.Count ?? 0); i++)
        {
            var port = spec.Ports![i];
            if (PortName(port.Name, port.Protocol, name) is not { } portName) continue;
            claims.Add(portName, new PortRecord(100, (ushort)port.Port, name, key, Of(key, $"spec.ports[{i}]")));
        }
    }

    // §2.4: without a ready endpoint the name does not exist.
    static void Headless(NameClaims claims, NameZone zone, ServiceKey key, IEnumerable<EndpointSlice> slices)
    {
        var name = zone.Service(key);
        var ports = new List<(string Name, ushort Port, string Target, Provenance Source)>();
        foreach (var slice in slices)
        {
            for (var i = 0; i < (slice.Endpoints?.Count ?? 0); i++)
            {
                var endpoint = slice.Endpoints![i];
                // A Service that publishes all addresses has them marked ready by its slices.
                if (endpoint.Conditions?.Ready == false || !Address.TryParse(endpoint.Addresses is [var first, ..] ? first : null, out var address)) continue;
                var source = new Provenance("EndpointSlice", key.Namespace, slice.Metadata.Name ?? "", string.Create(CultureInfo.InvariantCulture, $"endpoints[{i}]"));
                var host = $"{(endpoint.Hostname is { Length: > 0 } given ? given.ToLowerInvariant() : NameZone.Dashed(address))}.{name}";
                claims.Add(name, new AddressRecord(address, key, source));
                claims.Add(host, new AddressRecord(address, key, source));
                claims.Add(NameZone.Reverse(address), new PointerRecord(host, key, source));
                foreach (var port in slice.Ports ?? [])
                {
                    if (port.Port is not { } number || PortName(port.Name, port.Protocol, name) is not { } portName) continue;
                    ports.Add((portName, (ushort)number, host, source));
                }
            }
        }
        foreach (var same in ports.DistinctBy(p => (p.Name, p.Port, p.Target)).GroupBy(p => p.Name))
        {
            var weight = (ushort)Math.Max(1, 100 / same.Count());
            foreach (var port in same) claims.Add(port.Name, new PortRecord(weight, port.Port, port.Target, key, port.Source));
        }
    }

    // An unnamed port has no SRV record.
    static string? PortName(string? name, string? protocol, string service) =>
        string.IsNullOrEmpty(name) ? null
            : $"_{name}._{(string.IsNullOrEmpty(protocol) ? "tcp" : protocol.ToLowerInvariant())}.{service}";

    static Provenance Of(ServiceKey key, string field) => new("Service", key.Namespace, key.Name, field);
}
