using System.Text.Json.Nodes;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Api.Meta.V1;

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

    async Task PodAsync(string ns, string name, string ip, bool ready)
    {
        var pod = new Pod { Metadata = new ObjectMeta { Name = name, Namespace = ns, Labels = new Dictionary<string, string> { ["app"] = "web" } }, Spec = Given.Template("web:1").Spec };
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
