using Fairlead.Json;
using static Fairlead.Server.Tests.Admission.TestWebhooks;

namespace Fairlead.Server.Tests.Admission;

/// <summary>What webhooks and policies see of metadata.managedFields, and what they may make of it.</summary>
public sealed class ShownOwnerTests : IAsyncLifetime
{
    const string Group = "/apis/admissionregistration.k8s.io/v1/", Merge = "application/merge-patch+json", ApplyType = "application/apply-patch+yaml";
    const string ConfigMaps = """{"operations":["*"],"apiGroups":[""],"apiVersions":["v1"],"resources":["configmaps"]}""";

    readonly TestServer server = new();
    TestWebhooks hooks = null!;
    string ns = "";

    string Maps => $"/api/v1/namespaces/{ns}/configmaps";

    public async ValueTask InitializeAsync()
    {
        await server.InitializeAsync();
        hooks = await StartAsync();
        ns = await server.NamespaceAsync("owners");
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await hooks.DisposeAsync();
    }

    async Task ConfigureAsync(string plural, string rule)
    {
        var made = await server.PostAsync(Group + plural, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "test" }, ["webhooks"] = new JsonArray(hooks.Webhook("one", rule)) }.ToJsonString());
        Assert.True(made.Code == 201, made.Text);
    }

    static string Owners(JsonNode? obj) => string.Join("; ", (obj?["metadata"]?["managedFields"] as JsonArray ?? []).Select(e =>
        $"{e!["manager"]} {e["operation"]} {e["apiVersion"]}{(e["subresource"] is { } s ? $"/{s}" : "")} {e["fieldsV1"]!.ToJsonString()}"));

    [Theory]
    [InlineData("mutatingwebhookconfigurations")]
    [InlineData("validatingwebhookconfigurations")]
    public async Task A_webhook_sees_the_owners_before_and_after(string plural)
    {
        hooks.Answer("one", _ => Yes());
        await ConfigureAsync(plural, ConfigMaps);
        await server.PostAsync(Maps + "?fieldManager=maker", """{"metadata":{"name":"m"},"data":{"a":"1","b":"1"}}""");
        var changed = await server.PatchAsync(Maps + "/m?fieldManager=other", Merge, """{"data":{"a":"2"}}""");
        var applied = await server.PatchAsync(Maps + "/m?fieldManager=third", ApplyType, """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"m"},"data":{"c":"3"}}""");
        await server.DeleteAsync(Maps + "/m");
        const string Made = "maker Update v1 {\"f:data\":{\".\":{},\"f:a\":{},\"f:b\":{}}}", Mine = "maker Update v1 {\"f:data\":{\"f:b\":{}}}", Other = "other Update v1 {\"f:data\":{\"f:a\":{}}}";
        var seen = hooks.Of("one").Select(r => (Owners(r["oldObject"]), Owners(r["object"]))).ToArray();
        Assert.Equal(4, seen.Length);
        Assert.Equal(("", Made.Replace("\".\":{},", "", StringComparison.Ordinal)), seen[0]);
        Assert.Equal((seen[0].Item2, Owners(changed.Json)), seen[1]);
        Assert.Equal((Owners(changed.Json), Owners(applied.Json)), seen[2]);
        Assert.Equal((Owners(applied.Json), ""), seen[3]);
        Assert.Equal($"{Mine}; {Other}", seen[1].Item2);
        Assert.StartsWith("third Apply v1 {\"f:data\":{\"f:c\":{}}}; ", seen[2].Item2, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_webhook_adds_belongs_to_nobody_and_what_it_says_of_owners_counts()
    {
        hooks.Answer("one", _ => Patch("""[{"op":"add","path":"/data/hooked","value":"1"}]"""));
        await ConfigureAsync("mutatingwebhookconfigurations", ConfigMaps);
        var made = await server.PostAsync(Maps + "?fieldManager=maker", """{"metadata":{"name":"m"},"data":{"a":"1"}}""");
        Assert.Equal("1", made.At("data.hooked"));
        Assert.Equal("maker Update v1 {\"f:data\":{\"f:a\":{}}}", Owners(made.Json));

        hooks.Answer("one", _ => Patch("""[{"op":"replace","path":"/metadata/managedFields/0/manager","value":"renamed"}]"""));
        var renamed = await server.PatchAsync(Maps + "/m?fieldManager=maker", Merge, """{"data":{"a":"2"}}""");
        Assert.Equal("renamed Update v1 {\"f:data\":{\"f:a\":{}}}", Owners(renamed.Json));
        Assert.Empty(renamed.Warnings);

        hooks.Answer("one", _ => Patch("""[{"op":"replace","path":"/metadata/managedFields/0/operation","value":"Neither"}]"""));
        var kept = await server.PatchAsync(Maps + "/m?fieldManager=renamed", Merge, """{"data":{"a":"3"}}""");
        Assert.Equal("renamed Update v1 {\"f:data\":{\"f:a\":{}}}", Owners(kept.Json));
        Assert.Contains(".metadata.managedFields was in an invalid state after admission; this could be caused by an outdated mutating admission controller; please fix your requests: ",
            Assert.Single(kept.Warnings), StringComparison.Ordinal);

        hooks.Answer("one", _ => Patch("""[{"op":"remove","path":"/metadata/managedFields"}]"""));
        Assert.Equal("", Owners((await server.PatchAsync(Maps + "/m?fieldManager=renamed", Merge, """{"data":{"a":"4"}}""")).Json));
    }

    [Fact]
    public async Task A_write_that_changes_nothing_stores_nothing_though_a_webhook_looks()
    {
        hooks.Answer("one", _ => Yes());
        await ConfigureAsync("mutatingwebhookconfigurations", ConfigMaps);
        var made = await server.PostAsync(Maps + "?fieldManager=maker", """{"metadata":{"name":"m"},"data":{"a":"1"}}""");
        var same = await server.PatchAsync(Maps + "/m?fieldManager=other", Merge, """{"data":{"a":"1"}}""");
        Assert.Equal(made.Text, same.Text);
        var dry = await server.PatchAsync(Maps + "/m?fieldManager=other&dryRun=All", Merge, """{"data":{"a":"2"}}""");
        Assert.Equal("other Update v1 {\"f:data\":{\"f:a\":{}}}", Owners(dry.Json));
    }

    [Fact]
    public async Task A_policy_sees_the_owners()
    {
        await server.PostAsync(Maps + "?fieldManager=maker", """{"metadata":{"name":"m"},"data":{"a":"1"}}""");
        await server.PostAsync(Group + "validatingadmissionpolicies", """
            {"metadata":{"name":"p"},"spec":{"matchConstraints":{"resourceRules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["UPDATE"],"resources":["configmaps"]}]},
             "validations":[{"expression":"oldObject.metadata.managedFields.exists(e, e.manager == 'maker') && !object.metadata.managedFields.exists(e, e.manager == 'stranger')","message":"not yours"}]}}
            """);
        await server.PostAsync(Group + "validatingadmissionpolicybindings", """{"metadata":{"name":"b"},"spec":{"policyName":"p","validationActions":["Deny"]}}""");
        var refused = await server.PatchAsync(Maps + "/m?fieldManager=stranger", Merge, """{"data":{"x":"2"}}""");
        Assert.Equal(422, refused.Code);
        Assert.EndsWith("denied request: not yours", refused.Message, StringComparison.Ordinal);
        Assert.Equal(200, (await server.PatchAsync(Maps + "/m?fieldManager=friend", Merge, """{"data":{"x":"2"}}""")).Code);
    }

    [Theory]
    [InlineData("PUT", "application/json", "s Update autoscaling/v1/scale")]
    [InlineData("PATCH", Merge, "s Update autoscaling/v1/scale")]
    [InlineData("PATCH", ApplyType, "s Apply autoscaling/v1/scale")]
    public async Task A_scale_is_admitted_as_a_Scale_however_it_is_written(string method, string type, string owner)
    {
        var path = $"/apis/apps/v1/namespaces/{ns}/deployments";
        await server.PostAsync(path + "?fieldManager=maker", """{"metadata":{"name":"d"},"spec":{"replicas":2,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""");
        hooks.Answer("one", r => Patch($$"""[{"op":"replace","path":"/spec/replicas","value":{{(int)r["object"]!["spec"]!["replicas"]! + 1}}}]"""));
        await ConfigureAsync("mutatingwebhookconfigurations", """{"operations":["*"],"apiGroups":["apps"],"apiVersions":["v1"],"resources":["deployments","deployments/*"]}""");
        var scaled = await server.SendAsync(new HttpMethod(method), path + "/d/scale?fieldManager=s&" + (type == ApplyType ? "force=true" : ""),
            """{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"d"},"spec":{"replicas":5}}""", type);
        Assert.Equal((200, "6"), (scaled.Code, scaled.At("spec.replicas")));
        var asked = Assert.Single(hooks.Of("one"));
        Assert.Equal("""{"group":"autoscaling","version":"v1","kind":"Scale"}""", asked["kind"]!.ToJsonString());
        Assert.Equal(("UPDATE", "scale", "deployments"), ((string)asked["operation"]!, (string)asked["subResource"]!, (string)asked["resource"]!["resource"]!));
        Assert.Equal(("Scale", 5, "Scale", 2), ((string)asked["object"]!["kind"]!, (int)asked["object"]!["spec"]!["replicas"]!, (string)asked["oldObject"]!["kind"]!, (int)asked["oldObject"]!["spec"]!["replicas"]!));
        Assert.Equal("maker Update autoscaling/v1 {\"f:spec\":{\"f:replicas\":{}}}", Owners(asked["oldObject"]));
        Assert.Equal(owner + " {\"f:spec\":{\"f:replicas\":{}}}", Owners(asked["object"]));
        Assert.Null(scaled.At("metadata.managedFields"));
        Assert.Equal("6", (await server.GetAsync(path + "/d")).At("spec.replicas"));
    }

    [Fact]
    public async Task A_Scale_of_a_custom_kind_that_is_applied_can_be_refused()
    {
        await server.PostAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", """
            {"metadata":{"name":"sails.owners.example.com"},"spec":{"group":"owners.example.com","scope":"Namespaced","names":{"plural":"sails","singular":"sail","kind":"Sail","listKind":"SailList"},
             "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"scale":{"specReplicasPath":".spec.many","statusReplicasPath":".status.many"}},
              "schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{"many":{"type":"integer"}}},"status":{"type":"object","properties":{"many":{"type":"integer"}}}}}}}]}}
            """);
        var path = $"/apis/owners.example.com/v1/namespaces/{ns}/sails";
        for (var i = 0; i < 200 && (await server.GetAsync(path)).Code != 200; i++) await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.Equal(201, (await server.PostAsync(path + "?fieldManager=maker", """{"apiVersion":"owners.example.com/v1","kind":"Sail","metadata":{"name":"s"},"spec":{"many":1}}""")).Code);
        hooks.Answer("one", r => (int)r["object"]!["spec"]!["replicas"]! > 3 ? No("too many") : Yes());
        await ConfigureAsync("validatingwebhookconfigurations", """{"operations":["*"],"apiGroups":["*"],"apiVersions":["*"],"resources":["sails/scale"]}""");
        Task<Answer> ApplyAsync(int many) => server.PatchAsync(path + "/s/scale?fieldManager=s&force=true", ApplyType,
            $$$"""{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s"},"spec":{"replicas":{{{many}}}}}""");
        var refused = await ApplyAsync(4);
        Assert.EndsWith("denied the request: too many", refused.Message, StringComparison.Ordinal);
        Assert.Equal("3", (await ApplyAsync(3)).At("spec.replicas"));
        Assert.Equal("3", (await server.GetAsync(path + "/s")).At("spec.many"));
        Assert.Equal(["Scale", "Scale"], hooks.Of("one").Select(r => (string)r["kind"]!["kind"]!));
        Assert.Equal("maker Update autoscaling/v1 {\"f:spec\":{\"f:replicas\":{}}}", Owners(hooks.Of("one").First()["oldObject"]));
    }
}
