using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Json;

namespace Fairlead.Controllers.Tests.Cluster;

[Collection(nameof(RunningControllers))]
public class EndpointTests(RunningControllers running)
{
    readonly ApiUnderTest api = running.Api;

    [Fact]
    public async Task Slices_and_Endpoints_follow_the_Pods()
    {
        var ns = await api.NamespaceAsync("svc");
        await api.Client.CreateAsync(new Service
        {
            Metadata = new ObjectMeta { Name = "web", Namespace = ns },
            Spec = new ServiceSpec { Selector = new Dictionary<string, string> { ["app"] = "web" }, Ports = [new ServicePort { Port = 80, TargetPort = 8080 }] },
        }, default);
        await AreAsync(ns, "", "");
        await PodAsync(ns, "a", "10.0.0.1", ready: true);
        await PodAsync(ns, "b", "10.0.0.2", ready: false);
        await AreAsync(ns, "10.0.0.1:True 10.0.0.2:False", "10.0.0.1 | 10.0.0.2");
        await api.Client.MergePatchAsync<Pod>(ns, "a", JsonNode.Parse("""{"metadata":{"labels":{"app":"other"}}}""")!, "", default);
        await AreAsync(ns, "10.0.0.2:False", " | 10.0.0.2");
        // A Pod that is asked to go, and serves its last requests.
        await api.Client.MergePatchAsync<Pod>(ns, "b", JsonNode.Parse("""{"metadata":{"finalizers":["example.com/hold"]}}""")!, "", default);
        await api.Client.DeleteAsync<Pod>(ns, "b", new DeleteOptions(), default);
        var slices = await AreAsync(ns, "10.0.0.2:False", "");
        Assert.True(slices[0].Endpoints![0].Conditions!.Terminating);
        await api.Client.MergePatchAsync<Pod>(ns, "b", JsonNode.Parse("""{"metadata":{"finalizers":null}}""")!, "", default);
        var slice = Assert.Single(await AreAsync(ns, "", ""));
        // Nothing more is written when nothing changes.
        await api.Client.MergePatchAsync<Pod>(ns, "a", JsonNode.Parse("""{"metadata":{"labels":{"more":"x"}}}""")!, "", default);
        await api.Client.DeleteAsync<Service>(ns, "web", new DeleteOptions(), default);
        await api.UntilAsync<EndpointSlice>(ns, all => all.Count == 0);
        await api.UntilAsync<Endpoints>(ns, all => all.Count == 0);
        Assert.Equal("IPv4", slice.AddressType);
    }

    [Fact]
    public async Task Zones_hints_and_times_follow_nodes_and_Pods()
    {
        var ns = await api.NamespaceAsync("zones");
        var node = $"{ns}-node";
        await api.Client.CreateAsync(new Node { Metadata = new ObjectMeta { Name = node, Labels = new Dictionary<string, string> { ["topology.kubernetes.io/zone"] = "a" } } }, default);
        var service = await api.Client.CreateAsync(new Service
        {
            Metadata = new ObjectMeta { Name = "web", Namespace = ns },
            Spec = new ServiceSpec { TrafficDistribution = "PreferClose", Selector = new Dictionary<string, string> { ["app"] = "web" }, Ports = [new ServicePort { Port = 80 }] },
        }, default);
        var empty = (await api.UntilAsync<EndpointSlice>(ns, all => all.Count == 1)).Single();
        Assert.Equal(service.Metadata.CreationTimestamp!.Value.ToString("yyyy-MM-ddTHH:mm:ssZ"), empty.Metadata.Annotations!["endpoints.kubernetes.io/last-change-trigger-time"]);
        await PodAsync(ns, "a", "10.0.0.1", ready: true, node);
        var slice = (await api.UntilAsync<EndpointSlice>(ns, all => all[0].Endpoints is [{ Hints.ForZones: [{ Name: "a" }] }])).Single();
        var ready = (await api.Client.GetAsync<Pod>(ns, "a", default)).Status!.Conditions!.Single(c => c.Type == "Ready").LastTransitionTime!.Value;
        Assert.Equal(ready.ToString("yyyy-MM-ddTHH:mm:ssZ"), slice.Metadata.Annotations!["endpoints.kubernetes.io/last-change-trigger-time"]);
        await api.Client.MergePatchAsync<Node>(null, node, JsonNode.Parse("""{"metadata":{"labels":{"topology.kubernetes.io/zone":"b"}}}""")!, "", default);
        slice = (await api.UntilAsync<EndpointSlice>(ns, all => all[0].Endpoints is [{ Zone: "b", Hints.ForZones: [{ Name: "b" }] }])).Single();
        // A label's change has no time of its own.
        Assert.Null(slice.Metadata.Annotations?.GetValueOrDefault("endpoints.kubernetes.io/last-change-trigger-time"));
        await api.Client.MergePatchAsync<Service>(ns, "web", JsonNode.Parse("""{"metadata":{"annotations":{"service.kubernetes.io/topology-mode":"Auto"}}}""")!, "", default);
        await api.UntilAsync<EndpointSlice>(ns, all => all[0].Endpoints is [{ Hints: null }]);
        await api.UntilAsync<Event>(ns, all => all.Any(e => e is { Reason: "TopologyAwareHintsDisabled", Type: "Warning", InvolvedObject.Name: "web" } && e.Message!.EndsWith(", addressType: IPv4", StringComparison.Ordinal)));
        await api.Client.DeleteAsync<Node>(null, node, new DeleteOptions(), default);
        await api.UntilAsync<EndpointSlice>(ns, all => all[0].Endpoints is not { Count: > 0 });
    }

    [Fact]
    public async Task Endpoints_made_by_hand_are_mirrored_until_the_Service_has_a_selector()
    {
        var ns = await api.NamespaceAsync("mirror");
        await api.Client.CreateAsync(new Endpoints
        {
            Metadata = new ObjectMeta { Name = "db", Namespace = ns },
            Subsets = [new EndpointSubset { Addresses = [new EndpointAddress { Ip = "192.0.2.7" }, new EndpointAddress { Ip = "2001:db8::7" }], NotReadyAddresses = [new EndpointAddress { Ip = "192.0.2.8" }], Ports = [new() { Port = 5432 }] }],
        }, default);
        await api.Client.CreateAsync(new Service { Metadata = new ObjectMeta { Name = "db", Namespace = ns }, Spec = new ServiceSpec { Ports = [new ServicePort { Port = 5432 }] } }, default);
        var slices = await api.UntilAsync<EndpointSlice>(ns, all => all.Count == 2);
        Assert.Equal(["192.0.2.7:True 192.0.2.8:False", "2001:db8::7:True"], slices.OrderBy(s => s.AddressType).Select(s => string.Join(' ', s.Endpoints!.Select(e => $"{e.Addresses![0]}:{e.Conditions!.Ready}"))));
        await api.Client.MergePatchAsync<Endpoints>(ns, "db", JsonNode.Parse("""{"subsets":[{"addresses":[{"ip":"192.0.2.9"}],"ports":[{"port":5432,"protocol":"TCP"}]}]}""")!, "", default);
        await api.UntilAsync<EndpointSlice>(ns, all => all is [{ AddressType: "IPv4", Endpoints: [{ Addresses: ["192.0.2.9"] }] }]);
        // A slice that somebody changes or removes is put right.
        await api.Client.DeleteAsync<EndpointSlice>(ns, (await api.UntilAsync<EndpointSlice>(ns, all => all.Count == 1))[0].Metadata.Name!, new DeleteOptions(), default);
        await api.UntilAsync<EndpointSlice>(ns, all => all is [{ Endpoints: [{ Addresses: ["192.0.2.9"] }] }]);
        await api.Client.MergePatchAsync<Service>(ns, "db", JsonNode.Parse("""{"spec":{"selector":{"app":"db"}}}""")!, "", default);
        await api.UntilAsync<EndpointSlice>(ns, all => all is [{ Endpoints: not { Count: > 0 } } one] && one.Metadata.Labels!["endpointslice.kubernetes.io/managed-by"] == "endpointslice-controller.k8s.io");
        await api.Client.DeleteAsync<Service>(ns, "db", new DeleteOptions(), default);
        await api.UntilAsync<EndpointSlice>(ns, all => all.Count == 0);
    }

    async Task PodAsync(string ns, string name, string ip, bool ready, string? node = null)
    {
        var pod = new Pod { Metadata = new ObjectMeta { Name = name, Namespace = ns, Labels = new Dictionary<string, string> { ["app"] = "web" } }, Spec = Given.Template("web:1").Spec! with { NodeName = node } };
        await api.ReportAsync(await api.Client.CreateAsync(pod, default), ip, ready);
    }

    async Task<IReadOnlyList<EndpointSlice>> AreAsync(string ns, string inSlices, string inEndpoints)
    {
        var slices = await api.UntilAsync<EndpointSlice>(ns, all => all.Count == 1 && inSlices == string.Join(' ',
            all.SelectMany(s => s.Endpoints ?? []).Select(e => $"{e.Addresses![0]}:{e.Conditions!.Ready}").Order())
            && (inEndpoints.Length > 0 || inSlices.Length == 0 || all[0].Endpoints![0].Conditions!.Terminating == true));
        await api.UntilAsync<Endpoints>(ns, "web", e => inEndpoints == string.Join(' ', (e.Subsets ?? []).Select(s =>
            $"{string.Join(' ', (s.Addresses ?? []).Select(a => a.Ip))} | {string.Join(' ', (s.NotReadyAddresses ?? []).Select(a => a.Ip))}")));
        return slices;
    }
}
