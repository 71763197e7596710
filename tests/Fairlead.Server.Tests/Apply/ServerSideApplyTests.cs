using Fairlead.Json;

namespace Fairlead.Server.Tests.Apply;

/// <summary>Server-side apply and the owners of fields, over HTTPS (KEP-555).</summary>
[Collection(nameof(TestServer))]
public sealed class ServerSideApplyTests(TestServer server)
{
    const string ApplyType = "application/apply-patch+yaml";

    static string Deployment(string spec) => """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},
         "spec":{SPEC"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},
         "spec":{"containers":[{"name":"web","image":"i:1","ports":[{"containerPort":80}]}]}}}}
        """.Replace("SPEC", spec, StringComparison.Ordinal);

    Task<Answer> ApplyAsync(string path, string manager, string body, string more = "") =>
        server.PatchAsync($"{path}?fieldManager={manager}{more}", ApplyType, body);

    static JsonObject? Entry(Answer answer, string manager, string operation = "Apply", string subresource = "") =>
        (JsonObject?)((answer.Json["metadata"]?["managedFields"] as JsonArray) ?? [])
            .FirstOrDefault(e => (string?)e!["manager"] == manager && (string?)e["operation"] == operation && ((string?)e["subresource"] ?? "") == subresource);

    static string Fields(Answer answer, string manager, string operation = "Apply", string subresource = "") =>
        Entry(answer, manager, operation, subresource)?["fieldsV1"]?.ToJsonString() ?? "";

    [Fact]
    public async Task Apply_makes_the_object_and_the_same_apply_changes_nothing()
    {
        var path = $"/apis/apps/v1/namespaces/{await server.NamespaceAsync("ssa")}/deployments/web";
        var made = await ApplyAsync(path, "a", Deployment("\"replicas\":2,"));
        Assert.Equal(201, made.Code);
        Assert.Equal("""{"f:spec":{"f:replicas":{},"f:selector":{},"f:template":{"f:metadata":{"f:labels":{"f:app":{}}},"f:spec":{"f:containers":{"k:{\"name\":\"web\"}":{".":{},"f:image":{},"f:name":{},"f:ports":{"k:{\"containerPort\":80,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{}}}}}}}}}""",
            JsonNode.Parse(Fields(made, "a"))!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Equal("FieldsV1", (string?)Entry(made, "a")!["fieldsType"]);
        var again = await ApplyAsync(path, "a", Deployment("\"replicas\":2,"));
        Assert.Equal((200, made.Revision), (again.Code, again.Revision));
    }

    [Fact]
    public async Task A_field_of_another_is_a_conflict_unless_forced()
    {
        var path = $"/apis/apps/v1/namespaces/{await server.NamespaceAsync("ssa")}/deployments/web";
        await ApplyAsync(path, "a", Deployment("\"replicas\":2,"));
        var refused = await ApplyAsync(path, "b", Deployment("\"replicas\":3,"));
        Assert.Equal((409, "Apply failed with 1 conflict: conflict with \"a\": .spec.replicas", "Conflict"), (refused.Code, refused.Message, refused.Reason));
        Assert.Equal(("FieldManagerConflict", "conflict with \"a\"", ".spec.replicas"),
            (refused.At("details.causes.0.reason"), refused.At("details.causes.0.message"), refused.At("details.causes.0.field")));
        var forced = await ApplyAsync(path, "b", Deployment("\"replicas\":3,"), "&force=true");
        Assert.Equal("3", forced.At("spec.replicas"));
        Assert.DoesNotContain("f:replicas", Fields(forced, "a"), StringComparison.Ordinal);
        Assert.Contains("f:replicas", Fields(forced, "b"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_update_takes_fields_and_is_named_in_conflicts()
    {
        var path = $"/apis/apps/v1/namespaces/{await server.NamespaceAsync("ssa")}/deployments/web";
        await ApplyAsync(path, "a", Deployment("\"replicas\":2,"));
        await server.PatchAsync($"{path}?fieldManager=kubectl-edit", "application/merge-patch+json", """{"spec":{"replicas":5,"template":{"spec":{"dnsPolicy":"Default"}}}}""");
        var refused = await ApplyAsync(path, "a", Deployment("\"replicas\":2,"));
        Assert.Equal("Apply failed with 1 conflict: conflict with \"kubectl-edit\" using apps/v1: .spec.replicas", refused.Message);
        var without = await ApplyAsync(path, "a", Deployment(""));
        Assert.Equal("5", without.At("spec.replicas")); // the editor's now
    }

    [Fact]
    public async Task What_is_no_longer_applied_goes_unless_someone_else_owns_it()
    {
        var path = $"/api/v1/namespaces/{await server.NamespaceAsync("ssa")}/configmaps/c";
        string Map(string data) => $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{{{data}}}}""";
        await ApplyAsync(path, "a", Map("""{"x":"1","y":"1","z":"1"}"""));
        await ApplyAsync(path, "b", Map("""{"y":"1"}"""));
        var fewer = await ApplyAsync(path, "a", Map("""{"x":"1"}"""));
        Assert.Equal("""{"x":"1","y":"1"}""", fewer.Json["data"]!.ToJsonString());
        Assert.Equal("""{"x":"1"}""", (await ApplyAsync(path, "b", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}""")).Json["data"]!.ToJsonString());
    }

    [Fact]
    public async Task Elements_of_a_list_have_owners_of_their_own_and_keep_their_order()
    {
        var path = $"/apis/apps/v1/namespaces/{await server.NamespaceAsync("ssa")}/deployments/web";
        await ApplyAsync(path, "a", Deployment(""));
        const string Sidecar = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              template:
                spec:
                  containers:
                  - {name: side, image: "s:1", env: [{name: A, value: "1"}]}
            """;
        var both = await ApplyAsync(path, "b", Sidecar);
        Assert.Equal(("web", "side"), (both.At("spec.template.spec.containers.0.name"), both.At("spec.template.spec.containers.1.name")));
        var one = await ApplyAsync(path, "b", """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","labels":{"l":"1"}}}""");
        Assert.Single((JsonArray)one.Json["spec"]!["template"]!["spec"]!["containers"]!);
    }

    [Theory]
    [InlineData("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"dota":{}}""", 400, ".dota: field not declared in schema")]
    [InlineData("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","managedFields":[]}}""", 400, "metadata.managedFields must be nil")]
    [InlineData("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"d"}}""", 400, "does not match the name on the URL")]
    [InlineData("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","uid":"1"}}""", 409, "uid mismatch")]
    [InlineData("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","resourceVersion":"1"}}""", 409, "has been modified")]
    [InlineData("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"a":1}}""", 400, "failed to create typed patch object")]
    [InlineData("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","finalizers":["a/b","a/b"]}}""", 400, ".metadata.finalizers: duplicate entries for key [=\"a/b\"]")]
    [InlineData("""{"apiVersion":"v2","kind":"ConfigMap","metadata":{"name":"c"}}""", 400, "Incorrect version specified in apply patch")]
    [InlineData("[", 400, "error decoding patch")]
    public async Task A_bad_configuration_is_refused(string body, int code, string words)
    {
        var refused = await ApplyAsync("/api/v1/namespaces/default/configmaps/c", "a", body);
        Assert.Equal(code, refused.Code);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_are_checked()
    {
        const string Path = "/api/v1/namespaces/default/configmaps/c", Body = """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}""";
        var unnamed = await server.PatchAsync(Path, ApplyType, Body);
        Assert.Equal((422, "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch"), (unnamed.Code, unnamed.Message));
        var forced = await server.PatchAsync(Path + "?force=true", "application/merge-patch+json", "{}");
        Assert.Equal((422, "PatchOptions.meta.k8s.io \"\" is invalid: force: Forbidden: may not be specified for non-apply patch"), (forced.Code, forced.Message));
        Assert.Equal(422, (await server.PatchAsync($"{Path}?fieldManager={new string('x', 129)}", "application/merge-patch+json", "{}")).Code);
    }

    [Fact]
    public async Task Status_and_scale_have_owners_of_their_own()
    {
        var path = $"/apis/apps/v1/namespaces/{await server.NamespaceAsync("ssa")}/deployments/web";
        await ApplyAsync(path, "a", Deployment("\"replicas\":1,"));
        var status = await ApplyAsync(path + "/status", "controller", """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":{"replicas":9},"status":{"observedGeneration":1,"replicas":1}}""");
        Assert.Equal((200, "1", "1"), (status.Code, status.At("spec.replicas"), status.At("status.replicas")));
        Assert.Equal("""{"f:status":{"f:observedGeneration":{},"f:replicas":{}}}""", Fields(status, "controller", subresource: "status"));
        Assert.Equal(409, (await ApplyAsync(path + "/scale", "scaler", """{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"web"},"spec":{"replicas":4}}""")).Code);
        var scaled = await server.PatchAsync(path + "/scale?fieldManager=s", "application/merge-patch+json", """{"spec":{"replicas":4}}""");
        Assert.Equal(200, scaled.Code);
        var after = await server.GetAsync(path);
        Assert.Equal("""{"f:spec":{"f:replicas":{}}}""", Fields(after, "s", "Update", "scale"));
        Assert.DoesNotContain("f:replicas", Fields(after, "a"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_null_unsets_and_a_dry_run_stores_nothing()
    {
        var path = $"/api/v1/namespaces/{await server.NamespaceAsync("ssa")}/configmaps/c";
        var dry = await ApplyAsync(path, "a", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"x":"1"}}""", "&dryRun=All");
        Assert.Equal(201, dry.Code);
        Assert.Contains("f:x", Fields(dry, "a"), StringComparison.Ordinal);
        Assert.Equal(404, (await server.GetAsync(path)).Code);
        await server.PostAsync(path[..path.LastIndexOf('/')] + "?fieldManager=m", """{"metadata":{"name":"c"},"data":{"x":"1"},"immutable":false}""");
        var unset = await ApplyAsync(path, "a", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"immutable":null}""", "&force=true");
        Assert.Equal((200, null), (unset.Code, unset.At("immutable")));
    }
}
