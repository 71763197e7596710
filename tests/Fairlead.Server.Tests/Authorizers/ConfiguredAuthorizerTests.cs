using System.Collections.Concurrent;
using Fairlead.Json;
using Fairlead.Server.Reloading;
using Fairlead.Store.Tests;

namespace Fairlead.Server.Tests.Authorizers;

/// <summary>A server with authorizers of a configuration: who is asked, about what, in which order, and what a failure means.</summary>
public sealed class ConfiguredAuthorizerTests : IAsyncLifetime
{
    readonly TemporaryFolder folder = new();
    readonly ConcurrentQueue<(string Path, JsonObject Review)> asked = [];
    readonly ConcurrentDictionary<string, Func<JsonObject, JsonObject?>> answers = new();
    readonly List<string> log = [];
    JsonServer webhook = null!;
    TestServer server = null!;

    public async ValueTask InitializeAsync()
    {
        webhook = await JsonServer.StartAsync(async http =>
        {
            var review = (JsonObject)(await JsonNode.ParseAsync(http.Request.Body))!;
            asked.Enqueue((http.Request.Path, (JsonObject)review.DeepClone()));
            if (answers.GetValueOrDefault(http.Request.Path)?.Invoke((JsonObject)review["spec"]!) is { } status) review["status"] = status;
            else http.Response.StatusCode = 400;
            return review;
        });
        server = new() { Change = o => o with { ReloadedFiles = [new("authorization", Path.Combine(folder.Path, "authorization.yaml"), default, Use, log.Add) { Every = TimeSpan.FromHours(1) }] } };
        await server.InitializeAsync();
    }

    static void Use(ApiServer server, ReadOnlyMemory<byte> content) => server.UseAuthorization(Authorization.AuthorizationConfiguration.Parse(content.Span));

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await webhook.DisposeAsync();
        folder.Dispose();
    }

    string Hook(string name, string failurePolicy = "NoOpinion", string more = "") =>
        AuthorizationFile.Webhook(name, AuthorizationFile.Kubeconfig(folder.Path, name, $"{webhook.Url}/{name}"), failurePolicy, more);

    void Use(params string[] authorizers) => server.Api.UseAuthorization(AuthorizationFile.Read($"[{string.Join(',', authorizers)}]"));

    async Task<int> JaneAsync(string path)
    {
        using var http = server.Client(TestCertificates.Client("CN=jane,O=dev"));
        using var got = await http.GetAsync(path);
        return (int)got.StatusCode;
    }

    static JsonObject Yes => new() { ["allowed"] = true };
    static JsonObject No => new() { ["allowed"] = false, ["denied"] = true };
    static JsonObject Nothing => new() { ["allowed"] = false };

    const string Node = """{"type":"Node","name":"node"}""", Rbac = """{"type":"RBAC","name":"rbac"}""", Pods = "/api/v1/namespaces/default/pods";

    [Fact]
    public async Task Webhooks_are_asked_in_their_order_until_one_decides()
    {
        Use(Node, Hook("first"), Hook("second"), Rbac, Hook("third"));
        (answers["/first"], answers["/second"], answers["/third"]) = (_ => Nothing, _ => Yes, _ => Yes);
        Assert.Equal(200, await JaneAsync(Pods));
        Assert.Equal(["/first", "/second"], asked.Select(a => a.Path));
        asked.Clear();
        answers["/second"] = _ => No;
        Assert.Equal(403, await JaneAsync("/metrics"));
        Assert.Equal(["/first", "/second"], asked.Select(a => a.Path));
        asked.Clear();
        answers["/second"] = _ => Nothing;
        Assert.Equal(200, await JaneAsync("/version")); // the roles say so
        Assert.Equal(["/first", "/second"], asked.Select(a => a.Path));
    }

    [Fact]
    public async Task A_webhook_before_the_roles_may_deny_what_they_allow_but_nothing_to_masters()
    {
        Use(Hook("guard"), Rbac);
        answers["/guard"] = _ => No;
        Assert.Equal(403, await JaneAsync("/version"));
        Assert.Equal(200, (await server.GetAsync("/version")).Code);
    }

    [Fact]
    public async Task Without_the_roles_among_them_they_say_nothing()
    {
        Use(Node);
        Assert.Equal(403, await JaneAsync("/version"));
        Use("""{"type":"AlwaysAllow","name":"all"}""");
        Assert.Equal(200, await JaneAsync("/metrics"));
        Use("""{"type":"AlwaysDeny","name":"none"}""", Rbac);
        Assert.Equal((200, 403), (await JaneAsync("/version"), await JaneAsync("/metrics")));
    }

    [Theory]
    [InlineData("request.resourceAttributes.resource == 'pods'", Pods, true)]
    [InlineData("request.resourceAttributes.resource == 'pods'", "/api/v1/namespaces/default/secrets", false)]
    [InlineData("has(request.resourceAttributes) && request.resourceAttributes.namespace == 'default'", "/metrics", false)]
    [InlineData("'dev' in request.groups && request.resourceAttributes.subresource == '' && request.uid == ''", Pods, true)]
    [InlineData("!has(request.resourceAttributes) && request.nonResourceAttributes.path == '/metrics'", "/metrics", true)]
    [InlineData("request.resourceAttributes.fieldSelector.requirements.exists(r, r.key == 'spec.nodeName' && r.operator == 'In' && r.values == ['n1'])", Pods + "?fieldSelector=spec.nodeName%3Dn1", true)]
    [InlineData("request.resourceAttributes.labelSelector.requirements.exists(r, r.key == 'app' && r.operator == 'NotIn' && r.values == ['a', 'b'])", Pods + "?labelSelector=tier,app+notin+(a,b)", true)]
    public async Task A_webhook_is_asked_about_what_its_conditions_mean(string expression, string path, bool isAsked)
    {
        Use(Rbac, Hook("w", more: $$""","matchConditions":[{"expression":"{{expression}}"}]"""));
        answers["/w"] = _ => Yes;
        Assert.Equal(isAsked ? 200 : 403, await JaneAsync(path));
        Assert.Equal(isAsked ? 1 : 0, asked.Count);
        var excluded = (await server.GetAsync("/metrics")).Text.Contains("""apiserver_authorization_match_condition_exclusions_total{name="w",type="Webhook"} 1""", StringComparison.Ordinal);
        Assert.Equal(!isAsked, excluded);
    }

    [Theory]
    [InlineData("NoOpinion", "/version", 200)] // others may allow it
    [InlineData("NoOpinion", "/metrics", 500)]
    [InlineData("Deny", "/version", 500)]
    public async Task What_a_condition_without_value_means_is_the_failure_policy(string policy, string path, int code)
    {
        Use(Hook("w", policy, ""","matchConditions":[{"expression":"request.extra['no'].size() > 0"},{"expression":"true"}]"""), Rbac);
        Assert.Equal(code, await JaneAsync(path));
        Assert.Empty(asked);
        Assert.Contains("""apiserver_authorization_match_condition_evaluation_errors_total{name="w",type="Webhook"} 1""", (await server.GetAsync("/metrics")).Text);
    }

    [Fact]
    public async Task A_condition_that_is_false_excludes_whatever_another_one_is()
    {
        Use(Hook("w", "Deny", ""","matchConditions":[{"expression":"request.extra['no'].size() > 0"},{"expression":"false"}]"""), Rbac);
        Assert.Equal(200, await JaneAsync("/version"));
    }

    [Theory]
    [InlineData("NoOpinion", "/version", 200)]
    [InlineData("NoOpinion", "/metrics", 500)]
    [InlineData("Deny", "/version", 500)]
    public async Task What_a_webhook_that_fails_means_is_the_failure_policy(string policy, string path, int code)
    {
        Use(Hook("w", policy), Rbac); // answers with 400
        Assert.Equal(code, await JaneAsync(path));
        var metrics = (await server.GetAsync("/metrics")).Text;
        Assert.Contains("""apiserver_authorization_webhook_evaluations_total{name="w",result="error"} 1""", metrics);
        Assert.Equal(policy == "NoOpinion", metrics.Contains("""apiserver_authorization_webhook_evaluations_fail_open_total{name="w",result="error"} 1""", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_webhook_that_is_slower_than_its_timeout_has_failed()
    {
        using var gate = new ManualResetEventSlim();
        Use(Rbac, Hook("w").Replace("\"3s\"", "\"100ms\"", StringComparison.Ordinal));
        answers["/w"] = _ => { gate.Wait(TimeSpan.FromSeconds(20)); return Yes; };
        Assert.Equal(500, await JaneAsync("/metrics"));
        gate.Set();
        Assert.Contains("""apiserver_authorization_webhook_evaluations_total{name="w",result="timeout"} 1""", (await server.GetAsync("/metrics")).Text);
    }

    [Fact]
    public async Task Reviews_are_of_the_version_that_is_named_and_kept_unless_the_file_says_otherwise()
    {
        Use(Rbac, Hook("w", more: ""","cacheAuthorizedRequests":false""").Replace("\"subjectAccessReviewVersion\":\"v1\"", "\"subjectAccessReviewVersion\":\"v1beta1\"", StringComparison.Ordinal));
        answers["/w"] = _ => Yes;
        Assert.Equal((200, 200), (await JaneAsync("/metrics"), await JaneAsync("/metrics")));
        Assert.Equal(2, asked.Count);
        var review = asked.First().Review;
        Assert.Equal("authorization.k8s.io/v1beta1", (string?)review["apiVersion"]);
        Assert.Equal("""["dev","system:authenticated"]""", review["spec"]!["group"]!.ToJsonString());
        answers["/w"] = _ => Nothing;
        Assert.Equal((403, 403), (await JaneAsync("/healthz/x"), await JaneAsync("/healthz/x")));
        Assert.Equal(3, asked.Count);
    }

    [Fact]
    public async Task A_review_says_that_the_answer_is_not_known()
    {
        Use(Rbac, Hook("w"));
        var review = await server.PostAsync("/apis/authorization.k8s.io/v1/subjectaccessreviews", """{"spec":{"user":"jane","nonResourceAttributes":{"path":"/x","verb":"get"}}}""");
        Assert.Equal(("false", "the authorization webhook \"w\" could not be asked"), (review.At("status.allowed"), review.At("status.evaluationError")));
        var rules = await server.PostAsync("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", """{"spec":{"namespace":"default"}}""");
        Assert.Equal(("true", "webhook authorizer does not support user rule resolution"), (rules.At("status.incomplete"), rules.At("status.evaluationError")));
    }

    [Fact]
    public async Task Decisions_are_counted_by_authorizer()
    {
        Use(Hook("w"), Rbac);
        answers["/w"] = spec => (string?)spec["nonResourceAttributes"]?["path"] == "/metrics" ? No : Nothing;
        Assert.Equal((403, 200), (await JaneAsync("/metrics"), await JaneAsync("/version")));
        var metrics = (await server.GetAsync("/metrics")).Text;
        Assert.Contains("""apiserver_authorization_decisions_total{decision="denied",name="w",type="Webhook"} 1""", metrics);
        Assert.Contains("""apiserver_authorization_decisions_total{decision="allowed",name="rbac",type="RBAC"} """, metrics);
        Assert.Contains("""apiserver_authorization_webhook_evaluations_total{name="w",result="success"} 2""", metrics);
    }

    [Fact]
    public async Task A_file_that_changes_counts_without_a_restart_and_one_that_makes_no_sense_changes_nothing()
    {
        var path = Path.Combine(folder.Path, "authorization.yaml");
        var file = new ReloadedFile("authorization", path, default, Use, log.Add);
        var text = new Client.Metrics.MetricText();
        file.Look(server.Api, TimeProvider.System); // it is not there yet
        await File.WriteAllBytesAsync(path, AuthorizationFile.Of("""[{"type":"AlwaysAllow","name":"all"}]"""));
        file.Look(server.Api, TimeProvider.System);
        file.Look(server.Api, TimeProvider.System);
        Assert.Equal(200, await JaneAsync("/metrics"));
        await File.WriteAllBytesAsync(path, AuthorizationFile.Of("[]"));
        file.Look(server.Api, TimeProvider.System);
        file.Look(server.Api, TimeProvider.System);
        Assert.Equal(200, await JaneAsync("/metrics"));
        Assert.Contains($"the authorization configuration {path} can't be used, what was read before counts still: authorizers: Required value: at least one authorization mode must be defined", log);
        await File.WriteAllBytesAsync(path, AuthorizationFile.Of($"[{Rbac}]"));
        file.Look(server.Api, TimeProvider.System);
        Assert.Equal(403, await JaneAsync("/metrics"));
        file.Write(text);
        Assert.Matches("""apiserver_authorization_config_controller_automatic_reloads_total\{apiserver_id_hash="sha256:[0-9a-f]{64}",status="success"\} 2\n""", text.ToString());
        Assert.Matches("""apiserver_authorization_config_controller_automatic_reloads_total\{apiserver_id_hash="sha256:[0-9a-f]{64}",status="failure"\} 2\n""", text.ToString());
        Assert.Matches("""apiserver_authorization_config_controller_automatic_reload_last_timestamp_seconds\{apiserver_id_hash="sha256:[0-9a-f]{64}",status="success"\} 1[0-9]{9}""", text.ToString());
    }
}
