using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Fairlead.Api.Errors;
using Fairlead.Api.FlowControl;
using Fairlead.Api.Resources;
using Fairlead.Api.Resources.Kinds;
using Fairlead.Json;
using Fairlead.Server.Authentication;
using Fairlead.Server.Authorization;
using Fairlead.Server.Registry;
using Fairlead.Server.Routing;

namespace Fairlead.Server.Bootstrap;

/// <summary>
/// What every cluster has from its first moment: the four namespaces, Service default/kubernetes with endpoints that are
/// this server, the two PriorityClasses of the system, Service kube-system/kube-dns, whose endpoints the nodes publish themselves, and ConfigMap
/// kube-system/kube-proxy, which says how nodes serve Services. Run at each start; what
/// is there already is left or brought up to date.
/// </summary>
public sealed class FirstObjects(Verbs verbs, ResourceCatalog catalog)
{
    static readonly string[] Namespaces = ["default", "kube-system", "kube-public", "kube-node-lease"];

    /// <param name="clusterIP">The first address of the service range.</param>
    /// <param name="server">Where clients reach this server.</param>
    /// <param name="dns">The address of Service kube-dns, or null.</param>
    /// <param name="balancerPool">Ranges of addresses for load balancers; none for no pool.</param>
    public async Task EnsureAsync(IPAddress clusterIP, IPEndPoint server, IPAddress? dns, IReadOnlyList<string> balancerPool, CancellationToken cancellation)
    {
        var isNew = false;
        foreach (var name in Namespaces)
        {
            isNew |= await EnsureAsync("", "namespaces", null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } }, cancellation).ConfigureAwait(false);
        }
        // Once: whoever removes the pools wants none.
        if (isNew && balancerPool.Count > 0) await EnsureAsync("", "configmaps", "kube-system", BalancerPools(balancerPool), cancellation).ConfigureAwait(false);
        await EnsureAsync("", "services", "default", Service(clusterIP, server.Port), cancellation).ConfigureAwait(false);
        if (dns is not null) await EnsureAsync("", "services", "kube-system", DnsService(dns), cancellation).ConfigureAwait(false);
        await EnsureAsync("", "configmaps", "kube-system", ProxyConfiguration(), cancellation).ConfigureAwait(false);
        foreach (var account in NodeComponents.Accounts)
            await EnsureAsync("", "serviceaccounts", NodeComponents.Namespace, new() { ["metadata"] = new JsonObject { ["name"] = account, ["namespace"] = NodeComponents.Namespace } }, cancellation).ConfigureAwait(false);
        foreach (var (name, value) in PriorityClassResource.System)
            await EnsureAsync("scheduling.k8s.io", "priorityclasses", null, PriorityClass(name, value), cancellation).ConfigureAwait(false);
        await EnsureFlowControlAsync(mandatoryAlone: false, cancellation).ConfigureAwait(false);
        // Endpoints may not be loopback addresses: a server that is reached by none other has none to publish.
        if (IPAddress.IsLoopback(server.Address)) return;
        await EnsureAsync("", "endpoints", "default", Endpoints(server), cancellation, update: true).ConfigureAwait(false);
        await EnsureAsync("discovery.k8s.io", "endpointslices", "default", Slice(server), cancellation, update: true).ConfigureAwait(false);
    }

    /// <summary>Makes the priority levels and flow schemas that are missing.</summary>
    /// <param name="mandatoryAlone">True to leave out the suggested ones.</param>
    public async Task EnsureFlowControlAsync(bool mandatoryAlone, CancellationToken cancellation)
    {
        foreach (var (name, spec) in FirstFlowControl.Levels.Where(l => !mandatoryAlone || FirstFlowControl.IsMandatory(l.Name)))
            await EnsureFlowControlAsync("prioritylevelconfigurations", name, spec, cancellation).ConfigureAwait(false);
        foreach (var (name, spec) in FirstFlowControl.Schemas.Where(s => !mandatoryAlone || FirstFlowControl.IsMandatory(s.Name)))
            await EnsureFlowControlAsync("flowschemas", name, spec, cancellation).ConfigureAwait(false);
    }

    Task<bool> EnsureFlowControlAsync(string plural, string name, JsonObject spec, CancellationToken cancellation) => EnsureAsync("flowcontrol.apiserver.k8s.io", plural, null, new()
    {
        // Whoever changes a suggested one makes it his own; here none is ever changed back.
        ["metadata"] = new JsonObject { ["name"] = name, ["annotations"] = new JsonObject { ["apf.kubernetes.io/autoupdate-spec"] = "true" } },
        ["spec"] = spec.DeepClone(),
    }, cancellation);

    /// <summary>ConfigMap kube-system/extension-apiserver-authentication: by whom extension servers know their callers. Brought up to date.</summary>
    /// <param name="proxy">The front proxy; null for none.</param>
    public async Task EnsureAuthenticationAsync(X509Certificate2 clientAuthority, RequestHeaderOptions? proxy, CancellationToken cancellation) =>
        await EnsureAsync("", "configmaps", "kube-system", new()
        {
            ["metadata"] = new JsonObject { ["name"] = "extension-apiserver-authentication", ["namespace"] = "kube-system" },
            ["data"] = new JsonObject([new("client-ca-file", clientAuthority.ExportCertificatePem() + "\n"), .. proxy?.ConfigMapData() ?? []]),
        }, cancellation, update: true).ConfigureAwait(false);

    /// <returns>True if the object was made.</returns>
    async Task<bool> EnsureAsync(string group, string plural, string? ns, JsonObject obj, CancellationToken cancellation, bool update = false)
    {
        if (catalog.Find(group, "v1", plural) is not { } kind) return false;
        var context = WriteContext.Internal(kind, ns, obj.Name());
        if (await ExistsAsync(kind, ns, obj.Name(), cancellation).ConfigureAwait(false))
        {
            if (update) await verbs.Updating.UpdateAsync(context, ChangeScope.Object, Renew, cancellation).ConfigureAwait(false);
            return false;
        }
        try
        {
            await verbs.Creation.CreateAsync(context, (JsonObject)obj.DeepClone(), cancellation).ConfigureAwait(false);
            return true;
        }
        catch (ApiException e) when (e.IsAlreadyExists) { return false; } // another server was first

        JsonObject Renew(JsonObject old)
        {
            foreach (var (field, value) in obj.Where(p => p.Key != "metadata")) old[field] = value?.DeepClone();
            return old;
        }
    }

    // Asked before creating: a Service that exists would be refused for its own address, not for its name.
    async Task<bool> ExistsAsync(ResourceDefinition kind, string? ns, string name, CancellationToken cancellation)
    {
        try
        {
            await verbs.Reading.GetAsync(kind, ns, name, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (ApiException e) when (e.IsNotFound) { return false; }
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

    static JsonObject PriorityClass(string name, int value) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name },
        ["value"] = value,
        ["description"] = name == "system-node-critical"
            ? "For Pods of the system that must not leave their node."
            : "For Pods of the system that must run, on whatever node.",
    };

    // Read live by every node; a user changes the mode with `kubectl edit`.
    static JsonObject ProxyConfiguration() => new()
    {
        ["metadata"] = new JsonObject { ["name"] = "kube-proxy", ["namespace"] = "kube-system", ["labels"] = new JsonObject { ["app"] = "kube-proxy" } },
        ["data"] = new JsonObject
        {
            ["config.conf"] = """
                apiVersion: kubeproxy.config.k8s.io/v1alpha1
                kind: KubeProxyConfiguration
                # nftables, iptables, ipvs, userspace or ebpf
                mode: nftables
                nodePortAddresses: []
                iptables:
                  localhostNodePorts: true
                  masqueradeAll: false
                ipvs:
                  scheduler: rr
                ebpf:
                  maglev: false

                """,
        },
    };

    // Without a selector: each node's DNS server is the endpoint for its own node's Pods.
    static JsonObject DnsService(IPAddress clusterIP) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = "kube-dns",
            ["namespace"] = "kube-system",
            ["labels"] = new JsonObject { ["k8s-app"] = "kube-dns", ["kubernetes.io/cluster-service"] = "true", ["kubernetes.io/name"] = "CoreDNS" },
        },
        ["spec"] = new JsonObject
        {
            ["type"] = "ClusterIP",
            ["clusterIP"] = clusterIP.ToString(),
            ["internalTrafficPolicy"] = "Local",
            ["ports"] = new JsonArray(
                new JsonObject { ["name"] = "dns", ["protocol"] = "UDP", ["port"] = 53 },
                new JsonObject { ["name"] = "dns-tcp", ["protocol"] = "TCP", ["port"] = 53 }),
        },
    };

    static JsonObject BalancerPools(IReadOnlyList<string> ranges) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = "load-balancer-pools", ["namespace"] = "kube-system" },
        ["data"] = new JsonObject
        {
            ["pools.yaml"] = $"# Addresses for Services of type LoadBalancer: ranges such as {ranges[0]} or 192.0.2.0/24.\n"
                + "# A pool with autoAssign: false gives those alone that spec.loadBalancerIP asks for.\n"
                + $"- name: default\n  addresses:\n{string.Concat(ranges.Select(r => $"  - {r}\n"))}  autoAssign: true\n",
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
            ["addressType"] = server.AddressFamily == AddressFamily.InterNetworkV6 ? "IPv6" : "IPv4",
            ["endpoints"] = new JsonArray(new JsonObject
            {
                ["addresses"] = new JsonArray(server.Address.ToString()),
                ["conditions"] = new JsonObject { ["ready"] = true },
            }),
            ["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["port"] = server.Port, ["protocol"] = "TCP" }),
        };
    }
}
