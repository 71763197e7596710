using System.Net;
using Fairlead.Api.Apps.V1;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Resources;
using Fairlead.Cli.Traces;
using Fairlead.Client;
using Fairlead.Json;
using Fairlead.Network.Traces;
using Fairlead.Server;
using Fairlead.Server.Authentication;
using Fairlead.Server.Security;
using Fairlead.Store.Memory;
using EndpointPort = Fairlead.Api.Discovery.V1.EndpointPort;

namespace Fairlead.Cli.Tests.Traces;

/// <summary>A real API server in memory that holds a cluster with a fault in most of its Services.</summary>
public sealed class FaultyCluster : IAsyncLifetime
{
    readonly string folder = Directory.CreateTempSubdirectory("flcli-trace").FullName;
    ApiServer server = null!;
    ClusterAuthority authority = null!;

    public KubeClient Client { get; private set; } = null!;

    /// <summary>What `fairlead trace` finds, by its own readers.</summary>
    public async Task<TraceResult> TraceAsync(string from, string to, string? protocol = null)
    {
        var question = TraceQuestion.Read(from, to, protocol, "default");
        var reader = new TraceReader(Client, [], question);
        var objects = await reader.ReadAsync(default);
        var result = ClusterTrace.Of(objects, question);
        return await new DiagnosisReader(Client, reader.Catalog, question).ReadAsync(objects, result, default) is { } more ? ClusterTrace.Of(more, question) : result;
    }

    public async ValueTask InitializeAsync()
    {
        authority = ClusterAuthority.Open(folder, TimeProvider.System);
        server = new ApiServer(new ApiServerOptions
        {
            Listen = new(IPAddress.Loopback, 0), Advertise = IPAddress.Parse("192.0.2.9"), Certificate = authority.Issue(CertificateRequestSpec.ApiServer([IPAddress.Loopback])),
            ClientAuthority = authority.Certificate, Store = new InMemoryStore(), Resources = BuiltInResources.All,
        });
        await server.StartAsync(CancellationToken.None);
        Client = new(server.Transport(new UserInfo("admin", [UserInfo.MastersGroup, UserInfo.AuthenticatedGroup])));
        foreach (var ns in (string[])["default", "other"]) await AddNamespaceAsync(ns);
        foreach (var number in (int[])[1, 2]) await AddNodeAsync(number);
        await AddServiceAsync("kube-system", "kube-dns", null, new() { Name = "dns", Protocol = "UDP", Port = 53 });
        await AddSliceAsync("kube-system", "kube-dns", new() { Name = "dns", Protocol = "UDP", Port = 53 }, ("192.0.2.1", null));
        await AddPodAsync("default", "client", "client", 1, "10.244.1.5");
        await AddWellAsync();
        await AddFaultsAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        authority.Dispose();
        Directory.Delete(folder, true);
    }

    async Task AddWellAsync()
    {
        await AddPodAsync("default", "web-1", "web", 2, "10.244.2.11");
        await AddServiceAsync("default", "web", "web", new() { Port = 80, TargetPort = 8080 }, "NodePort");
        await AddSliceAsync("default", "web", new() { Name = "", Port = 8080 }, ("10.244.2.11", "web-1"));
        await AddServiceAsync("default", "handmade", null, new() { Port = 80 });
        await AddPodAsync("other", "behind", "behind", 2, "10.244.2.12");
        await AddSliceAsync("default", "handmade", new() { Name = "", Port = 8080 }, ("10.244.2.12", null));
        await Client.CreateAsync(new Service { Metadata = new() { Namespace = "default", Name = "alias" }, Spec = new() { Type = "ExternalName", ExternalName = "web.default.svc.cluster.local" } }, default);
        var agent = await AddPodAsync("default", "agent", "agent", 2, "192.0.2.2", p => p with { HostNetwork = true, Containers = [p.Containers[0] with { Ports = [new() { Number = 9100, HostPort = 9100 }] }] });
        Assert.Equal("agent", agent.Metadata.Name);
    }

    async Task AddFaultsAsync()
    {
        await AddServiceAsync("default", "misspelt", "wbe", new() { Port = 80 });
        await AddServiceAsync("default", "abroad", "behind", new() { Port = 80 });
        await AddServiceAsync("default", "idle", "idle", new() { Port = 80 });
        await Client.CreateAsync(new Deployment
        {
            Metadata = new() { Namespace = "default", Name = "idle" },
            Spec = new() { Replicas = 0, Selector = new() { MatchLabels = Labels("idle") }, Template = new() { Metadata = new() { Labels = Labels("idle") }, Spec = new() { Containers = [new() { Name = "main", Image = "a/b:1" }] } } },
        }, default);
        await AddServiceAsync("default", "resting", "resting", new() { Port = 80 });
        await Client.CreateAsync(new ReplicationController
        {
            Metadata = new() { Namespace = "default", Name = "resting" },
            Spec = new() { Replicas = 0, Selector = Labels("resting"), Template = new() { Metadata = new() { Labels = Labels("resting") }, Spec = new() { Containers = [new() { Name = "main", Image = "a/b:1" }] } } },
        }, default);
        await AddServiceAsync("default", "stray", null, new() { Port = 80 });
        await Client.CreateAsync(new EndpointSlice { Metadata = new() { Namespace = "default", Name = "stray-1" }, AddressType = "IPv4", Endpoints = [new() { Addresses = ["198.51.100.9"] }], Ports = [new() { Port = 80 }] }, default);
        await AddServiceAsync("default", "sick", "sick", new() { Port = 80, TargetPort = 8080 });
        var sick = await AddPodAsync("default", "sick-1", "sick", 2, "10.244.2.20", ready: false);
        await AddSliceAsync("default", "sick", new() { Name = "", Port = 8080 });
        await Client.CreateAsync(new Event
        {
            Metadata = new() { Namespace = "default", Name = "sick-1.1" }, InvolvedObject = new() { Kind = "Pod", Namespace = "default", Name = "sick-1", Uid = sick.Metadata.Uid },
            Reason = "Unhealthy", Type = "Warning", Message = "Readiness probe failed: HTTP probe failed with statuscode: 503", LastTimestamp = DateTimeOffset.UnixEpoch,
        }, default);
    }

    static Dictionary<string, string> Labels(string app) => new() { ["app"] = app };

    async Task AddNamespaceAsync(string name)
    {
        if (await Client.FindAsync<Namespace>(null, name, default) is null) await Client.CreateAsync(new Namespace { Metadata = new() { Name = name } }, default);
        await Client.CreateAsync(new ServiceAccount { Metadata = new() { Namespace = name, Name = "default" } }, default);
    }

    async Task AddNodeAsync(int number)
    {
        string[] ranges = [$"10.244.{number}.0/24"];
        var node = await Client.CreateAsync(new Api.Core.V1.Node { Metadata = new() { Name = $"n{number}" }, Spec = new() { PodCIDR = ranges[0], PodCIDRs = ranges } }, default);
        await Client.UpdateStatusAsync(node with { Status = new() { Addresses = [new() { Type = "InternalIP", Address = $"192.0.2.{number}" }], Conditions = [new() { Type = "Ready", Status = "True" }] } }, default);
    }

    Task AddServiceAsync(string ns, string name, string? app, ServicePort port, string type = "ClusterIP") => Client.CreateAsync(new Service
    {
        Metadata = new() { Namespace = ns, Name = name }, Spec = new() { Type = type, Selector = app is null ? null : Labels(app), Ports = [port] },
    }, default);

    Task AddSliceAsync(string ns, string service, EndpointPort port, params (string Address, string? Pod)[] endpoints) => Client.CreateAsync(new EndpointSlice
    {
        Metadata = new() { Namespace = ns, Name = service + "-1", Labels = new Dictionary<string, string> { ["kubernetes.io/service-name"] = service } },
        AddressType = "IPv4",
        Ports = [port],
        Endpoints = [.. endpoints.Select(e => new Endpoint { Addresses = [e.Address], Conditions = new() { Ready = true }, TargetRef = e.Pod is null ? null : new() { Kind = "Pod", Namespace = ns, Name = e.Pod } })],
    }, default);

    async Task<Pod> AddPodAsync(string ns, string name, string app, int node, string address, Func<PodSpec, PodSpec>? change = null, bool ready = true)
    {
        var spec = new PodSpec { NodeName = $"n{node}", Containers = [new() { Name = "main", Image = "a/b:1", Ports = [new() { Number = 8080 }], ReadinessProbe = new() { HttpGet = new() { Port = 8080, Path = "/ready" } } }] };
        await Client.CreateAsync(new Pod { Metadata = new() { Namespace = ns, Name = name, Labels = Labels(app) }, Spec = change is null ? spec : change(spec) }, default);
        var status = new PodStatus
        {
            Phase = "Running", PodIP = address, PodIPs = [new() { Ip = address }], Conditions = [new() { Type = "Ready", Status = ready ? "True" : "False" }],
            ContainerStatuses = [new() { Name = "main", Ready = ready, Started = true, Image = "a/b:1", State = new() { Running = new() } }],
        };
        return await Client.MergePatchAsync<Pod>(ns, name, new JsonObject { ["status"] = JsonNode.Parse(ApiJson.Write(status)) }, "status", default);
    }
}
