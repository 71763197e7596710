using Fairlead.Json;
using static Fairlead.Server.Tests.Admission.TestWebhooks;

namespace Fairlead.Server.Tests.Admission;

public sealed class AdmissionWebhookTests : IAsyncLifetime
{
    const string Group = "/apis/admissionregistration.k8s.io/v1/";
    const string ConfigMaps = """{"operations":["*"],"apiGroups":[""],"apiVersions":["v1"],"resources":["configmaps"]}""";
    const string Pods = """{"operations":["CREATE","UPDATE","DELETE","CONNECT"],"apiGroups":[""],"apiVersions":["v1"],"resources":["pods","pods/*","services/*","nodes/*"]}""";
    const string OnePod = """{"metadata":{"name":"p","labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}""";

    readonly TestServer server = new();
    TestWebhooks hooks = null!;
    string ns = "";

    public async ValueTask InitializeAsync()
    {
        await server.InitializeAsync();
        hooks = await StartAsync();
        ns = await server.NamespaceAsync("hooks");
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await hooks.DisposeAsync();
    }

    Task<Answer> MutatesAsync(params JsonNode[] webhooks) => ConfigureAsync("mutatingwebhookconfigurations", webhooks);

    Task<Answer> ValidatesAsync(params JsonNode[] webhooks) => ConfigureAsync("validatingwebhookconfigurations", webhooks);

    async Task<Answer> ConfigureAsync(string plural, JsonNode[] webhooks)
    {
        var made = await server.PostAsync(Group + plural, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "test" }, ["webhooks"] = new JsonArray(webhooks) }.ToJsonString());
        Assert.True(made.Code == 201, made.Text);
        return made;
    }

    Task<Answer> CreateAsync(string name, string labels = "{}") =>
        server.PostAsync($"/api/v1/namespaces/{ns}/configmaps", $$$"""{"metadata":{"name":"{{{name}}}","labels":{{{labels}}}},"data":{"a":"1"}}""");

    [Fact]
    public async Task A_webhook_changes_what_is_created_and_defaults_follow()
    {
        hooks.Answer("one", _ => Patch("""[{"op":"add","path":"/spec/initContainers","value":[{"name":"init","image":"x:1","unknown":1}]},{"op":"add","path":"/metadata/labels/seen","value":"yes"}]"""));
        await MutatesAsync(hooks.Webhook("one", Pods));
        var made = await server.PostAsync($"/api/v1/namespaces/{ns}/pods", OnePod);
        Assert.True(made.Code == 201, made.Text);
        Assert.Equal("yes", made.At("metadata.labels.seen"));
        Assert.Equal("IfNotPresent", made.At("spec.initContainers.0.imagePullPolicy"));
        Assert.Null(made.At("spec.initContainers.0.unknown"));
        // The server's own rules see what the webhook made: the token is mounted there, too.
        Assert.StartsWith("kube-api-access-", made.At("spec.initContainers.0.volumeMounts.0.name"));
        Assert.Equal(made.Text, (await server.GetAsync($"/api/v1/namespaces/{ns}/pods/p")).Text);
    }

    [Fact]
    public async Task A_webhook_is_told_all_of_the_request()
    {
        hooks.Answer("one", _ => Yes());
        await ValidatesAsync(hooks.Webhook("one", ConfigMaps));
        await CreateAsync("m");
        await server.PatchAsync($"/api/v1/namespaces/{ns}/configmaps/m?fieldManager=me", "application/merge-patch+json", """{"data":{"a":"2"}}""");
        await server.DeleteAsync($"/api/v1/namespaces/{ns}/configmaps/m?gracePeriodSeconds=3");
        var asked = hooks.Of("one").ToArray();
        Assert.Equal(["CREATE", "UPDATE", "DELETE"], asked.Select(a => (string)a["operation"]!));
        foreach (var request in asked)
        {
            Assert.Equal("""{"group":"","version":"v1","kind":"ConfigMap"}""", request["kind"]!.ToJsonString());
            Assert.Equal("""{"group":"","version":"v1","resource":"configmaps"}""", request["resource"]!.ToJsonString());
            Assert.Equal("""{"group":"","version":"v1","kind":"ConfigMap"}""", request["requestKind"]!.ToJsonString());
            Assert.Equal("""{"username":"admin","groups":["system:masters","system:authenticated"],"uid":"1"}""", request["userInfo"]!.ToJsonString());
            Assert.Equal((ns, "m", false), ((string)request["namespace"]!, (string)request["name"]!, (bool)request["dryRun"]!));
        }
        Assert.Equal(["1", "2", null], asked.Select(a => (string?)a["object"]?["data"]!["a"]));
        Assert.Equal([null, "1", "2"], asked.Select(a => (string?)a["oldObject"]?["data"]!["a"]));
        Assert.Equal(["CreateOptions", "UpdateOptions", "DeleteOptions"], asked.Select(a => (string)a["options"]!["kind"]!));
        Assert.Equal("me", (string?)asked[1]["options"]!["fieldManager"]);
        Assert.Equal(3, (int?)asked[2]["options"]!["gracePeriodSeconds"]);
    }

    [Theory]
    [InlineData("no", null, 0, 400, "admission webhook \"one.test.example.com\" denied the request: no")]
    [InlineData(null, "Because", 0, 400, "admission webhook \"one.test.example.com\" denied the request: Because")]
    [InlineData(null, null, 0, 400, "admission webhook \"one.test.example.com\" denied the request without explanation")]
    [InlineData("no", "Forbidden", 403, 403, "admission webhook \"one.test.example.com\" denied the request: no")]
    [InlineData("no", null, 200, 400, "admission webhook \"one.test.example.com\" denied the request: no")]
    public async Task A_webhook_refuses_in_its_own_words(string? message, string? reason, int code, int expected, string text)
    {
        hooks.Answer("one", _ => No(message, reason, code));
        await ValidatesAsync(hooks.Webhook("one", ConfigMaps));
        var refused = await CreateAsync("m");
        Assert.Equal((expected, text), (refused.Code, refused.Message));
        Assert.Equal((reason, "Status", "v1", "Failure"), (refused.Reason, refused.At("kind"), refused.At("apiVersion"), refused.At("status")));
        Assert.Equal(404, (await server.GetAsync($"/api/v1/namespaces/{ns}/configmaps/m")).Code);
    }

    [Fact]
    public async Task What_is_refused_is_neither_changed_nor_deleted()
    {
        await CreateAsync("m");
        hooks.Answer("one", _ => No("stays"));
        await ValidatesAsync(hooks.Webhook("one", ConfigMaps));
        var path = $"/api/v1/namespaces/{ns}/configmaps/m";
        Assert.Equal(400, (await server.PatchAsync(path, "application/merge-patch+json", """{"data":{"a":"2"}}""")).Code);
        Assert.Equal(400, (await server.DeleteAsync(path)).Code);
        Assert.Equal(400, (await server.DeleteAsync($"/api/v1/namespaces/{ns}/configmaps")).Code);
        Assert.Equal("1", (await server.GetAsync(path)).At("data.a"));
        Assert.Equal(200, (await server.DeleteAsync(Group + "validatingwebhookconfigurations/test")).Code);
        Assert.Equal(200, (await server.DeleteAsync(path)).Code); // it counts no more
    }

    public static TheoryData<string, JsonObject, string> BadAnswers => new()
    {
        { "another uid", new() { ["uid"] = "x", ["allowed"] = true }, "expected response.uid=" },
        { "no review", new() { ["apiVersion"] = "v1", ["kind"] = "Status" }, "expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got v1, Kind=Status" },
        { "no response", new() { ["apiVersion"] = "admission.k8s.io/v1", ["kind"] = "AdmissionReview" }, "webhook response was absent" },
        { "a patch", Patch("[]"), "validating webhook may not return response.patch" },
    };

    [Theory, MemberData(nameof(BadAnswers))]
    public async Task An_answer_that_is_none_refuses_or_lets_pass_as_the_policy_says(string why, JsonObject answer, string message)
    {
        hooks.Answer("one", _ => (JsonObject)answer.DeepClone());
        await ValidatesAsync(hooks.Webhook("one", ConfigMaps));
        var refused = await CreateAsync("m");
        Assert.True(refused.Code == 500, why);
        Assert.StartsWith($"Internal error occurred: failed calling webhook \"one.test.example.com\": failed to call webhook: Post \"{hooks.Url}/one?timeout=10s\": ", refused.Message);
        Assert.Contains(message, refused.Message);
        await server.PatchAsync(Group + "validatingwebhookconfigurations/test", "application/json-patch+json", """[{"op":"replace","path":"/webhooks/0/failurePolicy","value":"Ignore"}]""");
        Assert.Equal(201, (await CreateAsync("m")).Code);
        var metrics = (await server.GetAsync("/metrics")).Text;
        Assert.Contains("apiserver_admission_webhook_rejection_count{error_type=\"calling_webhook_error\",name=\"one.test.example.com\",operation=\"CREATE\",type=\"validating\"} 1", metrics);
        Assert.Contains("apiserver_admission_webhook_fail_open_count{name=\"one.test.example.com\",type=\"validating\"} 1", metrics);
    }

    [Fact]
    public async Task A_webhook_that_is_slow_is_waited_for_as_long_as_its_configuration_says()
    {
        hooks.Answer("one", async _ =>
        {
            await Task.Delay(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
            return Yes();
        });
        await ValidatesAsync(hooks.Webhook("one", ConfigMaps, """{"timeoutSeconds":1}"""));
        var began = TimeProvider.System.GetTimestamp();
        var refused = await CreateAsync("m");
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(8));
        Assert.Equal(500, refused.Code);
        Assert.EndsWith("context deadline exceeded", refused.Message);
    }

    [Theory]
    [InlineData("nobody there", """{"clientConfig":{"url":"https://127.0.0.1:1/x"}}""", "failed to call webhook: Post \"https://127.0.0.1:1/x?timeout=10s\"")]
    [InlineData("no such Service", """{"clientConfig":{"service":{"namespace":"default","name":"none"}}}""", "Post \"https://none.default.svc:443?timeout=10s\": service \"none\" not found")]
    public async Task A_webhook_that_is_not_there_refuses(string why, string client, string message)
    {
        await ValidatesAsync(hooks.Webhook("one", ConfigMaps, client));
        var refused = await CreateAsync("m");
        Assert.True(refused.Code == 500, why);
        Assert.Contains(message, refused.Message);
    }

    [Theory]
    [InlineData("selects the namespace", """{"namespaceSelector":{"matchLabels":{"in":"yes"}}}""", 1)]
    [InlineData("selects another namespace", """{"namespaceSelector":{"matchLabels":{"in":"no"}}}""", 0)]
    [InlineData("selects by an expression", """{"namespaceSelector":{"matchExpressions":[{"key":"in","operator":"NotIn","values":["yes"]}]}}""", 0)]
    [InlineData("selects the object", """{"objectSelector":{"matchLabels":{"l":"1"}}}""", 1)]
    [InlineData("selects another object", """{"objectSelector":{"matchLabels":{"l":"2"}}}""", 0)]
    [InlineData("a condition holds", """{"matchConditions":[{"name":"a","expression":"object.metadata.name.startsWith('m') && request.operation == 'CREATE'"}]}""", 1)]
    [InlineData("one condition does not", """{"matchConditions":[{"name":"a","expression":"true"},{"name":"b","expression":"request.userInfo.username != 'admin'"}]}""", 0)]
    [InlineData("one is false and one can't be told", """{"matchConditions":[{"name":"a","expression":"object.none.none"},{"name":"b","expression":"false"}]}""", 0)]
    [InlineData("another group", """{"rules":[{"operations":["*"],"apiGroups":["apps"],"apiVersions":["*"],"resources":["*"]}]}""", 0)]
    [InlineData("every resource", """{"rules":[{"operations":["CREATE"],"apiGroups":["*"],"apiVersions":["*"],"resources":["*"]}]}""", 1)]
    [InlineData("another operation", """{"rules":[{"operations":["UPDATE"],"apiGroups":["*"],"apiVersions":["*"],"resources":["*"]}]}""", 0)]
    [InlineData("cluster scope", """{"rules":[{"operations":["*"],"apiGroups":["*"],"apiVersions":["*"],"resources":["*"],"scope":"Cluster"}]}""", 0)]
    [InlineData("namespaced scope", """{"rules":[{"operations":["*"],"apiGroups":["*"],"apiVersions":["*"],"resources":["*"],"scope":"Namespaced"}]}""", 1)]
    [InlineData("subresources alone", """{"rules":[{"operations":["*"],"apiGroups":["*"],"apiVersions":["*"],"resources":["configmaps/status"]}]}""", 0)]
    [InlineData("no rule", """{"rules":[]}""", 0)]
    public async Task A_webhook_is_asked_about_what_it_says(string why, string more, int times)
    {
        hooks.Answer("one", _ => Yes());
        await server.PatchAsync($"/api/v1/namespaces/{ns}", "application/merge-patch+json", """{"metadata":{"labels":{"in":"yes"}}}""");
        await ValidatesAsync(hooks.Webhook("one", ConfigMaps, more));
        var made = await CreateAsync("m", """{"l":"1"}""");
        Assert.True(made.Code == 201, made.Text);
        Assert.True(hooks.Of("one").Count == times, why);
    }

    [Theory]
    [InlineData("Fail", 403, "configmaps \"m\" is forbidden: match condition \"a\": no such key: none")]
    [InlineData("Ignore", 201, null)]
    public async Task A_condition_that_cannot_be_told_counts_as_the_policy_says(string policy, int code, string? message)
    {
        await ValidatesAsync(hooks.Webhook("one", ConfigMaps, $$$"""{"failurePolicy":"{{{policy}}}","matchConditions":[{"name":"a","expression":"object.none.none"}]}"""));
        var made = await CreateAsync("m");
        Assert.Equal((code, message), (made.Code, made.Message));
        Assert.Empty(hooks.Of("one"));
    }

    [Fact]
    public async Task Selectors_see_a_Namespace_as_it_will_be()
    {
        hooks.Answer("one", _ => No("no"));
        await ValidatesAsync(hooks.Webhook("one", """{"operations":["*"],"apiGroups":[""],"apiVersions":["v1"],"resources":["namespaces"]}""", """{"namespaceSelector":{"matchLabels":{"watched":"yes"}}}"""));
        Assert.Equal(400, (await server.PostAsync("/api/v1/namespaces", """{"metadata":{"name":"new","labels":{"watched":"yes"}}}""")).Code);
        Assert.Equal(201, (await server.PostAsync("/api/v1/namespaces", """{"metadata":{"name":"new"}}""")).Code);
        Assert.Equal(400, (await server.PatchAsync("/api/v1/namespaces/new", "application/merge-patch+json", """{"metadata":{"labels":{"watched":"yes"}}}""")).Code);
    }

    [Fact]
    public async Task A_dry_run_is_asked_about_and_said_to_be_one()
    {
        hooks.Answer("one", _ => Patch("""[{"op":"add","path":"/data/b","value":"2"}]"""));
        await MutatesAsync(hooks.Webhook("one", ConfigMaps));
        var made = await server.PostAsync($"/api/v1/namespaces/{ns}/configmaps?dryRun=All", """{"metadata":{"name":"m"},"data":{}}""");
        Assert.Equal((201, "2"), (made.Code, made.At("data.b")));
        var request = Assert.Single(hooks.Of("one"));
        Assert.True((bool)request["dryRun"]!);
        Assert.Equal("All", (string?)request["options"]!["dryRun"]![0]);
        Assert.Equal(404, (await server.GetAsync($"/api/v1/namespaces/{ns}/configmaps/m")).Code);
    }

    [Fact]
    public async Task Warnings_reach_the_client_of_a_refused_write_too()
    {
        hooks.Answer("one", _ =>
        {
            var answer = No("no");
            answer["warnings"] = new JsonArray("look out");
            return answer;
        });
        await ValidatesAsync(hooks.Webhook("one", ConfigMaps));
        var refused = await CreateAsync("m");
        Assert.Equal(400, refused.Code);
        Assert.Equal("299 - \"look out\"", Assert.Single(refused.Warnings));
    }

    [Fact]
    public async Task Each_webhook_sees_what_those_before_it_made_and_again_what_came_behind()
    {
        hooks.Answer("first", r => r["object"]!["data"]!["late"] is null ? Yes() : Patch("""[{"op":"add","path":"/data/again","value":"yes"}]"""));
        hooks.Answer("second", r => r["object"]!["data"]!["late"] is null ? Patch("""[{"op":"add","path":"/data/late","value":"yes"}]""") : Yes());
        hooks.Answer("third", _ => Yes());
        await MutatesAsync(
            hooks.Webhook("first", ConfigMaps, """{"reinvocationPolicy":"IfNeeded"}"""), hooks.Webhook("second", ConfigMaps, """{"reinvocationPolicy":"IfNeeded"}"""), hooks.Webhook("third", ConfigMaps));
        var made = await CreateAsync("m");
        Assert.Equal(("yes", "yes"), (made.At("data.late"), made.At("data.again")));
        // The second changed last before it was looked at, so it is asked again only because the first changed then.
        Assert.Equal((2, 1), (hooks.Of("first").Count, hooks.Of("third").Count));
        Assert.Equal("yes", (string?)hooks.Of("third").Single()["object"]!["data"]!["late"]);
    }

    [Fact]
    public async Task Configurations_are_never_asked_about()
    {
        hooks.Answer("one", _ => No("locked out"));
        await ValidatesAsync(hooks.Webhook("one", """{"operations":["*"],"apiGroups":["*"],"apiVersions":["*"],"resources":["*/*"]}"""));
        Assert.Equal(400, (await CreateAsync("m")).Code);
        var changed = await server.PatchAsync(Group + "validatingwebhookconfigurations/test", "application/merge-patch+json", """{"metadata":{"labels":{"a":"b"}}}""");
        Assert.True(changed.Code == 200, changed.Text);
        Assert.Equal(200, (await server.DeleteAsync(Group + "validatingwebhookconfigurations/test")).Code);
        Assert.Equal(201, (await CreateAsync("m")).Code);
    }

    [Theory]
    [InlineData("""[{"op":"replace","path":"/metadata/name","value":"other"}]""", 400, "the name of the object (other) does not match the name on the URL (m)")]
    [InlineData("""[{"op":"remove","path":"/none"}]""", 500, "Internal error occurred: admission webhook \"one.test.example.com\" sent a patch that does not fit")]
    [InlineData("""[{"op":"replace","path":"/data","value":5}]""", 500, "Internal error occurred: admission webhook \"one.test.example.com\" made an object that can't be read")]
    [InlineData("""{"op":"replace"}""", 500, "response.patch is no list of operations")]
    public async Task A_patch_that_cannot_be_is_named(string patch, int code, string message)
    {
        await CreateAsync("m");
        hooks.Answer("one", _ => Patch(patch));
        await MutatesAsync(hooks.Webhook("one", ConfigMaps));
        var refused = await server.PatchAsync($"/api/v1/namespaces/{ns}/configmaps/m", "application/merge-patch+json", """{"data":{"a":"2"}}""");
        Assert.Equal(code, refused.Code);
        Assert.Contains(message, refused.Message);
        Assert.Equal("1", (await server.GetAsync($"/api/v1/namespaces/{ns}/configmaps/m")).At("data.a"));
    }

    [Fact]
    public async Task A_webhook_may_touch_no_more_than_the_writer()
    {
        await server.PostAsync($"/api/v1/namespaces/{ns}/pods", OnePod);
        hooks.Answer("one", _ => Patch("""[{"op":"add","path":"/spec/hostname","value":"taken"},{"op":"replace","path":"/metadata/uid","value":"x"},{"op":"add","path":"/status/message","value":"hooked"}]"""));
        await MutatesAsync(hooks.Webhook("one", """{"operations":["UPDATE"],"apiGroups":[""],"apiVersions":["v1"],"resources":["pods/status"]}"""));
        var changed = await server.PatchAsync($"/api/v1/namespaces/{ns}/pods/p/status", "application/merge-patch+json", """{"status":{"reason":"r"}}""");
        Assert.Equal(409, changed.Code); // another uid is another object
        hooks.Answer("one", _ => Patch("""[{"op":"add","path":"/spec/hostname","value":"taken"},{"op":"add","path":"/status/message","value":"hooked"}]"""));
        changed = await server.PatchAsync($"/api/v1/namespaces/{ns}/pods/p/status", "application/merge-patch+json", """{"status":{"reason":"r"}}""");
        Assert.Equal((200, "hooked", null), (changed.Code, changed.At("status.message"), changed.At("spec.hostname")));
    }

    [Fact]
    public async Task What_subresources_make_is_judged_in_its_own_kind()
    {
        await server.PostAsync($"/api/v1/namespaces/{ns}/pods", OnePod);
        await server.PostAsync($"/apis/apps/v1/namespaces/{ns}/deployments", """{"metadata":{"name":"d"},"spec":{"replicas":2,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""");
        hooks.Answer("one", r => (string?)r["kind"]!["kind"] is "Binding" or "Eviction" or "Scale" ? No("not so") : No("not this way"));
        await ValidatesAsync(hooks.Webhook("one", """{"operations":["*"],"apiGroups":["*"],"apiVersions":["*"],"resources":["pods/*","deployments/*","serviceaccounts/*","services/proxy"]}"""));
        var pods = $"/api/v1/namespaces/{ns}/pods/p";
        string[] refused =
        [
            (await server.PostAsync(pods + "/binding", """{"target":{"name":"node"}}""")).Message!,
            (await server.PostAsync(pods + "/eviction", """{"metadata":{"name":"p"},"deleteOptions":{"gracePeriodSeconds":7}}""")).Message!,
            (await server.PatchAsync($"/apis/apps/v1/namespaces/{ns}/deployments/d/scale", "application/merge-patch+json", """{"spec":{"replicas":3}}""")).Message!,
            (await server.PostAsync(pods + "/exec?command=ls&command=-l&stdout=true", "")).Message!,
            (await server.PostAsync(pods + "/attach?container=c&stdin=true", "")).Message!,
            (await server.PostAsync(pods + "/portforward?ports=80", "")).Message!,
            (await server.GetAsync(pods + ":8080/proxy/a/b")).Message!,
            (await server.PostAsync($"/api/v1/namespaces/{ns}/serviceaccounts/default/token", """{"spec":{}}""")).Message!,
        ];
        Assert.Equal(["so", "so", "so", "way", "way", "way", "way", "way"], refused.Select(m => m.Split(' ')[^1]));
        Assert.Equal(
        [
            "CREATE Binding pods/binding {\"name\":\"node\"}", "CREATE Eviction pods/eviction 7", "UPDATE Scale deployments/scale 2 3", "CONNECT PodExecOptions pods/exec [\"ls\",\"-l\"]",
            "CONNECT PodAttachOptions pods/attach c", "CONNECT PodPortForwardOptions pods/portforward [80]", "CONNECT PodProxyOptions pods/proxy /a/b", "CREATE TokenRequest serviceaccounts/token ",
        ], hooks.Of("one").Select(Shown));
        Assert.Null((await server.GetAsync(pods)).At("spec.nodeName"));
        Assert.Equal("2", (await server.GetAsync($"/apis/apps/v1/namespaces/{ns}/deployments/d")).At("spec.replicas"));
        var asked = hooks.Of("one").Count;
        await server.GetAsync(pods + "/log");
        Assert.Equal(asked, hooks.Of("one").Count); // logs are read, not connected to

        static string Shown(JsonObject r)
        {
            var (kind, obj) = ((string)r["kind"]!["kind"]!, r["object"]!);
            var what = kind switch
            {
                "Binding" => obj["target"]!.ToJsonString(),
                "Eviction" => obj["deleteOptions"]!["gracePeriodSeconds"]!.ToJsonString(),
                "Scale" => $"{r["oldObject"]!["spec"]!["replicas"]} {obj["spec"]!["replicas"]}",
                _ => (obj["command"] ?? obj["ports"])?.ToJsonString() ?? (string?)(obj["path"] ?? obj["container"]),
            };
            return $"{r["operation"]} {kind} {r["resource"]!["resource"]}/{r["subResource"]} {what}";
        }
    }

    [Theory]
    [InlineData("Equivalent", 1)]
    [InlineData("Exact", 0)]
    public async Task An_object_is_shown_in_the_version_that_the_rule_names(string policy, int times)
    {
        hooks.Answer("one", r =>
        {
            Assert.Equal(("v1", "v2"), ((string)r["kind"]!["version"]!, (string)r["requestKind"]!["version"]!));
            Assert.Equal("autoscaling/v1", (string?)r["object"]!["apiVersion"]);
            return Patch("""[{"op":"replace","path":"/spec/targetCPUUtilizationPercentage","value":55}]""");
        });
        await MutatesAsync(hooks.Webhook("one", """{"operations":["CREATE"],"apiGroups":["autoscaling"],"apiVersions":["v1"],"resources":["horizontalpodautoscalers"]}""", $$$"""{"matchPolicy":"{{{policy}}}"}"""));
        var made = await server.PostAsync($"/apis/autoscaling/v2/namespaces/{ns}/horizontalpodautoscalers", """
            {"metadata":{"name":"h"},"spec":{"maxReplicas":3,"scaleTargetRef":{"kind":"Deployment","name":"d","apiVersion":"apps/v1"},
             "metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":80}}}]}}
            """);
        Assert.True(made.Code == 201, made.Text);
        Assert.Equal(times, hooks.Of("one").Count);
        Assert.Equal(times == 1 ? "55" : "80", made.At("spec.metrics.0.resource.target.averageUtilization"));
    }

    [Fact]
    public async Task A_webhook_that_loops_ends_and_the_server_lives_on()
    {
        var depth = 0;
        hooks.Answer("one", async _ =>
        {
            if (Interlocked.Increment(ref depth) > 200) return No("deep enough");
            var inner = await server.PostAsync($"/api/v1/namespaces/{ns}/configmaps", """{"metadata":{"generateName":"loop-"}}""");
            return inner.Code == 201 ? Yes() : No("the inner one failed");
        });
        await ValidatesAsync(hooks.Webhook("one", ConfigMaps, """{"timeoutSeconds":3}"""));
        var began = TimeProvider.System.GetTimestamp();
        var looped = CreateAsync("m");
        Assert.Equal(200, (await server.GetAsync("/livez")).Code);
        Assert.NotEqual(201, (await looped).Code);
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(10));
        Assert.Equal(200, (await server.GetAsync($"/api/v1/namespaces/{ns}/secrets")).Code);
    }
}
