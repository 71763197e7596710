using Fairlead.Api.Resources;
using Fairlead.Server.Quotas;
using Fairlead.Server.Routing;

namespace Fairlead.Server.Tests.Admission;

[Collection(nameof(TestServer))]
public sealed class QuotaTests(TestServer server)
{
    static string Pod(string resources = "{}", string more = "") =>
        "{\"metadata\":{\"generateName\":\"p-\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\",\"resources\":" + resources + "}]" + more + "}}";

    async Task<(string Ns, string Quota)> QuotaAsync(string spec)
    {
        var ns = await server.NamespaceAsync("quota");
        var made = await server.PostAsync($"/api/v1/namespaces/{ns}/resourcequotas", "{\"metadata\":{\"name\":\"q\"},\"spec\":" + spec + "}");
        Assert.Equal(201, made.Code);
        return (ns, $"/api/v1/namespaces/{ns}/resourcequotas/q");
    }

    async Task<string?> UsedAsync(string quota) => (await server.GetAsync(quota)).Json["status"]?["used"]?.ToJsonString();

    async Task UntilUsedAsync(string quota, string expected)
    {
        for (var i = 0; i < 100 && await UsedAsync(quota) != expected; i++) await Task.Delay(50);
        Assert.Equal(expected, await UsedAsync(quota));
    }

    [Fact]
    public async Task Sixty_four_creators_at_once_get_exactly_what_there_is()
    {
        var (ns, quota) = await QuotaAsync("""{"hard":{"pods":"20","requests.cpu":"100"}}""");
        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ =>
            server.PostAsync($"/api/v1/namespaces/{ns}/pods", Pod("""{"requests":{"cpu":"1"}}"""))));
        Assert.Equal(20, answers.Count(a => a.Code == 201));
        Assert.All(answers.Where(a => a.Code != 201), a => Assert.Equal((403, "Forbidden"), (a.Code, a.Reason)));
        Assert.EndsWith("is forbidden: exceeded quota: q, requested: pods=1, used: pods=20, limited: pods=20", answers.First(a => a.Code == 403).Message);
        Assert.Equal(20, (await server.GetAsync($"/api/v1/namespaces/{ns}/pods")).Json["items"]!.AsArray().Count);
        Assert.Equal("""{"pods":"20","requests.cpu":"20"}""", await UsedAsync(quota));
    }

    [Fact]
    public async Task What_goes_is_given_back()
    {
        var (ns, quota) = await QuotaAsync("""{"hard":{"count/configmaps":"1","configmaps":"2"}}""");
        var path = $"/api/v1/namespaces/{ns}/configmaps";
        Assert.Equal(201, (await server.PostAsync(path, """{"metadata":{"name":"a"}}""")).Code);
        var refused = await server.PostAsync(path, """{"metadata":{"name":"b"}}""");
        Assert.Equal("configmaps \"b\" is forbidden: exceeded quota: q, requested: count/configmaps=1, used: count/configmaps=1, limited: count/configmaps=1", refused.Message);
        Assert.Equal(403, (await server.PostAsync(path, """{"metadata":{"name":"a"}}""")).Code); // asked before the name
        Assert.Equal("""{"configmaps":"1","count/configmaps":"1"}""", await UsedAsync(quota));
        await server.DeleteAsync(path + "/a");
        Assert.Equal("""{"configmaps":"0","count/configmaps":"0"}""", await UsedAsync(quota));
        Assert.Equal(201, (await server.PostAsync(path, """{"metadata":{"name":"b"}}""")).Code);
    }

    [Fact]
    public async Task A_write_that_fails_and_a_dry_run_use_nothing()
    {
        var (ns, quota) = await QuotaAsync("""{"hard":{"configmaps":"5"}}""");
        var path = $"/api/v1/namespaces/{ns}/configmaps";
        await server.PostAsync(path, """{"metadata":{"name":"a"}}""");
        Assert.Equal(409, (await server.PostAsync(path, """{"metadata":{"name":"a"}}""")).Code);
        Assert.Equal(201, (await server.PostAsync(path + "?dryRun=All", """{"metadata":{"name":"b"}}""")).Code);
        Assert.Equal("""{"configmaps":"1"}""", await UsedAsync(quota));
    }

    [Fact]
    public async Task A_quota_counts_what_is_there_when_it_comes()
    {
        var ns = await server.NamespaceAsync("quota");
        for (var i = 0; i < 3; i++) await server.PostAsync($"/api/v1/namespaces/{ns}/secrets", "{\"metadata\":{\"name\":\"s" + i + "\"}}");
        await server.PostAsync($"/api/v1/namespaces/{ns}/resourcequotas", """{"metadata":{"name":"q"},"spec":{"hard":{"secrets":"3"}}}""");
        Assert.Equal(403, (await server.PostAsync($"/api/v1/namespaces/{ns}/secrets", """{"metadata":{"name":"more"}}""")).Code);
        await UntilUsedAsync($"/api/v1/namespaces/{ns}/resourcequotas/q", """{"secrets":"3"}""");
        await server.PatchAsync($"/api/v1/namespaces/{ns}/resourcequotas/q", "application/merge-patch+json", """{"spec":{"hard":{"secrets":"4","configmaps":"1"}}}""");
        await UntilUsedAsync($"/api/v1/namespaces/{ns}/resourcequotas/q", """{"configmaps":"0","secrets":"3"}""");
        Assert.Equal(201, (await server.PostAsync($"/api/v1/namespaces/{ns}/secrets", """{"metadata":{"name":"more"}}""")).Code);
    }

    [Fact]
    public async Task Containers_must_state_what_is_bounded()
    {
        var (ns, _) = await QuotaAsync("""{"hard":{"requests.cpu":"1","limits.memory":"1Gi"}}""");
        var refused = await server.PostAsync($"/api/v1/namespaces/{ns}/pods", Pod());
        Assert.Equal(403, refused.Code);
        Assert.EndsWith("failed quota: q: must specify limits.memory for: c; requests.cpu for: c", refused.Message);
    }

    [Fact]
    public async Task An_ended_Pod_uses_nothing()
    {
        var (ns, quota) = await QuotaAsync("""{"hard":{"pods":"1","count/pods":"5"}}""");
        var made = await server.PostAsync($"/api/v1/namespaces/{ns}/pods", Pod());
        Assert.Equal("""{"count/pods":"1","pods":"1"}""", await UsedAsync(quota));
        await server.PatchAsync($"/api/v1/namespaces/{ns}/pods/{made.At("metadata.name")}/status", "application/merge-patch+json", """{"status":{"phase":"Succeeded"}}""");
        Assert.Equal("""{"count/pods":"1","pods":"0"}""", await UsedAsync(quota));
        await server.DeleteAsync($"/api/v1/namespaces/{ns}/pods/{made.At("metadata.name")}");
        Assert.Equal("""{"count/pods":"0","pods":"0"}""", await UsedAsync(quota));
    }

    [Theory]
    [InlineData("""{"scopes":["BestEffort"]}""", "{}", "", true)]
    [InlineData("""{"scopes":["BestEffort"]}""", """{"requests":{"cpu":"1"}}""", "", false)]
    [InlineData("""{"scopes":["NotBestEffort"]}""", """{"requests":{"cpu":"1"}}""", "", true)]
    [InlineData("""{"scopes":["Terminating"]}""", "{}", ",\"activeDeadlineSeconds\":5", true)]
    [InlineData("""{"scopes":["NotTerminating"]}""", "{}", ",\"activeDeadlineSeconds\":5", false)]
    [InlineData("""{"scopeSelector":{"matchExpressions":[{"scopeName":"PriorityClass","operator":"In","values":["system-cluster-critical"]}]}}""", "{}", ",\"priorityClassName\":\"system-cluster-critical\"", true)]
    [InlineData("""{"scopeSelector":{"matchExpressions":[{"scopeName":"PriorityClass","operator":"In","values":["system-cluster-critical"]}]}}""", "{}", "", false)]
    [InlineData("""{"scopeSelector":{"matchExpressions":[{"scopeName":"CrossNamespacePodAffinity","operator":"Exists"}]}}""", "{}",
        ",\"affinity\":{\"podAffinity\":{\"requiredDuringSchedulingIgnoredDuringExecution\":[{\"topologyKey\":\"a\",\"namespaces\":[\"x\"],\"labelSelector\":{}}]}}", true)]
    public async Task A_scope_says_which_Pods_count(string scope, string resources, string more, bool counts)
    {
        var (ns, quota) = await QuotaAsync("{\"hard\":{\"pods\":\"5\"}," + scope[1..]);
        var made = await server.PostAsync($"/api/v1/namespaces/{ns}/pods", Pod(resources, more));
        Assert.Equal((201, null), (made.Code, made.Message));
        await UntilUsedAsync(quota, counts ? """{"pods":"1"}""" : """{"pods":"0"}""");
    }

    [Fact]
    public async Task Services_and_claims_use_ports_and_storage()
    {
        var (ns, quota) = await QuotaAsync("""{"hard":{"services":"5","services.nodeports":"3","services.loadbalancers":"1","requests.storage":"10Gi","gold.storageclass.storage.k8s.io/requests.storage":"5Gi"}}""");
        var services = $"/api/v1/namespaces/{ns}/services";
        Assert.Equal(201, (await server.PostAsync(services, """{"metadata":{"name":"a"},"spec":{"type":"LoadBalancer","ports":[{"port":1,"name":"a"},{"port":2,"name":"b"}]}}""")).Code);
        var refused = await server.PostAsync(services, """{"metadata":{"name":"b"},"spec":{"type":"NodePort","ports":[{"port":1,"name":"a"},{"port":2,"name":"b"}]}}""");
        Assert.Equal("services \"b\" is forbidden: exceeded quota: q, requested: services.nodeports=2, used: services.nodeports=2, limited: services.nodeports=3", refused.Message);
        Assert.Equal(201, (await server.PostAsync($"/api/v1/namespaces/{ns}/persistentvolumeclaims",
            """{"metadata":{"name":"c"},"spec":{"accessModes":["ReadWriteOnce"],"storageClassName":"gold","resources":{"requests":{"storage":"4Gi"}}}}""")).Code);
        Assert.Equal("""{"gold.storageclass.storage.k8s.io/requests.storage":"4Gi","requests.storage":"4Gi","services":"1","services.loadbalancers":"1","services.nodeports":"2"}""", await UsedAsync(quota));
        Assert.Equal(200, (await server.PatchAsync(services + "/a", "application/merge-patch+json", """{"spec":{"type":"ClusterIP"}}""")).Code);
        Assert.Contains("\"services\":\"1\",\"services.loadbalancers\":\"0\",\"services.nodeports\":\"0\"", await UsedAsync(quota));
    }

    [Fact]
    public async Task A_count_lowers_only_what_it_found_too_high_twice()
    {
        var (ns, quota) = await QuotaAsync("""{"hard":{"configmaps":"5"}}""");
        await server.PostAsync($"/api/v1/namespaces/{ns}/configmaps", """{"metadata":{"name":"a"}}""");
        // As a server leaves it that dies between the charge and the write.
        await server.PatchAsync(quota + "/status", "application/merge-patch+json", """{"status":{"used":{"configmaps":"3"}}}""");
        var catalog = new ResourceCatalog(BuiltInResources.All);
        var recount = new QuotaRecount(server.Store, catalog.Require("", "v1", "resourcequotas"), new QuotaCount(server.Store, catalog), TimeProvider.System, Assert.Fail);
        await recount.RunOnceAsync(true, TestContext.Current.CancellationToken);
        Assert.Equal("""{"configmaps":"3"}""", await UsedAsync(quota));
        await recount.RunOnceAsync(true, TestContext.Current.CancellationToken);
        Assert.Equal("""{"configmaps":"1"}""", await UsedAsync(quota));
        await server.PatchAsync(quota + "/status", "application/merge-patch+json", """{"status":{"used":{"configmaps":"0"}}}""");
        await recount.RunOnceAsync(true, TestContext.Current.CancellationToken);
        Assert.Equal("""{"configmaps":"1"}""", await UsedAsync(quota)); // too low is mended at once
    }
}
