using System.Net;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;
using Fairlead.Server.Routing;

namespace Fairlead.Server.Relaying;

/// <summary>Where nodes, Pods and Services are reached by the server, read from their objects.</summary>
public sealed class TargetLocator(Verbs verbs, ResourceCatalog catalog, ServiceResolver services)
{
    /// <summary>The node's own HTTPS endpoint, such as https://10.0.0.2:10250.</summary>
    /// <exception cref="Api.Errors.ApiException">NotFound; Unavailable: the node has told no address yet.</exception>
    public async ValueTask<string> NodeAsync(string name, CancellationToken cancellation)
    {
        var node = await ReadAsync("nodes", null, name, cancellation).ConfigureAwait(false);
        var status = node.Object("status");
        var address = (status.Array("addresses") ?? []).OfType<JsonObject>().FirstOrDefault(a => a.Text("type") == "InternalIP").Text("address")
            ?? throw Refuse.Unavailable($"node {name} has no InternalIP");
        var port = status.Object("daemonEndpoints").Object("kubeletEndpoint").Number("Port") ?? 10250;
        return $"https://{address}:{port}";
    }

    /// <summary>The Pod's node's endpoint.</summary>
    /// <exception cref="Api.Errors.ApiException">BadRequest while the Pod has no node.</exception>
    public ValueTask<string> NodeOfAsync(JsonObject pod, CancellationToken cancellation) =>
        pod.Object("spec").Text("nodeName") is { } node
            ? NodeAsync(node, cancellation)
            : throw Refuse.BadRequest($"pod {pod.Name()} does not have a host assigned");

    /// <summary>Where a proxied request goes: [SCHEME:]NAME[:PORT] of a Pod, Service or node.</summary>
    /// <exception cref="Api.Errors.ApiException">NotFound, BadRequest, Unavailable.</exception>
    public async ValueTask<string> ProxiedAsync(string plural, string? ns, string reference, CancellationToken cancellation)
    {
        var parts = reference.Split(':');
        var (scheme, name, port) = parts switch
        {
            [var n] => ("", n, ""),
            [var n, var p] => ("", n, p),
            [var s, var n, var p] when s is "http" or "https" or "" => (s, n, p),
            _ => throw Refuse.BadRequest($"invalid {plural} request \"{reference}\""),
        };
        if (plural == "nodes") return port.Length == 0 ? await NodeAsync(name, cancellation).ConfigureAwait(false) : $"{Or(scheme, "https")}://{new Uri(await NodeAsync(name, cancellation).ConfigureAwait(false)).Host}:{port}";
        var obj = await ReadAsync(plural, ns, name, cancellation).ConfigureAwait(false);
        return plural == "pods" ? Pod(obj, Or(scheme, "http"), port) : await ServiceAsync(obj, ns!, Or(scheme, "http"), port, cancellation).ConfigureAwait(false);
    }

    static string Pod(JsonObject pod, string scheme, string port)
    {
        var address = pod.Object("status").Text("podIP") ?? throw Refuse.Unavailable("address not allowed: the Pod has none yet");
        var ports = (pod.Object("spec").Array("containers") ?? []).OfType<JsonObject>().SelectMany(c => (c.Array("ports") ?? []).OfType<JsonObject>());
        if (port.Length == 0) port = ports.FirstOrDefault().Number("containerPort")?.ToString() ?? (scheme == "https" ? "443" : "80");
        else if (!int.TryParse(port, out _)) port = ports.FirstOrDefault(p => p.Text("name") == port).Number("containerPort")?.ToString() ?? throw Refuse.BadRequest($"no port named \"{port}\"");
        return $"{scheme}://{address}:{port}";
    }

    /// <summary>One of the Service's ready endpoints, by chance.</summary>
    async ValueTask<string> ServiceAsync(JsonObject service, string ns, string scheme, string port, CancellationToken cancellation)
    {
        var wanted = (service.Object("spec").Array("ports") ?? []).OfType<JsonObject>().FirstOrDefault(p =>
            port.Length == 0 || p.Text("name") == port || p.Number("port")?.ToString() == port)
            ?? throw Refuse.Unavailable($"no service port \"{port}\" found for service \"{service.Name()}\"");
        var ready = ServiceResolver.Ready(await services.SlicesAsync(ns, service.Name(), cancellation).ConfigureAwait(false), wanted);
        return ready.Count > 0 ? $"{scheme}://{Host(ready[0])}" : throw Refuse.Unavailable($"no endpoints available for service \"{service.Name()}\"");
    }

    static string Host(EndPoint point) => point is DnsEndPoint name ? $"{name.Host}:{name.Port}" : point.ToString()!;

    async ValueTask<JsonObject> ReadAsync(string plural, string? ns, string name, CancellationToken cancellation) =>
        StoredObject.Parse(await verbs.Reading.GetAsync(catalog.Require("", "v1", plural), ns, name, cancellation).ConfigureAwait(false));

    static string Or(string scheme, string otherwise) => scheme.Length == 0 ? otherwise : scheme;
}
