using System.Net;
using System.Net.Sockets;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Server.Routing;
using Fairlead.Store;

namespace Fairlead.Server.Relaying;

/// <summary>
/// From Services to addresses, for everything of this server that calls one: webhooks, other API servers, the proxy.
/// Reads the store at each question; holds nothing.
/// </summary>
public sealed class ServiceResolver(IStore store, ResourceCatalog catalog)
{
    const string ServiceName = "kubernetes.io/service-name";

    readonly ResourceDefinition? services = catalog.Find("", "v1", "services");
    readonly ResourceDefinition? slices = catalog.Find("discovery.k8s.io", "v1", "endpointslices");

    /// <summary>The Service; null if there is none.</summary>
    public async ValueTask<JsonObject?> FindAsync(string ns, string name, CancellationToken cancellation) =>
        services is not null && await store.GetAsync(ObjectKeys.Object(services, ns, name), cancellation).ConfigureAwait(false) is { } entry ? StoredObject.Parse(entry) : null;

    /// <summary>The EndpointSlices of the Service.</summary>
    public async ValueTask<IReadOnlyList<JsonObject>> SlicesAsync(string ns, string name, CancellationToken cancellation)
    {
        if (slices is null) return [];
        var range = await store.RangeAsync(ObjectKeys.Collection(slices, ns), null, 0, 0, cancellation).ConfigureAwait(false);
        return [.. range.Entries.Select(StoredObject.Parse).Where(s => s.Metadata().Object("labels").Text(ServiceName) == name)];
    }

    /// <summary>The Service's port with this number; null if it has none.</summary>
    public static JsonObject? Port(JsonObject service, long number) =>
        service.Object("spec").Array("ports")?.OfType<JsonObject>().FirstOrDefault(p => p.Number("port") == number);

    /// <summary>Ready endpoints of a port, in an order of chance.</summary>
    /// <param name="port">An entry of the Service's spec.ports.</param>
    public static IReadOnlyList<EndPoint> Ready(IEnumerable<JsonObject> slices, JsonObject port)
    {
        var found = new List<EndPoint>();
        foreach (var slice in slices)
        {
            if (slice.Array("ports")?.OfType<JsonObject>().FirstOrDefault(p => (p.Text("name") ?? "") == (port.Text("name") ?? "")).Number("port") is not { } number) continue;
            foreach (var endpoint in slice.Array("endpoints")?.OfType<JsonObject>() ?? [])
            {
                if (endpoint.Object("conditions").Flag("ready") == false || endpoint.Texts("addresses").FirstOrDefault() is not { } address) continue;
                found.Add(IPAddress.TryParse(address, out var ip) ? new IPEndPoint(ip, (int)number) : new DnsEndPoint(address, (int)number));
            }
        }
        var mixed = found.ToArray();
        Random.Shared.Shuffle(mixed);
        return mixed;
    }

    /// <summary>Where to connect: the ready endpoints, without any the ClusterIP; of an ExternalName what it names.</summary>
    public async ValueTask<ServiceAddress> ResolveAsync(string ns, string name, long port, CancellationToken cancellation)
    {
        if (await FindAsync(ns, name, cancellation).ConfigureAwait(false) is not { } service) return ServiceAddress.Nowhere($"service \"{name}\" not found");
        var spec = service.Object("spec");
        if (spec.Text("type") == "ExternalName")
            return spec.Text("externalName") is { } host ? new([new DnsEndPoint(host, (int)port)], "") : ServiceAddress.Nowhere($"service {ns}/{name} names no host");
        if (Port(service, port) is not { } wanted) return ServiceAddress.Nowhere($"no service port {port} found for service \"{name}\"");
        var ready = Ready(await SlicesAsync(ns, name, cancellation).ConfigureAwait(false), wanted);
        if (ready.Count > 0) return new(ready, "");
        return IPAddress.TryParse(spec.Text("clusterIP"), out var ip)
            ? new([new IPEndPoint(ip, (int)port)], "")
            : ServiceAddress.Nowhere($"no endpoints available for service \"{name}\"");
    }

    /// <summary>A connection to one of the points, the first that takes it.</summary>
    /// <exception cref="SocketException">None does; the last one's fault.</exception>
    public static async ValueTask<Stream> ConnectAsync(IReadOnlyList<EndPoint> points, CancellationToken cancellation)
    {
        for (var i = 0; ; i++)
        {
            var socket = points[i] is IPEndPoint ip ? new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp) : new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.NoDelay = true;
                await socket.ConnectAsync(points[i], cancellation).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException) when (i < points.Count - 1) { socket.Dispose(); }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }
}
