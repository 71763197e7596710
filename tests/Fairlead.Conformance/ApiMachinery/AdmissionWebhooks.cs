using Fairlead.Server.Tests.Admission;

namespace Fairlead.Conformance.ApiMachinery;

/// <summary>What webhooks do to writes. They are served by the test's own process, over TLS.</summary>
public sealed class AdmissionWebhooks(RunningCluster cluster)
{
    const string Pod = """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"example.com/c"}]}}""";
    const string ConfigMap = """{"metadata":{"name":"m"},"data":{"mutation-start":"yes"}}""";

    static JsonObject Unwanted(JsonObject request) =>
        request["object"].Text("data.webhook-e2e-test") == "webhook-disallow" ? TestWebhooks.No("the configmap contains unwanted key and value") : TestWebhooks.Yes();

    [Fact(DisplayName = "[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] should be able to deny pod and configmap creation [Conformance]")]
    public async Task DenyCreation()
    {
        await using var here = await HookedNamespace.MakeAsync(cluster);
        here.Hooks.Answer("deny", r => r["object"].Text("metadata.labels.hang") is not null ? TestWebhooks.Yes() : r["kind"].Text("kind") == "Pod" ? TestWebhooks.No("the pod contains unwanted container name") : Unwanted(r));
        here.Hooks.Answer("hang", async _ =>
        {
            await Task.Delay(TimeSpan.FromSeconds(30));
            return TestWebhooks.Yes();
        });
        await here.ConfigureAsync(here.Validating, here.Webhook("deny", "CREATE,UPDATE,DELETE", "/v1/pods,configmaps"),
            here.Webhook("hang", "CREATE", "/v1/pods", """{"objectSelector":{"matchLabels":{"hang":"yes"}},"timeoutSeconds":1}"""));
        Assert.Contains("the pod contains unwanted container name", (await here.Pods.RefusedAsync(HttpMethod.Post, 400, body: Pod)).Message);
        Assert.Contains("context deadline exceeded", (await here.Pods.RefusedAsync(HttpMethod.Post, 500, body: Pod.Replace("\"p\"", "\"q\",\"labels\":{\"hang\":\"yes\"}"))).Message);
        Assert.Contains("unwanted key and value", (await here.ConfigMaps.RefusedAsync(HttpMethod.Post, 400, body: """{"metadata":{"name":"d"},"data":{"webhook-e2e-test":"webhook-disallow"}}""")).Message);
        await here.ConfigMaps.CreateAsync("""{"metadata":{"name":"a"},"data":{"admit":"this"}}""");
        await here.ConfigMaps.RefusedAsync(HttpMethod.Put, 400, "a", """{"metadata":{"name":"a"},"data":{"webhook-e2e-test":"webhook-disallow"}}""");
        await here.ConfigMaps.RefusedAsync(HttpMethod.Patch, 400, "a", """{"data":{"webhook-e2e-test":"webhook-disallow"}}""", Resource.Merge);
        // A namespace that is left out.
        await cluster.Resource("v1", "configmaps", await cluster.NamespaceAsync("exempted")).CreateAsync("""{"metadata":{"name":"d"},"data":{"webhook-e2e-test":"webhook-disallow"}}""");
    }

    [Fact(DisplayName = "[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] should be able to deny attaching pod [Conformance]")]
    public async Task DenyAttach()
    {
        await using var here = await HookedNamespace.MakeAsync(cluster);
        await here.Pods.CreateAsync(Pod);
        here.Hooks.Answer("attach", r => TestWebhooks.No($"attaching to pod '{r["name"]}' is not allowed"));
        await here.ConfigureAsync(here.Validating, here.Webhook("attach", "CONNECT", "/v1/pods/attach"));
        var (code, _, errors) = await new Kubectl(cluster.Server, here.Name).EndAsync("", "attach", "p", "-i", "-c=c");
        Assert.NotEqual(0, code);
        Assert.Contains("attaching to pod 'p' is not allowed", errors);
    }

    [Fact(DisplayName = "[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] should be able to deny custom resource creation, update and deletion [Conformance]")]
    public async Task DenyCustomResources()
    {
        await using var here = await HookedNamespace.MakeAsync(cluster);
        await using var kind = await CustomKind.DefineAsync(cluster, [("v1", CustomKind.Anything)], namespaced: true);
        here.Hooks.Answer("custom", r => (r["object"] ?? r["oldObject"]).Text("data.webhook-e2e-test") switch
        {
            "webhook-disallow" => TestWebhooks.No("the custom resource contains unwanted data"),
            "webhook-nondeletable" when r.Text("operation") == "DELETE" => TestWebhooks.No("the custom resource cannot be deleted because it contains unwanted key and value"),
            _ => TestWebhooks.Yes(),
        });
        await here.ConfigureAsync(here.Validating, here.Webhook("custom", "CREATE,UPDATE,DELETE", $"{kind.Group}/*/{kind.Plural}"));
        var objects = kind.Objects(ns: here.Name);
        Assert.Contains("unwanted data", (await objects.RefusedAsync(HttpMethod.Post, 400, body: kind.Object("d", "\"data\":{\"webhook-e2e-test\":\"webhook-disallow\"}"))).Message);
        await objects.CreateAsync(kind.Object("n", "\"data\":{\"webhook-e2e-test\":\"webhook-nondeletable\"}"));
        await objects.RefusedAsync(HttpMethod.Patch, 400, "n", """{"data":{"webhook-e2e-test":"webhook-disallow"}}""", Resource.Merge);
        await objects.RefusedAsync(HttpMethod.Delete, 400, "n");
        await objects.PatchAsync("n", """{"data":{"webhook-e2e-test":null}}""");
        await objects.DeleteAsync("n");
    }

    [Fact(DisplayName = "[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] should unconditionally reject operations on fail closed webhook [Conformance]")]
    public async Task FailClosed()
    {
        await using var here = await HookedNamespace.MakeAsync(cluster);
        var unreachable = here.Webhook("closed", "CREATE", "/v1/configmaps", """{"failurePolicy":"Fail"}""");
        unreachable["clientConfig"] = new JsonObject { ["service"] = new JsonObject { ["namespace"] = here.Name, ["name"] = "none", ["path"] = "/configmaps" } };
        await here.ConfigureAsync(here.Validating, unreachable);
        await here.ConfigMaps.RefusedAsync(HttpMethod.Post, 500, body: ConfigMap);
    }

    [Fact(DisplayName = "[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] should mutate configmap [Conformance]")]
    public async Task MutateConfigMap()
    {
        await using var here = await HookedNamespace.MakeAsync(cluster);
        here.Hooks.Answer("one", r => r["object"].Text("data.mutation-start") == "yes" ? TestWebhooks.Patch("""[{"op":"add","path":"/data/mutation-stage-1","value":"yes"}]""") : TestWebhooks.Yes());
        here.Hooks.Answer("two", r => r["object"].Text("data.mutation-stage-1") == "yes" ? TestWebhooks.Patch("""[{"op":"add","path":"/data/mutation-stage-2","value":"yes"}]""") : TestWebhooks.Yes());
        await here.ConfigureAsync(here.Mutating, here.Webhook("one", "CREATE", "/v1/configmaps"), here.Webhook("two", "CREATE", "/v1/configmaps"));
        var made = await here.ConfigMaps.CreateAsync(ConfigMap);
        Assert.Equal("""{"mutation-start":"yes","mutation-stage-1":"yes","mutation-stage-2":"yes"}""", made["data"]!.ToJsonString());
    }

    [Fact(DisplayName = "[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] should mutate pod and apply defaults after mutation [Conformance]")]
    public async Task MutatePod()
    {
        await using var here = await HookedNamespace.MakeAsync(cluster);
        here.Hooks.Answer("one", _ => TestWebhooks.Patch("""[{"op":"add","path":"/spec/initContainers","value":[{"image":"webhook-added-image","name":"webhook-added-init-container","resources":{}}]}]"""));
        await here.ConfigureAsync(here.Mutating, here.Webhook("one", "CREATE", "/v1/pods"));
        var made = await here.Pods.CreateAsync(Pod);
        var added = Assert.Single(made.At("spec.initContainers")!.AsArray());
        Assert.Equal(("webhook-added-init-container", "File"), (added.Text("name"), added.Text("terminationMessagePolicy")));
    }

    [Fact(DisplayName = "[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] should not be able to mutate or prevent deletion of webhook configuration objects [Conformance]")]
    public async Task ConfigurationsAreFree()
    {
        await using var here = await HookedNamespace.MakeAsync(cluster);
        here.Hooks.Answer("locks", _ => TestWebhooks.No("this is always denied"));
        here.Hooks.Answer("changes", _ => TestWebhooks.Patch("""[{"op":"add","path":"/metadata/labels/mutated","value":"yes"}]"""));
        var selector = $$$$"""{"objectSelector":{{{{here.Selector}}}}}""";
        await here.ConfigureAsync(here.Validating, here.Webhook("locks", "DELETE", "admissionregistration.k8s.io/*/*", selector));
        await here.ConfigureAsync(here.Mutating, here.Webhook("changes", "CREATE", "admissionregistration.k8s.io/*/*", selector));
        foreach (var configurations in (Resource[])[here.Validating, here.Mutating])
        {
            var made = await configurations.CreateAsync(here.Configuration(here.Name + "-dummy", here.Webhook("dummy", "CREATE", "/v1/invalid")));
            Assert.Null(made.Text("metadata.labels.mutated"));
            await configurations.DeleteAsync(here.Name + "-dummy");
        }
    }

    [Fact(DisplayName = "[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] should mutate custom resource [Conformance]")]
    public async Task MutateCustomResource()
    {
        await using var here = await HookedNamespace.MakeAsync(cluster);
        await using var kind = await CustomKind.DefineAsync(cluster, [("v1", CustomKind.Anything)], namespaced: true);
        await Mutates(here, kind);
    }

    static async Task Mutates(HookedNamespace here, CustomKind kind)
    {
        here.Hooks.Answer("one", r => r["object"].Text("data.mutation-start") == "yes" ? TestWebhooks.Patch("""[{"op":"add","path":"/data/mutation-stage-1","value":"yes"}]""") : TestWebhooks.Yes());
        here.Hooks.Answer("two", r => r["object"].Text("data.mutation-stage-1") == "yes" ? TestWebhooks.Patch("""[{"op":"add","path":"/data/mutation-stage-2","value":"yes"}]""") : TestWebhooks.Yes());
        await here.ConfigureAsync(here.Mutating, here.Webhook("one", "CREATE", $"{kind.Group}/*/{kind.Plural}"), here.Webhook("two", "CREATE", $"{kind.Group}/*/{kind.Plural}"));
        var made = await kind.Objects(ns: here.Name).CreateAsync(kind.Object("c", "\"data\":{\"mutation-start\":\"yes\"}"));
        Assert.Equal("yes", made.Text("data.mutation-stage-1"));
    }

    [Fact(DisplayName = "[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] should mutate custom resource with pruning [Conformance]")]
    public async Task MutateWithPruning()
    {
        await using var here = await HookedNamespace.MakeAsync(cluster);
        const string Schema = """{"type":"object","properties":{"data":{"type":"object","properties":{"mutation-start":{"type":"string"},"mutation-stage-1":{"type":"string"}}}}}""";
        await using var kind = await CustomKind.DefineAsync(cluster, [("v1", Schema)], namespaced: true);
        await Mutates(here, kind);
        Assert.Equal("""{"mutation-start":"yes","mutation-stage-1":"yes"}""", (await kind.Objects(ns: here.Name).GetAsync("c"))["data"]!.ToJsonString());
    }

    [Fact(DisplayName = "[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] should mutate custom resource with different stored version [Conformance]")]
    public async Task MutateInAnotherVersion()
    {
        await using var here = await HookedNamespace.MakeAsync(cluster);
        await using var kind = await CustomKind.DefineAsync(cluster, [("v1", CustomKind.Anything), ("v2", CustomKind.Anything)], namespaced: true);
        await Mutates(here, kind);
        await CustomKind.Definitions(cluster).ChangeAsync(kind.Name, d => d["spec"]!["versions"] = CustomKind.Versions([("v1", CustomKind.Anything), ("v2", CustomKind.Anything)], stored: 1));
        here.Hooks.Answer("one", r => TestWebhooks.Patch($$"""[{"op":"add","path":"/data/seen","value":"{{r["object"].Text("apiVersion")!.Split('/')[1]}}"}]"""));
        var patched = await kind.Objects("v1", here.Name).PatchAsync("c", """{"data":{"again":"yes"}}""");
        Assert.Equal("yes", patched.Text("data.mutation-stage-1"));
        var made = await kind.Objects("v1", here.Name).CreateAsync(kind.Object("d", "\"data\":{\"mutation-start\":\"yes\"}"));
        Assert.Equal(("v1", $"{kind.Group}/v1"), (made.Text("data.seen"), made.Text("apiVersion")));
    }

    [Fact(DisplayName = "[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] should deny crd creation [Conformance]")]
    public async Task DenyDefinitions()
    {
        await using var here = await HookedNamespace.MakeAsync(cluster);
        here.Hooks.Answer("crd", _ => TestWebhooks.No("the crd contains unwanted label"));
        await here.ConfigureAsync(here.Validating, here.Webhook("crd", "CREATE", "apiextensions.k8s.io/*/customresourcedefinitions", $$$$"""{"objectSelector":{{{{here.Selector}}}}}"""));
        var group = CustomKind.NewGroup();
        var refused = await CustomKind.Definitions(cluster).RefusedAsync(HttpMethod.Post, 400, body: $$$$"""
            {"metadata":{"name":"tests.{{{{group}}}}","labels":{"mark":"{{{{here.Name}}}}"}},
             "spec":{"group":"{{{{group}}}}","scope":"Cluster","names":{"plural":"tests","kind":"Test"},"versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object"}}}]}}
            """);
        Assert.Contains("the crd contains unwanted label", refused.Message);
    }

    [Fact(DisplayName = "[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] should honor timeout [Conformance]")]
    public async Task Timeout()
    {
        await using var here = await HookedNamespace.MakeAsync(cluster);
        here.Hooks.Answer("slow", async _ =>
        {
            await Task.Delay(TimeSpan.FromSeconds(3));
            return TestWebhooks.Yes();
        });
        async Task Within(string more, bool taken)
        {
            var name = (await here.ConfigureAsync(here.Validating, here.Webhook("slow", "CREATE", "/v1/configmaps", more))).Text("metadata.name")!;
            var body = $$$$"""{"metadata":{"generateName":"e2e-test-slow-webhook-configmap-"}}""";
            if (taken) await here.ConfigMaps.CreateAsync(body);
            else Assert.Contains("context deadline exceeded", (await here.ConfigMaps.RefusedAsync(HttpMethod.Post, 500, body: body)).Message);
            await here.Validating.DeleteAsync(name);
        }
        await Within("""{"timeoutSeconds":1,"failurePolicy":"Fail"}""", taken: false);
        await Within("""{"timeoutSeconds":1,"failurePolicy":"Ignore"}""", taken: true);
        await Within("""{"timeoutSeconds":10,"failurePolicy":"Fail"}""", taken: true);
        await Within("""{"timeoutSeconds":null,"failurePolicy":"Fail"}""", taken: true); // ten seconds, if nothing is said
    }

    [Fact(DisplayName = "[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] patching/updating a validating webhook should work [Conformance]")]
    public async Task ChangeValidating()
    {
        await using var here = await HookedNamespace.MakeAsync(cluster);
        here.Hooks.Answer("deny", Unwanted);
        const string Body = """{"metadata":{"generateName":"d-"},"data":{"webhook-e2e-test":"webhook-disallow"}}""";
        var name = (await here.ConfigureAsync(here.Validating, here.Webhook("deny", "CREATE", "/v1/configmaps"))).Text("metadata.name")!;
        await here.ConfigMaps.RefusedAsync(HttpMethod.Post, 400, body: Body);
        await here.Validating.ChangeAsync(name, c => c["webhooks"]![0]!["rules"]![0]!["operations"] = new JsonArray("UPDATE"));
        await here.ConfigMaps.CreateAsync(Body);
        await here.Validating.PatchAsync(name, """[{"op":"replace","path":"/webhooks/0/rules/0/operations","value":["CREATE"]}]""", Resource.JsonPatch);
        await here.ConfigMaps.RefusedAsync(HttpMethod.Post, 400, body: Body);
    }

    [Fact(DisplayName = "[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] patching/updating a mutating webhook should work [Conformance]")]
    public async Task ChangeMutating()
    {
        await using var here = await HookedNamespace.MakeAsync(cluster);
        here.Hooks.Answer("one", _ => TestWebhooks.Patch("""[{"op":"add","path":"/data/mutation-stage-1","value":"yes"}]"""));
        const string Body = """{"metadata":{"generateName":"m-"},"data":{"mutation-start":"yes"}}""";
        async Task<string?> MadeAsync() => (await here.ConfigMaps.CreateAsync(Body)).Text("data.mutation-stage-1");
        var name = (await here.ConfigureAsync(here.Mutating, here.Webhook("one", "CREATE", "/v1/configmaps"))).Text("metadata.name")!;
        Assert.Equal("yes", await MadeAsync());
        await here.Mutating.ChangeAsync(name, c => c["webhooks"]![0]!["rules"]![0]!["operations"] = new JsonArray("UPDATE"));
        Assert.Null(await MadeAsync());
        await here.Mutating.PatchAsync(name, """[{"op":"replace","path":"/webhooks/0/rules/0/operations","value":["CREATE"]}]""", Resource.JsonPatch);
        Assert.Equal("yes", await MadeAsync());
    }

    [Fact(DisplayName = "[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] listing validating webhooks should work [Conformance]")]
    public async Task ListValidating()
    {
        await using var here = await HookedNamespace.MakeAsync(cluster);
        here.Hooks.Answer("deny", Unwanted);
        const string Body = """{"metadata":{"name":"d"},"data":{"webhook-e2e-test":"webhook-disallow"}}""";
        for (var i = 0; i < 10; i++) await here.ConfigureAsync(here.Validating, here.Webhook("deny", "CREATE", "/v1/configmaps"));
        Assert.Equal(10, (await here.Validating.ItemsAsync($"mark={here.Name}")).Count);
        await here.ConfigMaps.RefusedAsync(HttpMethod.Post, 400, body: Body);
        await here.Validating.DeleteCollectionAsync($"mark={here.Name}");
        await here.ConfigMaps.CreateAsync(Body);
    }

    [Fact(DisplayName = "[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] listing mutating webhooks should work [Conformance]")]
    public async Task ListMutating()
    {
        await using var here = await HookedNamespace.MakeAsync(cluster);
        here.Hooks.Answer("one", _ => TestWebhooks.Patch("""[{"op":"add","path":"/data/mutation-stage-1","value":"yes"}]"""));
        for (var i = 0; i < 10; i++) await here.ConfigureAsync(here.Mutating, here.Webhook("one", "CREATE", "/v1/configmaps"));
        Assert.Equal(10, (await here.Mutating.ItemsAsync($"mark={here.Name}")).Count);
        Assert.Equal("yes", (await here.ConfigMaps.CreateAsync(ConfigMap)).Text("data.mutation-stage-1"));
        await here.Mutating.DeleteCollectionAsync($"mark={here.Name}");
        Assert.Null((await here.ConfigMaps.CreateAsync(ConfigMap.Replace("\"m\"", "\"n\""))).Text("data.mutation-stage-1"));
    }
}
