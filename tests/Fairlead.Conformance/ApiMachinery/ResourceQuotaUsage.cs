namespace Fairlead.Conformance.ApiMachinery;

/// <summary>What a quota counts while objects come and go, and what it does not let come.</summary>
public sealed class ResourceQuotaUsage(RunningCluster cluster)
{
    const string Dongle = "example.com/dongle";

    /// <summary>Bounds on everything that the tests make.</summary>
    static readonly IReadOnlyDictionary<string, string> Bounds = new Dictionary<string, string>
    {
        ["pods"] = "5", ["services"] = "10", ["services.nodeports"] = "1", ["services.loadbalancers"] = "1", ["replicationcontrollers"] = "10",
        ["resourcequotas"] = "1", ["cpu"] = "1", ["memory"] = "500Mi", ["configmaps"] = "10", ["secrets"] = "10", ["persistentvolumeclaims"] = "10",
        ["requests.storage"] = "10Gi", ["ephemeral-storage"] = "50Gi", ["count/replicasets.apps"] = "5", [$"requests.{Dongle}"] = "3",
    };

    async Task<Here> HereAsync() => new(cluster, await cluster.NamespaceAsync("resourcequota"));

    [Fact(DisplayName = "[sig-api-machinery] ResourceQuota should create a ResourceQuota and ensure its status is promptly calculated. [Conformance]")]
    public async Task Status()
    {
        var here = await HereAsync();
        await here.BoundAsync("test-quota", Bounds);
        await here.UsesAsync("test-quota", ("resourcequotas", "1"));
    }

    [Fact(DisplayName = "[sig-api-machinery] ResourceQuota should create a ResourceQuota and capture the life of a service. [Conformance]")]
    public async Task Services()
    {
        var here = await HereAsync();
        var services = here.Of("v1", "services");
        await here.BoundAsync("test-quota", Bounds);
        await here.UsesAsync("test-quota", ("resourcequotas", "1"));
        await services.CreateAsync(Service("test-service", "ClusterIP"));
        await services.CreateAsync(Service("test-service-np", "NodePort"));
        await services.RefusedAsync(HttpMethod.Post, 403, body: Service("test-service-lb", "LoadBalancer"));
        await here.UsesAsync("test-quota", ("resourcequotas", "1"), ("services", "2"), ("services.nodeports", "1"), ("services.loadbalancers", "0"));
        await services.DeleteAsync("test-service");
        await services.DeleteAsync("test-service-np");
        await here.UsesAsync("test-quota", ("services", "0"), ("services.nodeports", "0"));

        static string Service(string name, string type) => $$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"type":"{{{type}}}","ports":[{"port":80,"targetPort":80}]}}""";
    }

    [Fact(DisplayName = "[sig-api-machinery] ResourceQuota should create a ResourceQuota and capture the life of a secret. [Conformance]")]
    public Task Secrets() => LifeAsync("v1", "secrets", "secrets", """{"metadata":{"name":"test"},"stringData":{"data-1":"value-1"}}""");

    [Fact(DisplayName = "[sig-api-machinery] ResourceQuota should create a ResourceQuota and capture the life of a configMap. [Conformance]")]
    public async Task ConfigMaps()
    {
        var here = await HereAsync();
        // The namespace has one of its own.
        await here.Of("v1", "configmaps").UntilAsync("kube-root-ca.crt", _ => true);
        await LifeAsync(here, "v1", "configmaps", "configmaps", """{"metadata":{"name":"test"},"data":{"data-1":"value-1"}}""", there: 1);
    }

    [Fact(DisplayName = "[sig-api-machinery] ResourceQuota should create a ResourceQuota and capture the life of a replication controller. [Conformance]")]
    public Task ReplicationControllers() => LifeAsync("v1", "replicationcontrollers", "replicationcontrollers",
        """{"metadata":{"name":"test"},"spec":{"replicas":0,"selector":{"name":"a"},"template":{"metadata":{"labels":{"name":"a"}},"spec":{"containers":[{"name":"a","image":"nginx"}]}}}}""");

    [Fact(DisplayName = "[sig-api-machinery] ResourceQuota should create a ResourceQuota and capture the life of a replica set. [Conformance]")]
    public Task ReplicaSets() => LifeAsync("apps/v1", "replicasets", "count/replicasets.apps",
        """{"metadata":{"name":"test"},"spec":{"replicas":0,"selector":{"matchLabels":{"name":"a"}},"template":{"metadata":{"labels":{"name":"a"}},"spec":{"containers":[{"name":"a","image":"nginx"}]}}}}""");

    async Task LifeAsync(string apiVersion, string plural, string counted, string json) => await LifeAsync(await HereAsync(), apiVersion, plural, counted, json, there: 0);

    /// <summary>One object comes, is counted, the next is one too many, and the count falls when the first goes.</summary>
    /// <param name="there">Objects that the namespace holds from the start.</param>
    static async Task LifeAsync(Here here, string apiVersion, string plural, string counted, string json, int there)
    {
        var objects = here.Of(apiVersion, plural);
        await here.BoundAsync("test-quota", new Dictionary<string, string>(Bounds) { [counted] = $"{there + 1}" });
        await here.UsesAsync("test-quota", ("resourcequotas", "1"), (counted, $"{there}"));
        await objects.CreateAsync(json);
        await here.UsesAsync("test-quota", ("resourcequotas", "1"), (counted, $"{there + 1}"));
        var refused = await objects.RefusedAsync(HttpMethod.Post, 403, body: json.Replace("\"name\":\"test\"", "\"name\":\"one-too-many\"", StringComparison.Ordinal));
        Assert.Contains("exceeded quota: test-quota", refused.Message);
        // Of a ReplicationController the default is to orphan its Pods, for which it stays until that is done.
        await objects.DeleteAsync("test", """{"propagationPolicy":"Background"}""");
        await here.UsesAsync("test-quota", (counted, $"{there}"));
    }

    [Fact(DisplayName = "[sig-api-machinery] ResourceQuota should create a ResourceQuota and capture the life of a pod. [Conformance]")]
    public async Task Pods()
    {
        var here = await HereAsync();
        var pods = here.Of("v1", "pods");
        await here.BoundAsync("test-quota", Bounds);
        await here.UsesAsync("test-quota", ("resourcequotas", "1"));

        var made = await pods.CreateAsync(Pod("test-pod", "\"cpu\":\"500m\",\"memory\":\"252Mi\",\"ephemeral-storage\":\"30Gi\",\"example.com/dongle\":\"2\"", "\"example.com/dongle\":\"2\""));
        (string, string)[] used = [("pods", "1"), ("cpu", "500m"), ("memory", "252Mi"), ("ephemeral-storage", "30Gi"), ($"requests.{Dongle}", "2")];
        await here.UsesAsync("test-quota", used);

        var large = await pods.RefusedAsync(HttpMethod.Post, 403, body: Pod("fail-pod", "\"cpu\":\"600m\",\"memory\":\"100Mi\",\"ephemeral-storage\":\"1Gi\""));
        Assert.Contains("exceeded quota: test-quota, requested: cpu=600m, used: cpu=500m, limited: cpu=1", large.Message);
        var refused = await pods.RefusedAsync(HttpMethod.Post, 403, body: Pod("fail-pod", "\"cpu\":\"100m\",\"memory\":\"100Mi\",\"ephemeral-storage\":\"1Gi\",\"example.com/dongle\":\"2\"", "\"example.com/dongle\":\"2\""));
        Assert.Contains($"exceeded quota: test-quota, requested: requests.{Dongle}=2, used: requests.{Dongle}=2, limited: requests.{Dongle}=3", refused.Message);

        // What a Pod asks for stays as it is. The scheduler writes meanwhile why it finds no node, so of whatever revision.
        made["metadata"]!.AsObject().Remove("resourceVersion");
        made.At("spec.containers.0.resources")!["requests"] = Tree.Parse("""{"cpu":"100m","memory":"100Mi","ephemeral-storage":"10Gi"}""");
        await pods.RefusedAsync(HttpMethod.Put, 422, "test-pod", made.ToJsonString());
        await here.UsesAsync("test-quota", used);

        await pods.DeleteAsync("test-pod", """{"gracePeriodSeconds":0}""");
        await here.UsesAsync("test-quota", ("pods", "0"), ("cpu", "0"), ("memory", "0"), ("ephemeral-storage", "0"), ($"requests.{Dongle}", "0"));
    }

    [Fact(DisplayName = "[sig-api-machinery] ResourceQuota should verify ResourceQuota with terminating scopes. [Conformance]")]
    public async Task TerminatingScopes()
    {
        var here = await HereAsync();
        var pods = here.Of("v1", "pods");
        var bounds = new Dictionary<string, string> { ["pods"] = "5", ["requests.cpu"] = "1", ["requests.memory"] = "500Mi", ["limits.cpu"] = "2", ["limits.memory"] = "1Gi" };
        await here.BoundAsync("quota-terminating", bounds, "Terminating");
        await here.BoundAsync("quota-not-terminating", bounds, "NotTerminating");
        const string Requests = "\"cpu\":\"500m\",\"memory\":\"200Mi\"", Limits = "\"cpu\":\"1\",\"memory\":\"400Mi\"";
        (string, string)[] used = [("pods", "1"), ("requests.cpu", "500m"), ("requests.memory", "200Mi"), ("limits.cpu", "1"), ("limits.memory", "400Mi")];
        (string, string)[] nothing = [.. used.Select(u => (u.Item1, "0"))];

        foreach (var (name, deadline, counting, other) in ((string, string, string, string)[])
            [("test-pod", "", "quota-not-terminating", "quota-terminating"), ("terminating-pod", "\"activeDeadlineSeconds\":3600,", "quota-terminating", "quota-not-terminating")])
        {
            await pods.CreateAsync(Pod(name, Requests, Limits, deadline));
            await here.UsesAsync(counting, used);
            await here.UsesAsync(other, nothing);
            await pods.DeleteAsync(name, """{"gracePeriodSeconds":0}""");
            await here.UsesAsync(counting, nothing);
        }
    }

    [Fact(DisplayName = "[sig-api-machinery] ResourceQuota should verify ResourceQuota with best effort scope. [Conformance]")]
    public async Task BestEffortScope()
    {
        var here = await HereAsync();
        var pods = here.Of("v1", "pods");
        var bounds = new Dictionary<string, string> { ["pods"] = "5" };
        await here.BoundAsync("quota-besteffort", bounds, "BestEffort");
        await here.BoundAsync("quota-not-besteffort", bounds, "NotBestEffort");
        foreach (var (name, requests, counting, other) in ((string, string, string, string)[])
            [("besteffort-pod", "", "quota-besteffort", "quota-not-besteffort"), ("burstable-pod", "\"cpu\":\"100m\"", "quota-not-besteffort", "quota-besteffort")])
        {
            await pods.CreateAsync(Pod(name, requests));
            await here.UsesAsync(counting, ("pods", "1"));
            await here.UsesAsync(other, ("pods", "0"));
            await pods.DeleteAsync(name, """{"gracePeriodSeconds":0}""");
            await here.UsesAsync(counting, ("pods", "0"));
        }
    }

    static string Pod(string name, string requests, string limits = "", string spec = "") => $$$"""
        {"metadata":{"name":"{{{name}}}"},"spec":{{{{spec}}}"containers":[{"name":"pause","image":"pause","resources":{"requests":{ {{{requests}}} },"limits":{ {{{limits}}} } } }]} }
        """;

    /// <summary>A namespace of a test's own and the quotas in it.</summary>
    sealed class Here(RunningCluster cluster, string ns)
    {
        Resource Quotas => Of("v1", "resourcequotas");

        public Resource Of(string apiVersion, string plural) => cluster.Resource(apiVersion, plural, ns);

        /// <summary>Makes a quota, and waits until its status says of every bound what is used.</summary>
        public async Task BoundAsync(string name, IReadOnlyDictionary<string, string> hard, params string[] scopes)
        {
            var bounds = new JsonObject([.. hard.Select(h => KeyValuePair.Create(h.Key, (JsonNode?)h.Value))]);
            var quota = new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = name },
                ["spec"] = new JsonObject { ["hard"] = bounds, ["scopes"] = scopes.Length == 0 ? null : new JsonArray([.. scopes.Select(s => (JsonNode)s)]) },
            };
            await Quotas.CreateAsync(quota.ToJsonString());
            await Quotas.UntilAsync(name, q => hard.Keys.All(k => q["status"]?["used"]?[k] is not null && q["status"]?["hard"]?[k] is not null));
        }

        /// <summary>Waits until the quota's status says that so much is used.</summary>
        public Task UsesAsync(string name, params (string Resource, string Amount)[] used) =>
            Quotas.UntilAsync(name, q => used.All(u => (string?)q["status"]?["used"]?[u.Resource] == u.Amount));
    }
}
