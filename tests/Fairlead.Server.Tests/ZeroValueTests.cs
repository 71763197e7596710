using Fairlead.Json;

namespace Fairlead.Server.Tests;

/// <summary>A required field that is left out has its type's zero value, and the kind's rules say whether that will do.</summary>
[Collection(nameof(TestServer))]
public sealed class ZeroValueTests(TestServer server)
{
    const string Merge = "application/merge-patch+json";
    const string Template = """{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}""";
    const string OneCondition = """{"conditions":[{"message":"m"}]}""";
    const string Filled = """{"message":"m","status":"","type":""}""";

    static string Workload(string more = "") => $$$"""{"selector":{"matchLabels":{"a":"b"}},"template":{{{Template}}}{{{more}}}}""";

    async Task<Answer> StatusAsync(string path, string? spec, string status, string name = "zero")
    {
        if (path.Contains("NS", StringComparison.Ordinal)) path = path.Replace("NS", await server.NamespaceAsync("zero"), StringComparison.Ordinal);
        else name += $"-{Guid.NewGuid():N}";
        var made = await server.PostAsync(path, $$"""{"metadata":{"name":"{{name}}"}{{(spec is null ? "" : $",\"spec\":{spec}")}}}""");
        Assert.True(made.Code == 201, made.Text);
        return await server.PatchAsync($"{path}/{name}/status", Merge, $$"""{"status":{{status}}}""");
    }

    static string Sorted(JsonNode? node) => new JsonObject(((JsonObject)node!).OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone()))).ToJsonString();

    public static TheoryData<string, string?> Unjudged => new()
    {
        { "/apis/apps/v1/namespaces/NS/deployments", Workload() },
        { "/apis/apps/v1/namespaces/NS/replicasets", Workload() },
        { "/apis/apps/v1/namespaces/NS/daemonsets", Workload() },
        { "/apis/apps/v1/namespaces/NS/statefulsets", Workload(",\"serviceName\":\"s\"") },
        { "/api/v1/namespaces/NS/replicationcontrollers", $$"""{"selector":{"a":"b"},"template":{{Template}}}""" },
        { "/apis/batch/v1/namespaces/NS/jobs", """{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}""" },
        { "/apis/autoscaling/v2/namespaces/NS/horizontalpodautoscalers", """{"maxReplicas":3,"scaleTargetRef":{"kind":"Deployment","name":"d","apiVersion":"apps/v1"}}""" },
        { "/api/v1/namespaces/NS/persistentvolumeclaims", """{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}""" },
        { "/api/v1/nodes", null },
        { "/api/v1/namespaces", null },
    };

    [Theory, MemberData(nameof(Unjudged))]
    public async Task A_condition_that_no_rule_looks_at_is_taken(string path, string? spec)
    {
        var answer = await StatusAsync(path, spec, OneCondition);
        Assert.True(answer.Code == 200, answer.Text);
        Assert.Equal(Filled, Sorted(answer.Json["status"]!["conditions"]!.AsArray().Single(c => (string?)c!["message"] == "m")));
    }

    [Fact]
    public async Task A_Service_takes_any_condition_and_dates_it_not()
    {
        var answer = await StatusAsync("/api/v1/namespaces/NS/services", """{"ports":[{"port":80}]}""", """{"conditions":[{"type":"t","status":"perhaps"}]}""");
        Assert.True(answer.Code == 200, answer.Text);
        Assert.Equal("""{"message":"","reason":"","status":"perhaps","type":"t"}""", Sorted(answer.Json["status"]!["conditions"]![0]));
    }

    [Theory]
    [InlineData("/apis/policy/v1/namespaces/NS/poddisruptionbudgets", """{"minAvailable":1}""")]
    public async Task A_budget_s_condition_is_whole(string path, string spec)
    {
        var answer = await StatusAsync(path, spec, """{"conditions":[{"message":"m"},{"type":"a","status":"True","reason":"1","lastTransitionTime":"2024-01-01T00:00:00Z"},{"type":"a","status":"perhaps","observedGeneration":-1,"reason":"Fine"}]}""");
        Assert.Equal(422, answer.Code);
        const string Form = "must consist of alphanumeric characters, '-', '_' or '.'";
        string[] expected =
        [
            "status.conditions[0].type|Invalid value: \"\": name part must be non-empty", $"status.conditions[0].type|Invalid value: \"\": name part {Form}",
            "status.conditions[0].status|Unsupported value: \"\": supported values: \"False\", \"True\", \"Unknown\"", "status.conditions[0].lastTransitionTime|Required value: must be set",
            "status.conditions[0].reason|Required value: must be set", "status.conditions[1].reason|Invalid value: \"1\": a condition reason must start with alphabetic character",
            "status.conditions[2].type|Duplicate value: \"a\"", "status.conditions[2].status|Unsupported value: \"perhaps\": supported values: \"False\", \"True\", \"Unknown\"",
            "status.conditions[2].observedGeneration|Invalid value: -1: must be greater than or equal to zero", "status.conditions[2].lastTransitionTime|Required value: must be set",
        ];
        var causes = answer.Json["details"]!["causes"]!.AsArray().Select(c => $"{c!["field"]}|{c["message"]}").ToArray();
        Assert.Equal(expected.Length, causes.Length);
        foreach (var (wanted, found) in expected.Zip(causes)) Assert.StartsWith(wanted, found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"conditions":[{"status":"True"}]}""", "status.conditions[0].Type: Invalid value: \"\": name part must be non-empty")]
    [InlineData("""{"podIPs":[{}]}""", "status.podIPs[0]: Invalid value: \"\"")]
    [InlineData("""{"conditions":[{"type":"Ready"}],"containerStatuses":[{"name":"c","state":{}}]}""", null)]
    public async Task A_Pod_s_status_is_judged_by_its_rules(string status, string? message)
    {
        var answer = await StatusAsync("/api/v1/namespaces/NS/pods", """{"containers":[{"name":"c","image":"i"}]}""", status);
        Assert.True(answer.Code == (message is null ? 200 : 422), answer.Text);
        if (message is not null) Assert.Contains(message, answer.Message, StringComparison.Ordinal);
        else Assert.Equal("""{"image":"","imageID":"","lastState":{},"name":"c","ready":false,"restartCount":0,"state":{}}""", Sorted(answer.Json["status"]!["containerStatuses"]![0]));
    }

    [Fact]
    public async Task A_node_may_say_little_of_itself()
    {
        var answer = await StatusAsync("/api/v1/nodes", null, """{"addresses":[{"address":"10.0.0.1"}],"nodeInfo":{"architecture":"amd64"},"daemonEndpoints":{"kubeletEndpoint":{}}}""");
        Assert.True(answer.Code == 200, answer.Text);
        Assert.Equal(("", "", "0"), (answer.At("status.addresses.0.type"), answer.At("status.nodeInfo.machineID"), answer.At("status.daemonEndpoints.kubeletEndpoint.Port")));
    }

    public static TheoryData<string, string, string, string> Specs => new()
    {
        { "/apis/scheduling.k8s.io/v1/priorityclasses", "{}", "value", "0" },
        { "/apis/apps/v1/namespaces/default/controllerrevisions", """{"data":{}}""", "revision", "0" },
        { "/apis/storage.k8s.io/v1/csinodes", """{"spec":{}}""", "spec.drivers", "[]" },
        { "/apis/storage.k8s.io/v1/csidrivers", """{"spec":{"tokenRequests":[{}]}}""", "spec.tokenRequests.0.audience", "" },
        { "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices", """{"addressType":"IPv4"}""", "endpoints", "[]" },
        { "/api/v1/namespaces/default/limitranges", """{"spec":{}}""", "spec.limits", "[]" },
        { "/api/v1/namespaces/default/pods", """{"spec":{"containers":[{"name":"c","image":"i","livenessProbe":{"httpGet":{"port":80,"httpHeaders":[{"name":"H"}]}}}]}}""", "spec.containers.0.livenessProbe.httpGet.httpHeaders.0.value", "" },
        { "/api/v1/namespaces/default/pods", """{"spec":{"securityContext":{"sysctls":[{"name":"kernel.shm_rmid_forced"}]},"containers":[{"name":"c","image":"i"}]}}""", "spec.securityContext.sysctls.0.value", "" },
        { "/api/v1/namespaces/default/pods", """{"spec":{"volumes":[{"name":"v","iscsi":{"targetPortal":"p","iqn":"iqn.2015-02.example.com:test"}}],"containers":[{"name":"c","image":"i"}]}}""", "spec.volumes.0.iscsi.lun", "0" },
    };

    [Theory, MemberData(nameof(Specs))]
    public async Task What_upstream_takes_without_is_taken(string path, string body, string field, string value)
    {
        var obj = JsonNode.Parse(body)!.AsObject();
        obj["metadata"] = new JsonObject { ["name"] = $"zero-{Guid.NewGuid():N}" };
        var made = await server.PostAsync(path, obj.ToJsonString());
        Assert.True(made.Code == 201, made.Text);
        Assert.Equal(value, made.At(field));
    }

    public static TheoryData<string, string, string> Refused => new()
    {
        { "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers", """{"spec":{"metrics":[{}]}}""", "[spec.maxReplicas: Invalid value: 0: must be greater than 0, spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`, spec.scaleTargetRef.kind: Required value, spec.scaleTargetRef.name: Required value, spec.metrics[0].type: Required value: must specify a metric source type, spec.metrics[0].type: Unsupported value: \"\": supported values: \"ContainerResource\", \"External\", \"Object\", \"Pods\", \"Resource\"]" },
        { "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers", """{"spec":{"maxReplicas":1,"scaleTargetRef":{"kind":"D","name":"d"},"metrics":[{"type":"Pods","pods":{}}]}}""", "[spec.metrics[0].pods.metric.name: Required value: must specify a metric name, spec.metrics[0].pods.target.type: Required value: must specify a metric target type, spec.metrics[0].pods.target.type: Invalid value: \"\": must be either Utilization, Value, or AverageValue, spec.metrics[0].pods.target.averageValue: Required value: must specify a positive target averageValue]" },
        { "/api/v1/namespaces/default/services", """{"spec":{"ports":[{}]}}""", "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive" },
        { "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices", """{"addressType":"IPv4","endpoints":[{}]}""", "endpoints[0].addresses: Required value: must contain at least 1 address" },
        { "/apis/apiregistration.k8s.io/v1/apiservices", """{"spec":{"group":"g.io","version":"v1","service":{"name":"n","namespace":"d"},"insecureSkipTLSVerify":true}}""", "spec.groupPriorityMinimum: Invalid value: 0: must be positive and less than 20000" },
        { "/api/v1/namespaces/default/pods", """{"spec":{"affinity":{"nodeAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"preference":{"matchExpressions":[{"key":"k","operator":"Exists"}]}}]}},"containers":[{"name":"c","image":"i"}]}}""", "preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 0: must be in the range 1-100" },
        { "/api/v1/namespaces/default/pods", """{"spec":{"topologySpreadConstraints":[{"topologyKey":"k","whenUnsatisfiable":"DoNotSchedule"}],"containers":[{"name":"c","image":"i"}]}}""", "spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero" },
        { "/api/v1/namespaces/default/pods", """{"spec":{"containers":[{"name":"c","image":"i","livenessProbe":{"grpc":{}},"readinessProbe":{"tcpSocket":{}}}]}}""", "livenessProbe.grpc.port: Invalid value: 0: must be between 1 and 65535, inclusive" },
    };

    [Theory, MemberData(nameof(Refused))]
    public async Task What_upstream_refuses_is_refused_in_its_words(string path, string body, string message)
    {
        var obj = JsonNode.Parse(body)!.AsObject();
        obj["metadata"] = new JsonObject { ["name"] = path.EndsWith("apiservices", StringComparison.Ordinal) ? "v1.g.io" : "zero" };
        var made = await server.PostAsync(path + "?dryRun=All", obj.ToJsonString());
        Assert.True(made.Code == 422, made.Text);
        Assert.Contains(message, made.Message, StringComparison.Ordinal);
    }
}
