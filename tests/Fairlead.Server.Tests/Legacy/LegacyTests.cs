using Fairlead.Api.Resources;
using Fairlead.Json;

namespace Fairlead.Server.Tests.Legacy;

/// <summary>Old versions are there if asked for (--legacy-apis), with a warning, and not otherwise.</summary>
public sealed class LegacyTests : IAsyncLifetime
{
    readonly TestServer plain = new();
    readonly TestServer legacy = new() { Change = options => options with { Resources = LegacyResources.With(BuiltInResources.All) } };

    public async ValueTask InitializeAsync()
    {
        await plain.InitializeAsync();
        await legacy.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await plain.DisposeAsync();
        await legacy.DisposeAsync();
    }

    public static TheoryData<string> Paths =>
    [
        "/apis/discovery.k8s.io/v1beta1/endpointslices", "/apis/batch/v1beta1/cronjobs", "/apis/policy/v1beta1/poddisruptionbudgets",
        "/apis/networking.k8s.io/v1beta1/ingresses", "/apis/networking.k8s.io/v1beta1/ingressclasses", "/apis/autoscaling/v2beta2/horizontalpodautoscalers",
    ];

    [Theory, MemberData(nameof(Paths))]
    public async Task Without_the_flag_there_are_none(string path)
    {
        Assert.Equal(404, (await plain.GetAsync(path)).Code);
        Assert.Equal(404, (await plain.GetAsync(path[..path.LastIndexOf('/')])).Code);
        var served = await legacy.GetAsync(path);
        Assert.Equal(200, served.Code);
        Assert.Contains("is deprecated in v1.", Assert.Single(served.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_ingress_of_the_old_version_is_one_of_the_new()
    {
        const string old = "/apis/networking.k8s.io/v1beta1/namespaces/default/ingresses", now = "/apis/networking.k8s.io/v1/namespaces/default/ingresses";
        var made = await legacy.PostAsync(old, """{"metadata":{"name":"i"},"spec":{"rules":[{"host":"a.example","http":{"paths":[{"path":"/","backend":{"serviceName":"s","servicePort":80}}]}}]}}""");
        Assert.Equal((201, "networking.k8s.io/v1beta1", "ImplementationSpecific", "80"), (made.Code, made.At("apiVersion"), made.At("spec.rules.0.http.paths.0.pathType"), made.At("spec.rules.0.http.paths.0.backend.servicePort")));
        Assert.Equal("299 - \"networking.k8s.io/v1beta1 Ingress is deprecated in v1.19+, unavailable in v1.22+; use networking.k8s.io/v1 Ingress\"", Assert.Single(made.Warnings));
        var got = await legacy.GetAsync(now + "/i");
        Assert.Equal(("s", "80"), (got.At("spec.rules.0.http.paths.0.backend.service.name"), got.At("spec.rules.0.http.paths.0.backend.service.port.number")));
        Assert.Empty(got.Warnings);
        var patched = await legacy.PatchAsync(old + "/i", "application/merge-patch+json", """{"spec":{"backend":{"serviceName":"d","servicePort":"http"}}}""");
        Assert.Equal((200, "d"), (patched.Code, patched.At("spec.backend.serviceName")));
        Assert.Equal("http", (await legacy.GetAsync(now + "/i")).At("spec.defaultBackend.service.port.name"));
        Assert.Equal("networking.k8s.io/v1beta1", (await legacy.GetAsync(old)).At("items.0.apiVersion"));
        Assert.Equal(200, (await legacy.DeleteAsync(old + "/i")).Code);
        Assert.Equal(404, (await legacy.GetAsync(now + "/i")).Code);
    }

    [Fact]
    public async Task A_slice_a_budget_and_a_cron_job_go_both_ways()
    {
        var slice = await legacy.PostAsync("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices", """{"metadata":{"name":"e"},"addressType":"IPv4","endpoints":[{"addresses":["10.0.0.1"],"nodeName":"n","zone":"z"}]}""");
        Assert.Equal(201, slice.Code);
        var old = await legacy.GetAsync("/apis/discovery.k8s.io/v1beta1/namespaces/default/endpointslices/e");
        Assert.Equal("""{"topology.kubernetes.io/zone":"z","kubernetes.io/hostname":"n"}""", old.Json["endpoints"]![0]!["topology"]!.ToJsonString());
        Assert.Equal(200, (await legacy.PutAsync("/apis/discovery.k8s.io/v1beta1/namespaces/default/endpointslices/e", old.Json.ToJsonString())).Code);
        var again = await legacy.GetAsync("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/e");
        Assert.True(JsonNode.DeepEquals(slice.Json["endpoints"], again.Json["endpoints"]), again.Text);
        Assert.Equal(201, (await legacy.PostAsync("/apis/policy/v1beta1/namespaces/default/poddisruptionbudgets", """{"metadata":{"name":"b"},"spec":{"minAvailable":1,"selector":{}}}""")).Code);
        Assert.Equal("Exists", (await legacy.GetAsync("/apis/policy/v1/namespaces/default/poddisruptionbudgets/b")).At("spec.selector.matchExpressions.0.operator"));
        Assert.Equal(201, (await legacy.PostAsync("/apis/batch/v1beta1/namespaces/default/cronjobs", """{"metadata":{"name":"c"},"spec":{"schedule":"* * * * *","jobTemplate":{"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"a","image":"i"}]}}}}}}""")).Code);
        var status = await legacy.PatchAsync("/apis/batch/v1beta1/namespaces/default/cronjobs/c/status", "application/merge-patch+json", """{"status":{"lastScheduleTime":"2030-01-01T00:00:00Z"}}""");
        Assert.Equal((200, "batch/v1beta1"), (status.Code, status.At("apiVersion")));
        Assert.Equal("2030-01-01T00:00:00Z", (await legacy.GetAsync("/apis/batch/v1/namespaces/default/cronjobs/c")).At("status.lastScheduleTime"));
    }

    [Fact]
    public async Task Discovery_prefers_the_new_version()
    {
        foreach (var (group, version) in ((string, string)[])[("batch", "v1"), ("networking.k8s.io", "v1"), ("autoscaling", "v2"), ("policy", "v1"), ("discovery.k8s.io", "v1")])
            Assert.Equal(version, (await legacy.GetAsync($"/apis/{group}")).At("preferredVersion.version"));
        Assert.Contains("v1beta1", (await legacy.GetAsync("/apis/batch")).Text, StringComparison.Ordinal);
        Assert.Contains("io.k8s.api.networking.v1beta1.IngressBackend", (await legacy.GetAsync("/openapi/v2")).Text, StringComparison.Ordinal);
    }
}
