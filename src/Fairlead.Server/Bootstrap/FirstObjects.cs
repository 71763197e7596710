using System.Net;
using System.Text.Json.Nodes;
using Fairlead.Api.Errors;
using Fairlead.Server.Registry;
using Fairlead.Server.Routing;

namespace Fairlead.Server.Bootstrap;

/// <summary>
/// What every cluster has from its first moment: the four namespaces, and Service default/kubernetes with endpoints that
/// are this server. Run at each start; what is there already is left or brought up to date.
/// </summary>
public sealed class FirstObjects(Verbs verbs, ResourceCatalog catalog)
{
    static readonly string[] Namespaces = ["default", "kube-system", "kube-public", "kube-node-lease"];

    /// <param name="clusterIP">The first address of the service range.</param>
    /// <param name="server">Where clients reach this server.</param>
    public async Task EnsureAsync(IPAddress clusterIP, IPEndPoint server, CancellationToken cancellation)
    {
        foreach (var name in Namespaces)
        {
            await EnsureAsync("", "namespaces", null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } }, cancellation).ConfigureAwait(false);
        }
        await EnsureAsync("", "services", "default", Service(clusterIP, server.Port), cancellation).ConfigureAwait(false);
        // Endpoints may not be loopback addresses: a server that is reached by none other has none to publish.
        if (IPAddress.IsLoopback(server.Address)) return;
        await EnsureAsync("", "endpoints", "default", Endpoints(server), cancellation, update: true).ConfigureAwait(false);
        await EnsureAsync("discovery.k8s.io", "endpointslices", "default", Slice(server), cancellation, update: true).ConfigureAwait(false);
    }

    async Task EnsureAsync(string group, string plural, string? ns, JsonObject obj, CancellationToken cancellation, bool update = false)
    {
        if (catalog.Find(group, "v1", plural) is not { } kind) return;
        var context = WriteContext.Internal(kind, ns, obj.Name());
        try
        {
            await verbs.Creation.CreateAsync(context, (JsonObject)obj.DeepClone(), cancellation).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.IsAlreadyExists && update)
        {
            await verbs.Updating.UpdateAsync(context, ChangeScope.Object, old =>
            {
                foreach (var (field, value) in obj.Where(p => p.Key != "metadata")) old[field] = value?.DeepClone();
                return old;
            }, cancellation).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.IsAlreadyExists) { } // as it should be
    }

    static JsonObject Metadata() => new()
    {
        ["name"] = "kubernetes",
        ["namespace"] = "default",
        ["labels"] = new JsonObject { ["component"] = "apiserver", ["provider"] = "kubernetes" },
    };

    static JsonObject Service(IPAddress clusterIP, int port) => new()
    {
        ["metadata"] = Metadata(),
        ["spec"] = new JsonObject
        {
            ["type"] = "ClusterIP",
            ["clusterIP"] = clusterIP.ToString(),
            ["sessionAffinity"] = "None",
            ["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["protocol"] = "TCP", ["port"] = 443, ["targetPort"] = port }),
        },
    };

    static JsonObject Endpoints(IPEndPoint server)
    {
        var metadata = Metadata();
        metadata["labels"] = new JsonObject { ["endpointslice.kubernetes.io/skip-mirror"] = "true" };
        return new()
        {
            ["metadata"] = metadata,
            ["subsets"] = new JsonArray(new JsonObject
            {
                ["addresses"] = new JsonArray(new JsonObject { ["ip"] = server.Address.ToString() }),
                ["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["port"] = server.Port, ["protocol"] = "TCP" }),
            }),
        };
    }

    static JsonObject Slice(IPEndPoint server)
    {
        var metadata = Metadata();
        metadata["labels"] = new JsonObject { ["kubernetes.io/service-name"] = "kubernetes" };
        return new()
        {
            ["metadata"] = metadata,
            ["addressType"] = "IPv4",
            ["endpoints"] = new JsonArray(new JsonObject
            {
                ["addresses"] = new JsonArray(server.Address.ToString()),
                ["conditions"] = new JsonObject { ["ready"] = true },
            }),
            ["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["port"] = server.Port, ["protocol"] = "TCP" }),
        };
    }
}
