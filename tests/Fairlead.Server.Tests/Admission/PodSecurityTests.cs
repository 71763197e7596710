using System.Collections.Concurrent;
using Fairlead.Json;
using Fairlead.Server.Auditing;

namespace Fairlead.Server.Tests.Admission;

/// <summary>Pod Security Standards by the version that a namespace names, what the audit log tells, and a level that rises.</summary>
public sealed class PodSecurityTests : IAsyncLifetime
{
    const string Prefix = "pod-security.kubernetes.io/", Merge = "application/merge-patch+json";

    readonly ConcurrentQueue<JsonObject> events = new();
    readonly TestServer server;

    public PodSecurityTests() => server = new()
    {
        Change = o => o with { Audit = (AuditPolicy.Parse("{\"apiVersion\":\"audit.k8s.io/v1\",\"kind\":\"Policy\",\"rules\":[{\"level\":\"Metadata\"}]}"u8.ToArray()), events.Enqueue) },
    };

    public ValueTask InitializeAsync() => server.InitializeAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    async Task<string> SecureAsync(params (string Mode, string Value)[] labels)
    {
        var ns = await server.NamespaceAsync("secure");
        Assert.Equal(200, (await LabelAsync(ns, labels)).Code);
        return ns;
    }

    Task<Answer> LabelAsync(string ns, params (string Mode, string Value)[] labels) => server.PatchAsync($"/api/v1/namespaces/{ns}", Merge,
        new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject(labels.Select(l => KeyValuePair.Create(Prefix + l.Mode, (JsonNode?)l.Value))) } }.ToJsonString());

    Task<Answer> PodAsync(string ns, string spec, string container = "{}", string annotations = "{}", string name = "p")
    {
        var pod = JsonNode.Parse(spec)!.AsObject();
        var one = JsonNode.Parse(container)!.AsObject();
        (one["name"], one["image"]) = ("c", "i");
        pod["containers"] = new JsonArray(one);
        return server.PostAsync($"/api/v1/namespaces/{ns}/pods", new JsonObject { ["metadata"] = new JsonObject { ["name"] = name, ["annotations"] = JsonNode.Parse(annotations) }, ["spec"] = pod }.ToJsonString());
    }

    static string Sysctl(string name) => $$$"""{"securityContext":{"sysctls":[{"name":"{{{name}}}","value":"1"}]}}""";

    [Theory]
    [InlineData("baseline", "v1.26", "net.ipv4.ip_local_reserved_ports", false)]
    [InlineData("baseline", "v1.27", "net.ipv4.ip_local_reserved_ports", true)]
    [InlineData("baseline", "v1.28", "net.ipv4.tcp_keepalive_time", false)]
    [InlineData("baseline", "v1.29", "net.ipv4.tcp_fin_timeout", true)]
    [InlineData("baseline", "v1.31", "net.ipv4.tcp_rmem", false)]
    [InlineData("baseline", "v1.32", "net.ipv4.tcp_rmem", true)]
    [InlineData("baseline", "latest", "net.ipv4.tcp_wmem", true)]
    [InlineData("baseline", "v1.999", "net.ipv4.tcp_wmem", true)]
    [InlineData("baseline", "v1.0", "kernel.shm_rmid_forced", true)]
    public async Task Sysctls_are_allowed_since_the_version_that_allows_them(string level, string version, string sysctl, bool allowed)
    {
        var made = await PodAsync(await SecureAsync(("enforce", level), ("enforce-version", version)), Sysctl(sysctl));
        Assert.Equal(allowed ? (201, null) : (403, $"pods \"p\" is forbidden: violates PodSecurity \"{level}:{version}\": forbidden sysctls ({sysctl})"), (made.Code, made.Message));
    }

    const string Escalation = "allowPrivilegeEscalation != false (container \"c\" must set securityContext.allowPrivilegeEscalation=false)";
    const string Capabilities = "unrestricted capabilities (container \"c\" must set securityContext.capabilities.drop=[\"ALL\"])";
    const string NonRoot = "runAsNonRoot != true (pod or container \"c\" must set securityContext.runAsNonRoot=true)";
    const string Seccomp = "seccompProfile (pod or container \"c\" must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")";
    const string Root = "runAsUser=0 (container \"c\" must not set runAsUser=0)";

    [Theory]
    [InlineData("v1.7", "{}", NonRoot)]
    [InlineData("v1.8", "{}", Escalation + ", " + NonRoot)]
    [InlineData("v1.19", "{}", Escalation + ", " + NonRoot + ", " + Seccomp)]
    [InlineData("v1.22", "{}", Escalation + ", " + Capabilities + ", " + NonRoot + ", " + Seccomp)]
    [InlineData("v1.22", """{"securityContext":{"runAsUser":0}}""", Escalation + ", " + Capabilities + ", " + NonRoot + ", " + Seccomp)]
    [InlineData("v1.23", """{"securityContext":{"runAsUser":0}}""", Escalation + ", " + Capabilities + ", " + NonRoot + ", " + Root + ", " + Seccomp)]
    [InlineData("v1.21", """{"securityContext":{"capabilities":{"add":["NET_ADMIN"]}}}""", "non-default capabilities (container \"c\" must not include \"NET_ADMIN\" in securityContext.capabilities.add), " + Escalation + ", " + NonRoot + ", " + Seccomp)]
    public async Task What_restricted_demands_it_demands_since_some_version(string version, string container, string found)
    {
        var made = await PodAsync(await SecureAsync(("enforce", "restricted"), ("enforce-version", version)), "{}", container);
        Assert.Equal((403, $"pods \"p\" is forbidden: violates PodSecurity \"restricted:{version}\": {found}"), (made.Code, made.Message));
    }

    [Theory]
    [InlineData("v1.24", true)]
    [InlineData("v1.25", false)]
    public async Task Pods_for_Windows_are_spared_since_1_25(string version, bool demanded)
    {
        var made = await PodAsync(await SecureAsync(("enforce", "restricted"), ("enforce-version", version)), """{"os":{"name":"windows"}}""");
        Assert.Equal($"pods \"p\" is forbidden: violates PodSecurity \"restricted:{version}\": " + (demanded ? $"{Escalation}, {Capabilities}, {NonRoot}, {Seccomp}" : NonRoot), made.Message);
    }

    [Theory]
    [InlineData("v1.18", """{"container.seccomp.security.alpha.kubernetes.io/c":"unconfined"}""", "seccompProfile (forbidden annotation container.seccomp.security.alpha.kubernetes.io/c=\"unconfined\")")]
    [InlineData("v1.18", """{"container.seccomp.security.alpha.kubernetes.io/c":"localhost/x","seccomp.security.alpha.kubernetes.io/pod":"runtime/default"}""", null)]
    [InlineData("v1.19", """{"container.seccomp.security.alpha.kubernetes.io/c":"unconfined"}""", null)]
    [InlineData("latest", """{"container.apparmor.security.beta.kubernetes.io/c":"unconfined"}""", "forbidden AppArmor profile")]
    public async Task Annotations_named_profiles_before_fields_did(string version, string annotations, string? found)
    {
        var made = await PodAsync(await SecureAsync(("enforce", "baseline"), ("enforce-version", version)), "{}", annotations: annotations);
        Assert.True(made.Code == (found is null ? 201 : 403), made.Text);
        if (found is not null) Assert.Contains($"violates PodSecurity \"baseline:{version}\": {found}", made.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_template_is_warned_of_what_its_Pods_will_be_refused_for_at_every_change()
    {
        var ns = await SecureAsync(("enforce", "baseline"));
        var path = $"/apis/apps/v1/namespaces/{ns}/deployments";
        var made = await server.PostAsync(path, """{"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"hostPID":true,"containers":[{"name":"c","image":"i"}]}}}}""");
        Assert.Equal(201, made.Code);
        Assert.Contains("would violate PodSecurity \\\"baseline:latest\\\": host namespaces (hostPID=true)", Assert.Single(made.Warnings), StringComparison.Ordinal);
        Assert.Single((await server.PatchAsync(path + "/d", Merge, """{"spec":{"replicas":2}}""")).Warnings);
        Assert.Empty((await server.PatchAsync(path + "/d/status", Merge, """{"status":{"observedGeneration":2}}""")).Warnings);
        Assert.Equal(200, (await LabelAsync(ns, ("warn", "privileged"))).Code);
        Assert.Empty((await server.PatchAsync(path + "/d", Merge, """{"spec":{"replicas":3}}""")).Warnings);
    }

    [Fact]
    public async Task The_audit_log_tells_of_Pods_that_go_beyond()
    {
        var ns = await SecureAsync(("enforce", "privileged"), ("audit", "baseline"), ("audit-version", "v1.30"));
        Assert.Equal(201, (await PodAsync(ns, """{"hostNetwork":true}""")).Code);
        var annotations = Told(ns);
        Assert.Equal("privileged:latest", (string?)annotations[Prefix + "enforce-policy"]);
        Assert.Equal("would violate PodSecurity \"baseline:v1.30\": host namespaces (hostNetwork=true)", (string?)annotations[Prefix + "audit-violations"]);
        await LabelAsync(ns, ("enforce", "baseline"));
        Assert.Equal(403, (await PodAsync(ns, """{"hostNetwork":true}""", name: "q")).Code);
        Assert.Equal("baseline:latest", (string?)Told(ns)[Prefix + "enforce-policy"]);
        Assert.NotNull(Told(ns)[Prefix + "audit-violations"]);

        JsonObject Told(string ns) => (JsonObject)events.Last(e => (string?)e["stage"] == "ResponseComplete" && (string?)e["verb"] == "create" && (string?)e["objectRef"]?["namespace"] == ns && (string?)e["objectRef"]?["resource"] == "pods")["annotations"]!;
    }

    [Fact]
    public async Task A_level_that_rises_names_the_Pods_that_would_be_refused()
    {
        var ns = await SecureAsync(("enforce", "privileged"));
        foreach (var name in (string[])["b", "a", "c"]) Assert.Equal(201, (await PodAsync(ns, """{"hostPID":true}""", name: name)).Code);
        Assert.Equal(201, (await PodAsync(ns, """{"hostPID":true}""", """{"ports":[{"containerPort":80,"hostPort":80}]}""", name: "d")).Code);
        Assert.Equal(201, (await PodAsync(ns, "{}", name: "good")).Code);
        Assert.Empty((await LabelAsync(ns, ("warn", "baseline"))).Warnings);
        var raised = await LabelAsync(ns, ("enforce", "baseline"));
        string[] expected =
        [
            $"existing pods in namespace \"{ns}\" violate the new PodSecurity enforce level \"baseline:latest\"",
            "a (and 2 other pods): host namespaces", "d: host namespaces, hostPort",
        ];
        Assert.Equal(expected, raised.Warnings.Select(w => w.Split("299 - ")[1][1..^1].Replace("\\\"", "\"", StringComparison.Ordinal)));
        Assert.Empty((await LabelAsync(ns, ("enforce", "privileged"))).Warnings);
        Assert.Equal(3, (await LabelAsync(ns, ("enforce", "baseline"), ("enforce-version", "v1.30"))).Warnings.Count);
    }

    [Theory]
    [InlineData("enforce-version", "1.25")]
    [InlineData("enforce-version", "v1.025")]
    [InlineData("warn-version", "v2.0")]
    [InlineData("audit", "strict")]
    public async Task A_label_that_cannot_be_read_is_refused(string mode, string value)
    {
        var answer = await LabelAsync(await server.NamespaceAsync("secure"), (mode, value));
        Assert.Equal(422, answer.Code);
        Assert.EndsWith($"metadata.labels[{Prefix}{mode}]: Invalid value: \"{value}\": must be {(mode.EndsWith("version", StringComparison.Ordinal) ? "\"latest\" or \"v1.x\"" : "one of privileged, baseline, restricted")}", answer.Message);
    }

    [Fact]
    public async Task A_Pod_from_before_may_be_changed_where_no_level_looks()
    {
        var ns = await SecureAsync(("enforce", "privileged"));
        await PodAsync(ns, """{"hostPID":true}""");
        await LabelAsync(ns, ("enforce", "baseline"));
        var path = $"/api/v1/namespaces/{ns}/pods/p";
        Assert.Equal(200, (await server.PatchAsync(path, Merge, """{"metadata":{"labels":{"x":"y"}},"spec":{"activeDeadlineSeconds":100}}""")).Code);
        Assert.Equal(403, (await server.PatchAsync(path, "application/strategic-merge-patch+json", """{"spec":{"containers":[{"name":"c","image":"other"}]}}""")).Code);
    }
}
