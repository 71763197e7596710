namespace Fairlead.Server.Tests.Admission;

[Collection(nameof(TestServer))]
public sealed class AdmissionTests(TestServer server)
{
    static string Pod(string container = "", string spec = "") =>
        "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"" + container + "}]" + spec + "}}";

    Task<Answer> PodAsync(string ns, string container = "", string spec = "") => server.PostAsync($"/api/v1/namespaces/{ns}/pods", Pod(container, spec));

    [Fact]
    public async Task Containers_get_what_the_limit_range_says()
    {
        var ns = await server.NamespaceAsync("limits");
        await server.PostAsync($"/api/v1/namespaces/{ns}/limitranges",
            """{"metadata":{"name":"l"},"spec":{"limits":[{"type":"Container","default":{"cpu":"500m","memory":"1Gi"},"defaultRequest":{"cpu":"100m"}}]}}""");
        var made = await PodAsync(ns, ",\"resources\":{\"limits\":{\"memory\":\"2Gi\"}}");
        Assert.Equal("""{"limits":{"memory":"2Gi","cpu":"500m"},"requests":{"memory":"2Gi","cpu":"100m"}}""", made.Json["spec"]!["containers"]![0]!["resources"]!.ToJsonString());
        Assert.Equal("LimitRanger plugin set: cpu request for container c; cpu limit for container c", made.Json["metadata"]!["annotations"]!["kubernetes.io/limit-ranger"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""{"type":"Container","max":{"cpu":"1"}}""", """{"limits":{"cpu":"2"}}""", "maximum cpu usage per Container is 1, but limit is 2")]
    [InlineData("""{"type":"Container","min":{"memory":"1Gi"}}""", """{"requests":{"memory":"512Mi"}}""", "minimum memory usage per Container is 1Gi, but request is 512Mi")]
    [InlineData("""{"type":"Pod","max":{"cpu":"1"}}""", "{}", "maximum cpu usage per Pod is 1.  No limit is specified")]
    [InlineData("""{"type":"Container","maxLimitRequestRatio":{"cpu":"2"}}""", """{"requests":{"cpu":"100m"},"limits":{"cpu":"300m"}}""",
        "cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000")]
    [InlineData("""{"type":"Container","max":{"cpu":"1"}}""", """{"limits":{"cpu":"1"}}""", null)]
    public async Task Pods_lie_within_the_limit_range(string limit, string resources, string? refusal)
    {
        var ns = await server.NamespaceAsync("limits");
        await server.PostAsync($"/api/v1/namespaces/{ns}/limitranges", "{\"metadata\":{\"name\":\"l\"},\"spec\":{\"limits\":[" + limit + "]}}");
        var made = await PodAsync(ns, ",\"resources\":" + resources);
        Assert.Equal(refusal is null ? (201, null) : (403, "pods \"p\" is forbidden: " + refusal), (made.Code, made.Message));
    }

    [Fact]
    public async Task Claims_lie_within_the_limit_range()
    {
        var ns = await server.NamespaceAsync("limits");
        await server.PostAsync($"/api/v1/namespaces/{ns}/limitranges", """{"metadata":{"name":"l"},"spec":{"limits":[{"type":"PersistentVolumeClaim","max":{"storage":"2Gi"}}]}}""");
        var made = await server.PostAsync($"/api/v1/namespaces/{ns}/persistentvolumeclaims", """{"metadata":{"name":"c"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"3Gi"}}}}""");
        Assert.Equal("persistentvolumeclaims \"c\" is forbidden: maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 3Gi", made.Message);
    }

    [Fact]
    public async Task Priority_comes_from_the_class()
    {
        var ns = await server.NamespaceAsync("priority");
        Assert.Equal(201, (await server.PostAsync("/apis/scheduling.k8s.io/v1/priorityclasses", """{"metadata":{"name":"calm"},"value":7,"preemptionPolicy":"Never"}""")).Code);
        var made = await PodAsync(ns, "", ",\"priorityClassName\":\"calm\"");
        Assert.Equal(("7", "Never"), (made.At("spec.priority"), made.At("spec.preemptionPolicy")));
        var none = await server.PostAsync($"/api/v1/namespaces/{ns}/pods", Pod("", ",\"priorityClassName\":\"nope\""));
        Assert.Equal("pods \"p\" is forbidden: no PriorityClass with name nope was found", none.Message);
        var own = await server.PostAsync($"/api/v1/namespaces/{ns}/pods", Pod("", ",\"priorityClassName\":\"calm\",\"priority\":9"));
        Assert.Equal("pods \"p\" is forbidden: the integer value of priority (9) must not be provided in pod spec; priority admission controller computed 7 from the given PriorityClass name", own.Message);
        var system = await server.PostAsync($"/api/v1/namespaces/{await server.NamespaceAsync("priority")}/pods", Pod("", ",\"priorityClassName\":\"system-node-critical\""));
        Assert.Equal("2000001000", system.At("spec.priority"));
    }

    [Fact]
    public async Task A_runtime_class_brings_its_overhead_and_its_nodes()
    {
        var ns = await server.NamespaceAsync("runtime");
        await server.PostAsync("/apis/node.k8s.io/v1/runtimeclasses",
            """{"metadata":{"name":"vm"},"handler":"kata","overhead":{"podFixed":{"cpu":"250m"}},"scheduling":{"nodeSelector":{"vm":"yes"},"tolerations":[{"key":"vm","operator":"Exists"}]}}""");
        var made = await PodAsync(ns, "", ",\"runtimeClassName\":\"vm\"");
        Assert.Equal(("250m", "yes", "vm"), (made.At("spec.overhead.cpu"), made.At("spec.nodeSelector.vm"), made.At("spec.tolerations.2.key") ?? made.At("spec.tolerations.0.key")));
        var none = await server.PostAsync($"/api/v1/namespaces/{ns}/pods", Pod("", ",\"runtimeClassName\":\"nope\""));
        Assert.Equal("pods \"p\" is forbidden: pod rejected: RuntimeClass \"nope\" not found", none.Message);
    }

    [Fact]
    public async Task Claims_and_ingresses_get_the_default_class()
    {
        var ns = await server.NamespaceAsync("classes");
        var claims = $"/api/v1/namespaces/{ns}/persistentvolumeclaims";
        const string spec = "\"accessModes\":[\"ReadWriteOnce\"],\"resources\":{\"requests\":{\"storage\":\"1Gi\"}}";
        await server.PostAsync("/apis/storage.k8s.io/v1/storageclasses", """{"metadata":{"name":"std","annotations":{"storageclass.kubernetes.io/is-default-class":"true"}},"provisioner":"p"}""");
        Assert.Equal("std", (await server.PostAsync(claims, "{\"metadata\":{\"name\":\"a\"},\"spec\":{" + spec + "}}")).At("spec.storageClassName"));
        Assert.Equal("", (await server.PostAsync(claims, "{\"metadata\":{\"name\":\"b\"},\"spec\":{\"storageClassName\":\"\"," + spec + "}}")).At("spec.storageClassName"));
        await server.PostAsync("/apis/networking.k8s.io/v1/ingressclasses", """{"metadata":{"name":"web","annotations":{"ingressclass.kubernetes.io/is-default-class":"true"}},"spec":{"controller":"a.example/c"}}""");
        var ingress = await server.PostAsync($"/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses", """{"metadata":{"name":"i"},"spec":{"defaultBackend":{"service":{"name":"s","port":{"number":80}}}}}""");
        Assert.Equal("web", ingress.At("spec.ingressClassName"));
        await server.DeleteAsync("/apis/storage.k8s.io/v1/storageclasses/std");
        await server.DeleteAsync("/apis/networking.k8s.io/v1/ingressclasses/web");
    }

    [Fact]
    public async Task A_new_node_takes_no_Pods_yet()
    {
        var made = await server.PostAsync("/api/v1/nodes", """{"metadata":{"name":"fresh"}}""");
        Assert.Equal(("node.kubernetes.io/not-ready", "NoSchedule"), (made.At("spec.taints.0.key"), made.At("spec.taints.0.effect")));
        await server.DeleteAsync("/api/v1/nodes/fresh");
    }

    async Task<string> SecureAsync(string mode, string level)
    {
        var ns = await server.NamespaceAsync("secure");
        var labelled = await server.PatchAsync($"/api/v1/namespaces/{ns}", "application/merge-patch+json", "{\"metadata\":{\"labels\":{\"pod-security.kubernetes.io/" + mode + "\":\"" + level + "\"}}}");
        Assert.Equal(200, labelled.Code);
        return ns;
    }

    const string Good = ",\"securityContext\":{\"allowPrivilegeEscalation\":false,\"runAsNonRoot\":true,\"capabilities\":{\"drop\":[\"ALL\"]},\"seccompProfile\":{\"type\":\"RuntimeDefault\"}}";

    [Theory]
    [InlineData("baseline", "", "", null)]
    [InlineData("baseline", ",\"securityContext\":{\"privileged\":true}", "", "privileged (container \"c\" must not set securityContext.privileged=true)")]
    [InlineData("baseline", "", ",\"hostNetwork\":true,\"hostPID\":true", "host namespaces (hostNetwork=true, hostPID=true)")]
    [InlineData("baseline", ",\"ports\":[{\"containerPort\":80,\"hostPort\":80}]", "", "hostPort (container \"c\" uses hostPort 80)")]
    [InlineData("baseline", "", ",\"volumes\":[{\"name\":\"v\",\"hostPath\":{\"path\":\"/\"}}]", "hostPath volumes (volume \"v\")")]
    [InlineData("baseline", ",\"securityContext\":{\"capabilities\":{\"add\":[\"NET_ADMIN\"]}}", "", "non-default capabilities (container \"c\" must not include \"NET_ADMIN\" in securityContext.capabilities.add)")]
    [InlineData("restricted", Good, "", null)]
    [InlineData("restricted", "", "", "allowPrivilegeEscalation != false (container \"c\" must set securityContext.allowPrivilegeEscalation=false), "
        + "unrestricted capabilities (container \"c\" must set securityContext.capabilities.drop=[\"ALL\"]), runAsNonRoot != true (pod or container \"c\" must set securityContext.runAsNonRoot=true), "
        + "seccompProfile (pod or container \"c\" must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")")]
    [InlineData("restricted", Good, ",\"securityContext\":{\"runAsUser\":0}", "runAsUser=0 (pod must not set runAsUser=0)")]
    [InlineData("restricted", Good, ",\"volumes\":[{\"name\":\"v\",\"nfs\":{\"server\":\"s\",\"path\":\"/\"}}]", "restricted volume types (volume \"v\" uses restricted volume type \"nfs\")")]
    [InlineData("privileged", ",\"securityContext\":{\"privileged\":true}", ",\"hostNetwork\":true", null)]
    public async Task A_namespace_says_how_much_its_Pods_may_do(string level, string container, string spec, string? violation)
    {
        var ns = await SecureAsync("enforce", level);
        var made = await PodAsync(ns, container, spec);
        Assert.Equal(violation is null ? (201, null) : (403, $"pods \"p\" is forbidden: violates PodSecurity \"{level}:latest\": {violation}"), (made.Code, made.Message));
    }

    [Fact]
    public async Task Warnings_reach_makers_of_Pods_and_of_templates()
    {
        var ns = await SecureAsync("warn", "baseline");
        var made = await PodAsync(ns, "", ",\"hostPID\":true");
        Assert.Equal(201, made.Code);
        Assert.Contains("would violate PodSecurity \\\"baseline:latest\\\": host namespaces (hostPID=true)", string.Join('\n', made.Warnings));
        var deployment = await server.PostAsync($"/apis/apps/v1/namespaces/{ns}/deployments", """
            {"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"hostIPC":true,"containers":[{"name":"c","image":"i"}]}}}}
            """);
        Assert.Contains("host namespaces (hostIPC=true)", Assert.Single(deployment.Warnings));
        var wrong = await server.PatchAsync($"/api/v1/namespaces/{ns}", "application/merge-patch+json", """{"metadata":{"labels":{"pod-security.kubernetes.io/enforce":"strict"}}}""");
        Assert.Equal((422, true), (wrong.Code, wrong.Message!.EndsWith("metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: \"strict\": must be one of privileged, baseline, restricted", StringComparison.Ordinal)));
    }
}
