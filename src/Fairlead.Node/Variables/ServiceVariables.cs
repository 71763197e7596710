using Fairlead.Api.Core.V1;

namespace Fairlead.Node.Variables;

/// <summary>The variables by which containers find Services without DNS: NAME_SERVICE_HOST and those of Docker's old links. Pure.</summary>
static class ServiceVariables
{
    /// <summary>
    /// For a Pod in a namespace: of all Services there when it enables Service links, and of the API server's Service
    /// in any case. A Service without a cluster address has none; of one with two the first counts. Each name once.
    /// </summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(IEnumerable<Service> services, string ns, bool enableServiceLinks)
    {
        var chosen = new SortedDictionary<string, Service>(StringComparer.Ordinal);
        foreach (var service in services)
        {
            if (service.Spec?.ClusterIP is null or "" or "None") continue;
            var isMaster = service.Metadata is { Namespace: "default", Name: "kubernetes" };
            var isOwn = enableServiceLinks && service.Metadata.Namespace == ns;
            // The namespace's own Service of a name goes before the API server's.
            if (isOwn || isMaster && !chosen.ContainsKey("kubernetes")) chosen[service.Metadata.Name!] = service;
        }
        // Names may meet: FOO_SERVICE_PORT is of Service foo, and the link of Service foo-service. The latter stays.
        var all = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in chosen.Values.SelectMany(Variables)) all[name] = value;
        return [.. all];
    }

    static IEnumerable<KeyValuePair<string, string>> Variables(Service service)
    {
        var ports = service.Spec!.Ports ?? [];
        if (ports.Count == 0) yield break;
        var name = service.Metadata.Name!.ToUpperInvariant().Replace('-', '_');
        var ip = service.Spec.ClusterIP!;
        var host = ip.Contains(':') ? $"[{ip}]" : ip;
        yield return new($"{name}_SERVICE_HOST", ip);
        yield return new($"{name}_SERVICE_PORT", $"{ports[0].Port}");
        foreach (var port in ports.Where(p => !string.IsNullOrEmpty(p.Name)))
            yield return new($"{name}_SERVICE_PORT_{port.Name!.ToUpperInvariant().Replace('-', '_')}", $"{port.Port}");
        yield return new($"{name}_PORT", Url(ports[0]));
        foreach (var port in ports)
        {
            var protocol = port.Protocol ?? "TCP";
            var prefix = $"{name}_PORT_{port.Port}_{protocol}";
            yield return new(prefix, Url(port));
            yield return new($"{prefix}_PROTO", protocol.ToLowerInvariant());
            yield return new($"{prefix}_PORT", $"{port.Port}");
            yield return new($"{prefix}_ADDR", ip);
        }

        string Url(ServicePort port) => $"{(port.Protocol ?? "TCP").ToLowerInvariant()}://{host}:{port.Port}";
    }
}
