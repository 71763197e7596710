using System.Net;
using System.Net.Sockets;
using Fairlead.Api.Discovery.V1;
using Fairlead.Api.Errors;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;

namespace Fairlead.Dns.Cluster;

/// <summary>
/// Makes a node's DNS server an endpoint of Service kube-system/kube-dns, in an EndpointSlice of the node's own. The
/// Service's internalTrafficPolicy is Local, so each node's Pods are led to it and to no other.
/// </summary>
public static class NodeEndpoint
{
    const string Namespace = "kube-system", Service = "kube-dns";
    static readonly TimeSpan Again = TimeSpan.FromMinutes(1), Soon = TimeSpan.FromMilliseconds(200);

    /// <summary>Publishes the endpoint and keeps it published until cancelled.</summary>
    /// <param name="node">Name of the node.</param>
    /// <param name="address">Where its server listens.</param>
    public static async Task KeepAsync(string node, IPEndPoint address, KubeClient client, Action<string> log, CancellationToken cancellation)
    {
        while (true)
        {
            var pause = Again;
            try { await PublishAsync(Slice(node, address), client, cancellation).ConfigureAwait(false); }
            catch (Exception e) when (e is ApiException or HttpRequestException)
            {
                log($"the endpoint of Service {Service} is not published: {e.Message}");
                pause = Soon;
            }
            await Task.Delay(pause, cancellation).ConfigureAwait(false);
        }
    }

    static async Task PublishAsync(EndpointSlice wished, KubeClient client, CancellationToken cancellation)
    {
        var present = await client.FindAsync<EndpointSlice>(Namespace, wished.Metadata.Name!, cancellation).ConfigureAwait(false);
        if (present is null) await client.CreateAsync(wished, cancellation).ConfigureAwait(false);
        else if (present.Endpoints is not [{ Addresses: [var address] }] || address != wished.Endpoints![0].Addresses![0])
            await client.UpdateAsync(wished with { Metadata = wished.Metadata with { ResourceVersion = present.Metadata.ResourceVersion } }, cancellation).ConfigureAwait(false);
    }

    static EndpointSlice Slice(string node, IPEndPoint address) => new()
    {
        Metadata = new ObjectMeta
        {
            Name = $"{Service}-{node}",
            Namespace = Namespace,
            Labels = new Dictionary<string, string>
            {
                ["kubernetes.io/service-name"] = Service,
                ["endpointslice.kubernetes.io/managed-by"] = "fairlead-dns",
            },
        },
        AddressType = address.AddressFamily == AddressFamily.InterNetworkV6 ? "IPv6" : "IPv4",
        Endpoints = [new Endpoint { Addresses = [address.Address.ToString()], NodeName = node, Conditions = new EndpointConditions { Ready = true, Serving = true, Terminating = false } }],
        Ports =
        [
            new EndpointPort { Name = "dns", Protocol = "UDP", Port = address.Port },
            new EndpointPort { Name = "dns-tcp", Protocol = "TCP", Port = address.Port },
        ],
    };
}
