using System.Text;

namespace Fairlead.Server.Tests.Eviction;

/// <summary>pods/eviction against budgets whose status a test writes, as the controller would.</summary>
[Collection(nameof(TestServer))]
public sealed class EvictionTests(TestServer server)
{
    const string Merge = "application/merge-patch+json";

    async Task<string> PodAsync(string ns, string name, string? phase = "Running", bool ready = true)
    {
        var path = $"/api/v1/namespaces/{ns}/pods";
        var made = await server.PostAsync(path, $$$"""{"metadata":{"name":"{{{name}}}","labels":{"app":"web"}},"spec":{"nodeName":"n","containers":[{"name":"c","image":"example.com/c:1"}]}}""");
        Assert.Equal(201, made.Code);
        var status = $$$"""{"status":{"phase":"{{{phase}}}","conditions":[{"type":"Ready","status":"{{{(ready ? "True" : "False")}}}"}]}}""";
        if (phase is not null) Assert.Equal(200, (await server.PatchAsync($"{path}/{name}/status", Merge, status)).Code);
        return $"{path}/{name}";
    }

    /// <summary>A budget over the Pods above, with these numbers.</summary>
    async Task<string> BudgetAsync(string ns, int allowed, int healthy = 2, int desired = 2, string name = "b", long? observed = null, string spec = "", string selector = """{"matchLabels":{"app":"web"}}""")
    {
        var path = $"/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets";
        Assert.Equal(201, (await server.PostAsync(path, $$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"minAvailable":2{{{spec}}},"selector":{{{selector}}}}}""")).Code);
        var status = $$$"""{"status":{"observedGeneration":{{{observed ?? 1}}},"disruptionsAllowed":{{{allowed}}},"currentHealthy":{{{healthy}}},"desiredHealthy":{{{desired}}},"expectedPods":3}}""";
        Assert.Equal(200, (await server.PatchAsync($"{path}/{name}/status", Merge, status)).Code);
        return $"{path}/{name}";
    }

    Task<Answer> EvictAsync(string pod, string options = "{}", string query = "") => server.PostAsync($"{pod}/eviction{query}",
        $$$"""{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"{{{pod[(pod.LastIndexOf('/') + 1)..]}}}"},"deleteOptions":{{{options}}}}""");

    async Task<bool> IsGoingAsync(string pod)
    {
        var now = await server.GetAsync(pod);
        return now.Code == 404 || now.At("metadata.deletionTimestamp") is not null;
    }

    [Fact]
    public async Task An_allowed_eviction_takes_a_place_and_says_why_the_Pod_goes()
    {
        var ns = await server.NamespaceAsync("evict");
        var pod = await PodAsync(ns, "p");
        var budget = await BudgetAsync(ns, allowed: 1);
        var evicted = await EvictAsync(pod, """{"gracePeriodSeconds":7}""");
        Assert.Equal((201, "Success"), (evicted.Code, evicted.At("status")));
        var after = await server.GetAsync(budget);
        Assert.Equal("0", after.At("status.disruptionsAllowed"));
        Assert.NotNull(after.At("status.disruptedPods.p"));
        Assert.Equal(("DisruptionAllowed", "False", "InsufficientPods"), (after.At("status.conditions.0.type"), after.At("status.conditions.0.status"), after.At("status.conditions.0.reason")));
        var going = await server.GetAsync(pod);
        Assert.Equal(("7", "DisruptionTarget", "True"), (going.At("metadata.deletionGracePeriodSeconds"), going.At("status.conditions.1.type"), going.At("status.conditions.1.status")));
        Assert.Equal(("EvictionByEvictionAPI", "Eviction API: evicting"), (going.At("status.conditions.1.reason"), going.At("status.conditions.1.message")));
        Assert.NotNull(going.At("status.conditions.1.lastTransitionTime"));
    }

    [Fact]
    public async Task A_spent_budget_refuses()
    {
        var ns = await server.NamespaceAsync("spent");
        var pod = await PodAsync(ns, "p");
        await BudgetAsync(ns, allowed: 0);
        var refused = await EvictAsync(pod);
        Assert.Equal((429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget."), (refused.Code, refused.Reason, refused.Message));
        Assert.Equal(("DisruptionBudget", "The disruption budget b needs 2 healthy pods and has 2 currently"), (refused.At("details.causes.0.reason"), refused.At("details.causes.0.message")));
        Assert.Null(refused.At("details.retryAfterSeconds"));
        Assert.False(await IsGoingAsync(pod));
    }

    [Fact]
    public async Task A_budget_that_is_not_counted_yet_refuses_for_ten_seconds()
    {
        var ns = await server.NamespaceAsync("behind");
        var pod = await PodAsync(ns, "p");
        await BudgetAsync(ns, allowed: 1, observed: 0);
        using var content = new StringContent("""{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"p"}}""", Encoding.UTF8, "application/json");
        using var answer = await server.Http.PostAsync($"{pod}/eviction", content);
        Assert.Equal((429, "10"), ((int)answer.StatusCode, string.Join(',', answer.Headers.GetValues("Retry-After"))));
        Assert.Contains("The disruption budget b is still being processed by the server.", await answer.Content.ReadAsStringAsync());
        Assert.False(await IsGoingAsync(pod));
    }

    [Fact]
    public async Task Two_budgets_over_a_Pod_are_an_error_and_a_budget_over_others_is_none()
    {
        var ns = await server.NamespaceAsync("two");
        var (pod, other) = (await PodAsync(ns, "p"), await BudgetAsync(ns, allowed: 0, name: "other", selector: """{"matchLabels":{"app":"db"}}"""));
        await BudgetAsync(ns, allowed: 1);
        await BudgetAsync(ns, allowed: 1, name: "c");
        var refused = await EvictAsync(pod);
        Assert.Equal((500, "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."), (refused.Code, refused.Message));
        Assert.Equal(200, (await server.DeleteAsync($"/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets/c")).Code);
        Assert.Equal(201, (await EvictAsync(pod)).Code);
        Assert.Equal("0", (await server.GetAsync(other)).At("status.disruptionsAllowed"));
    }

    [Theory]
    [InlineData("Succeeded")]
    [InlineData("Failed")]
    [InlineData("Pending")]
    public async Task What_does_not_run_needs_no_budget(string phase)
    {
        var ns = await server.NamespaceAsync("ended");
        var pod = await PodAsync(ns, "p", phase, ready: false);
        await BudgetAsync(ns, allowed: 0);
        Assert.Equal(201, (await EvictAsync(pod)).Code);
        Assert.True(await IsGoingAsync(pod));
    }

    [Fact]
    public async Task What_is_going_already_needs_no_budget()
    {
        var ns = await server.NamespaceAsync("going");
        var pod = await PodAsync(ns, "p");
        await BudgetAsync(ns, allowed: 0);
        await server.DeleteAsync(pod);
        Assert.Equal(201, (await EvictAsync(pod, """{"gracePeriodSeconds":1}""")).Code);
        Assert.Equal("1", (await server.GetAsync(pod)).At("metadata.deletionGracePeriodSeconds"));
    }

    [Theory]
    [InlineData("enough are healthy", "", 2, 2, 201)]
    [InlineData("too few are healthy", "", 1, 2, 429)]
    [InlineData("nothing is asked for", "", 0, 0, 429)]
    [InlineData("the same by name", ",\"unhealthyPodEvictionPolicy\":\"IfHealthyBudget\"", 1, 2, 429)]
    [InlineData("whatever the others are", ",\"unhealthyPodEvictionPolicy\":\"AlwaysAllow\"", 1, 2, 201)]
    public async Task A_Pod_that_is_not_ready_goes_by_the_policy_without_a_place(string why, string policy, int healthy, int desired, int code)
    {
        var ns = await server.NamespaceAsync("unready");
        var pod = await PodAsync(ns, "p", ready: false);
        var budget = await BudgetAsync(ns, allowed: 0, healthy, desired, spec: policy);
        Assert.Equal((why, code), (why, (await EvictAsync(pod)).Code));
        Assert.Equal((why, code == 201), (why, await IsGoingAsync(pod)));
        Assert.Null((await server.GetAsync(budget)).At("status.disruptedPods"));
    }

    [Fact]
    public async Task A_dry_run_checks_and_changes_nothing()
    {
        var ns = await server.NamespaceAsync("dry");
        var pod = await PodAsync(ns, "p");
        var budget = await BudgetAsync(ns, allowed: 1);
        var before = (await server.GetAsync(pod)).Revision;
        Assert.Equal(201, (await EvictAsync(pod, query: "?dryRun=All")).Code);
        Assert.Equal(201, (await EvictAsync(pod, """{"dryRun":["All"]}""")).Code);
        Assert.Equal((before, "1"), ((await server.GetAsync(pod)).Revision, (await server.GetAsync(budget)).At("status.disruptionsAllowed")));
        await server.PatchAsync(budget + "/status", Merge, """{"status":{"disruptionsAllowed":0}}""");
        Assert.Equal(429, (await EvictAsync(pod, query: "?dryRun=All")).Code);
    }

    [Fact]
    public async Task Preconditions_count_and_a_name_that_differs_is_refused()
    {
        var ns = await server.NamespaceAsync("conditions");
        var pod = await PodAsync(ns, "p");
        var budget = await BudgetAsync(ns, allowed: 1);
        var now = await server.GetAsync(pod);
        Assert.Equal(409, (await EvictAsync(pod, """{"preconditions":{"uid":"other"}}""")).Code);
        Assert.Equal(409, (await EvictAsync(pod, """{"preconditions":{"resourceVersion":"1"}}""")).Code);
        Assert.Equal("1", (await server.GetAsync(budget)).At("status.disruptionsAllowed"));
        var misnamed = await server.PostAsync($"{pod}/eviction", """{"metadata":{"name":"q"}}""");
        Assert.Equal((400, "name in URL does not match name in Eviction object"), (misnamed.Code, misnamed.Message));
        Assert.Equal(400, (await server.PostAsync($"{pod}/eviction", """{"metadata":{"name":"p","namespace":"elsewhere"}}""")).Code);
        Assert.Equal(404, (await server.PostAsync($"/api/v1/namespaces/{ns}/pods/q/eviction", """{"metadata":{"name":"q"}}""")).Code);
        Assert.False(await IsGoingAsync(pod));
        Assert.Equal(201, (await EvictAsync(pod, $$$"""{"preconditions":{"uid":"{{{now.At("metadata.uid")}}}","resourceVersion":"{{{now.Revision}}}"}}""")).Code);
    }

    [Fact]
    public async Task Many_at_once_take_exactly_what_is_allowed()
    {
        var ns = await server.NamespaceAsync("race");
        var pods = new List<string>();
        for (var i = 0; i < 30; i++) pods.Add(await PodAsync(ns, $"p{i}"));
        var budget = await BudgetAsync(ns, allowed: 7);
        var codes = (await Task.WhenAll(pods.Select(p => EvictAsync(p)))).Select(a => a.Code).ToList();
        Assert.Equal((7, 23), (codes.Count(c => c == 201), codes.Count(c => c == 429)));
        var after = await server.GetAsync(budget);
        Assert.Equal(("0", 7), (after.At("status.disruptionsAllowed"), after.Json["status"]!["disruptedPods"]!.AsObject().Count));
    }
}
