using Fairlead.Client;
using Fairlead.Json;
using Fairlead.Server.Authentication;

namespace Fairlead.Server.Tests.Nodes;

/// <summary>A node reads what its Pods refer to and writes what is its own; everything else is refused in upstream's words.</summary>
[Collection(nameof(TestServer))]
public sealed class NodeAccessTests(TestServer server)
{
    const string Node = "n-access";

    async Task<(int Code, string? Message)> AskAsync(string method, string path, string? body = null, string node = Node, string type = "application/json")
    {
        var answer = await server.Api.Transport(new UserInfo("system:node:" + node, ["system:nodes"])).SendAsync(
            new ApiRequest(method, path, body is null ? null : type, System.Text.Encoding.UTF8.GetBytes(body ?? "")), default);
        var json = answer.Body.Length > 0 && answer.Body.Span[0] == '{' ? JsonNode.Parse(answer.Body.Span) : null;
        return (answer.StatusCode, (string?)json?["message"]);
    }

    async Task<(string Namespace, string Uid)> PodAsync(string node)
    {
        var ns = await server.NamespaceAsync("nodes");
        foreach (var name in (string[])["volume", "env", "from", "pull", "projected", "other", "mounted"])
        {
            await server.PostAsync($"/api/v1/namespaces/{ns}/secrets", $$$"""{"metadata":{"name":"{{{name}}}"}}""");
            await server.PostAsync($"/api/v1/namespaces/{ns}/configmaps", $$$"""{"metadata":{"name":"{{{name}}}"}}""");
        }
        await server.PostAsync($"/api/v1/namespaces/{ns}/serviceaccounts", """{"metadata":{"name":"unused"}}""");
        await server.PostAsync($"/api/v1/namespaces/{ns}/persistentvolumeclaims", """{"metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}""");
        var volume = await server.PostAsync("/api/v1/persistentvolumes", $$$"""
            {"metadata":{"name":"pv-{{{ns}}}"},"spec":{"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"],"claimRef":{"namespace":"{{{ns}}}","name":"data"},
            "csi":{"driver":"d.example.com","volumeHandle":"h","nodePublishSecretRef":{"namespace":"{{{ns}}}","name":"mounted"}} }}
            """);
        Assert.Equal(201, volume.Code);
        var pod = await server.PostAsync($"/api/v1/namespaces/{ns}/pods", $$$"""
            {"metadata":{"name":"p"},"spec":{"nodeName":"{{{node}}}","imagePullSecrets":[{"name":"pull"}],
            "containers":[{"name":"c","image":"i","env":[{"name":"A","valueFrom":{"secretKeyRef":{"name":"env","key":"k"}} },{"name":"B","valueFrom":{"configMapKeyRef":{"name":"env","key":"k"}} }],
              "envFrom":[{"secretRef":{"name":"from"}},{"configMapRef":{"name":"from"}}]}],
            "volumes":[{"name":"a","secret":{"secretName":"volume"}},{"name":"b","configMap":{"name":"volume"}},
              {"name":"c","projected":{"sources":[{"secret":{"name":"projected"}},{"configMap":{"name":"projected"}}]}},{"name":"d","persistentVolumeClaim":{"claimName":"data"}}]}}
            """);
        Assert.Equal(201, pod.Code);
        return (ns, pod.At("metadata.uid")!);
    }

    [Fact]
    public async Task A_node_reads_what_its_pods_refer_to_and_nothing_else()
    {
        var (ns, _) = await PodAsync(Node);
        foreach (var name in (string[])["volume", "env", "from", "projected"])
        {
            foreach (var kind in (string[])["secrets", "configmaps"])
            {
                Assert.Equal((200, null), await AskAsync("GET", $"/api/v1/namespaces/{ns}/{kind}/{name}"));
                Assert.Equal((200, null), await AskAsync("GET", $"/api/v1/namespaces/{ns}/{kind}?fieldSelector=metadata.name%3D{name}"));
                Assert.Equal(
                    (403, $"{kind} \"{name}\" is forbidden: User \"system:node:stranger\" cannot get resource \"{kind}\" in API group \"\" in the namespace \"{ns}\": no relationship found between node 'stranger' and this object"),
                    await AskAsync("GET", $"/api/v1/namespaces/{ns}/{kind}/{name}", node: "stranger"));
            }
        }
        foreach (var path in (string[])["secrets/pull", "secrets/mounted", "persistentvolumeclaims/data", "pods/p", "pods?fieldSelector=spec.nodeName%3D" + Node])
            Assert.Equal((200, null), await AskAsync("GET", $"/api/v1/namespaces/{ns}/{path}"));
        Assert.Equal((200, null), await AskAsync("GET", $"/api/v1/persistentvolumes/pv-{ns}"));
        foreach (var path in (string[])["secrets/other", "configmaps/other", "secrets", "configmaps", "pods", "pods?fieldSelector=spec.nodeName%3Dstranger", "persistentvolumeclaims", "serviceaccounts/default"])
            Assert.Equal(403, (await AskAsync("GET", $"/api/v1/namespaces/{ns}/{path}")).Code);
        foreach (var path in (string[])["/api/v1/secrets", "/api/v1/pods", "/api/v1/persistentvolumes", $"/api/v1/secrets?fieldSelector=metadata.name%3Dvolume"])
            Assert.Equal(403, (await AskAsync("GET", path)).Code);
        Assert.Equal(403, (await AskAsync("PUT", $"/api/v1/namespaces/{ns}/secrets/volume", """{"metadata":{"name":"volume"}}""")).Code);
        Assert.Equal(403, (await AskAsync("DELETE", $"/api/v1/namespaces/{ns}/secrets/volume")).Code);
    }

    [Fact]
    public async Task What_a_pod_gave_goes_with_it()
    {
        var (ns, _) = await PodAsync(Node);
        Assert.Equal(200, (await AskAsync("GET", $"/api/v1/namespaces/{ns}/secrets/volume")).Code);
        await server.DeleteAsync($"/api/v1/namespaces/{ns}/pods/p", """{"gracePeriodSeconds":0}""");
        await Task.Delay(50);
        Assert.Equal(403, (await AskAsync("GET", $"/api/v1/namespaces/{ns}/secrets/volume")).Code);
        Assert.Equal(403, (await AskAsync("GET", $"/api/v1/persistentvolumes/pv-{ns}")).Code);
    }

    [Fact]
    public async Task An_ephemeral_container_gives_more_and_a_change_of_status_takes_nothing()
    {
        var (ns, _) = await PodAsync(Node);
        Assert.Equal(200, (await server.PatchAsync($"/api/v1/namespaces/{ns}/pods/p/status", "application/merge-patch+json", """{"status":{"message":"m"}}""")).Code);
        Assert.Equal(200, (await AskAsync("GET", $"/api/v1/namespaces/{ns}/secrets/volume")).Code);
        Assert.Equal(403, (await AskAsync("GET", $"/api/v1/namespaces/{ns}/secrets/other")).Code);
        var added = await server.PatchAsync($"/api/v1/namespaces/{ns}/pods/p/ephemeralcontainers", "application/merge-patch+json",
            """{"spec":{"ephemeralContainers":[{"name":"debug","image":"i","envFrom":[{"secretRef":{"name":"other"}}]}]}}""");
        Assert.Equal(200, added.Code);
        Assert.Equal(200, (await AskAsync("GET", $"/api/v1/namespaces/{ns}/secrets/other")).Code);
        Assert.Equal(200, (await AskAsync("GET", $"/api/v1/namespaces/{ns}/secrets/volume")).Code);
    }

    [Theory]
    [InlineData("kube-dns-n-access", "kube-dns", "n-access", 201)]
    [InlineData("kube-dns-n-access", "kube-dns", "stranger", 403)]
    [InlineData("kube-dns-n-access", "other", "n-access", 403)]
    [InlineData("kube-dns-stranger", "kube-dns", "n-access", 403)]
    public async Task A_node_publishes_no_dns_server_but_its_own(string name, string service, string endpoint, int code)
    {
        const string path = "/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices";
        var (was, message) = await AskAsync("POST", path, $$$"""
            {"metadata":{"name":"{{{name}}}","labels":{"kubernetes.io/service-name":"{{{service}}}"} },"addressType":"IPv4","endpoints":[{"addresses":["192.0.2.9"],"nodeName":"{{{endpoint}}}"}]}
            """);
        Assert.Equal(code, was);
        if (code == 403) Assert.EndsWith("node \"n-access\" can only write the EndpointSlice kube-dns-n-access of Service kube-dns, with endpoints on itself", message);
        else await server.DeleteAsync($"{path}/{name}");
    }

    [Fact]
    public async Task Tokens_are_for_the_pods_of_the_node()
    {
        var (ns, uid) = await PodAsync(Node);
        var path = $"/api/v1/namespaces/{ns}/serviceaccounts/default/token";
        Assert.Equal(201, (await AskAsync("POST", path, $$$"""{"spec":{"audiences":[],"boundObjectRef":{"apiVersion":"v1","kind":"Pod","name":"p","uid":"{{{uid}}}"}} }""")).Code);
        Assert.Equal((403, "serviceaccounts \"default\" is forbidden: node requested token not bound to a pod"), await AskAsync("POST", path, """{"spec":{"audiences":[]}}"""));
        Assert.Equal((403, "serviceaccounts \"default\" is forbidden: node requested token with a pod binding without a uid"),
            await AskAsync("POST", path, """{"spec":{"audiences":[],"boundObjectRef":{"apiVersion":"v1","kind":"Pod","name":"p"}}}"""));
        Assert.Equal(403, (await AskAsync("POST", $"/api/v1/namespaces/{ns}/serviceaccounts/unused/token", """{"spec":{"audiences":[]}}""")).Code);
        Assert.Equal(403, (await AskAsync("POST", path, """{"spec":{"audiences":[]}}""", "stranger")).Code);
        Assert.Equal(403, (await AskAsync("POST", $"/api/v1/namespaces/{ns}/serviceaccounts", """{"metadata":{"name":"mine"}}""")).Code);
    }

    [Fact]
    public async Task A_node_writes_its_own_node_without_steering_workloads()
    {
        const string name = "n-own";
        Task<(int Code, string? Message)> Ask(string method, string path, string? body = null, string type = "application/json") => AskAsync(method, path, body, name, type);
        Assert.Equal((403, "nodes \"other\" is forbidden: node \"n-own\" is not allowed to modify node \"other\""), await Ask("POST", "/api/v1/nodes", """{"metadata":{"name":"other"}}"""));
        Assert.Equal(
            (403, "nodes \"n-own\" is forbidden: node \"n-own\" is not allowed to set the following labels: node-restriction.kubernetes.io/x, node-role.kubernetes.io/master"),
            await Ask("POST", "/api/v1/nodes", """{"metadata":{"name":"n-own","labels":{"node-role.kubernetes.io/master":"","node-restriction.kubernetes.io/x":"","mine":"1","kubernetes.io/hostname":"h"}}}"""));
        Assert.Equal(201, (await Ask("POST", "/api/v1/nodes", """{"metadata":{"name":"n-own","labels":{"mine":"1","kubernetes.io/hostname":"h","kubelet.kubernetes.io/a":"b","topology.kubernetes.io/zone":"z"}}}""")).Code);
        Assert.Equal(200, (await Ask("GET", "/api/v1/nodes/n-own")).Code);
        const string merge = "application/merge-patch+json";
        Assert.Equal((403, "nodes \"n-own\" is forbidden: node \"n-own\" is not allowed to modify taints"), await Ask("PATCH", "/api/v1/nodes/n-own", """{"spec":{"taints":[]}}""", merge));
        Assert.Equal((403, "nodes \"n-own\" is forbidden: is not allowed to modify labels: node-role.kubernetes.io/x"), await Ask("PATCH", "/api/v1/nodes/n-own", """{"metadata":{"labels":{"node-role.kubernetes.io/x":""}}}""", merge));
        Assert.Equal(200, (await Ask("PATCH", "/api/v1/nodes/n-own", """{"metadata":{"labels":{"mine":"2"}}}""", merge)).Code);
        Assert.Equal(200, (await Ask("PATCH", "/api/v1/nodes/n-own/status", """{"status":{"phase":"Running"}}""", merge)).Code);
        Assert.Equal(403, (await Ask("DELETE", "/api/v1/nodes/n-own")).Code);
        Assert.Equal(403, (await AskAsync("PATCH", "/api/v1/nodes/n-own/status", """{"status":{"phase":"Running"}}""", type: merge)).Code);
    }

    [Fact]
    public async Task Leases_and_csi_nodes_are_ones_own()
    {
        await server.PostAsync("/api/v1/namespaces", """{"metadata":{"name":"kube-node-lease"}}""");
        const string leases = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
        Assert.Equal((403, "leases.coordination.k8s.io \"other\" is forbidden: can only access node lease with the same name as the requesting node"), await AskAsync("POST", leases, """{"metadata":{"name":"other"}}"""));
        Assert.Equal(201, (await AskAsync("POST", leases, $$$"""{"metadata":{"name":"{{{Node}}}"}}""")).Code);
        Assert.Equal(200, (await AskAsync("GET", $"{leases}/{Node}")).Code);
        Assert.Equal(403, (await AskAsync("GET", leases)).Code);
        Assert.Equal(403, (await AskAsync("GET", $"{leases}/{Node}", node: "stranger")).Code);
        Assert.Equal(403, (await AskAsync("POST", "/apis/coordination.k8s.io/v1/namespaces/default/leases", $$$"""{"metadata":{"name":"{{{Node}}}"}}""")).Code);
        Assert.Equal((403, "csinodes.storage.k8s.io \"other\" is forbidden: can only access CSINode with the same name as the requesting node"),
            await AskAsync("POST", "/apis/storage.k8s.io/v1/csinodes", """{"metadata":{"name":"other"},"spec":{"drivers":[]}}"""));
        Assert.Equal(201, (await AskAsync("POST", "/apis/storage.k8s.io/v1/csinodes", $$$"""{"metadata":{"name":"{{{Node}}}"},"spec":{"drivers":[]}}""")).Code);
    }

    [Fact]
    public async Task Pods_of_other_nodes_are_left_alone()
    {
        var (ns, _) = await PodAsync("elsewhere");
        var pod = $"/api/v1/namespaces/{ns}/pods/p";
        Assert.Equal((403, $"pods \"p\" is forbidden: node \"{Node}\" can only update pod status for pods with spec.nodeName set to itself"),
            await AskAsync("PATCH", pod + "/status", """{"status":{"message":"m"}}""", type: "application/merge-patch+json"));
        Assert.Equal((403, $"pods \"p\" is forbidden: node \"{Node}\" can only delete pods with spec.nodeName set to itself"), await AskAsync("DELETE", pod));
        Assert.Equal((403, $"pods \"p\" is forbidden: node {Node} can only evict pods with spec.nodeName set to itself"),
            await AskAsync("POST", pod + "/eviction", """{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"p"}}"""));
        Assert.Equal((200, null), await AskAsync("PATCH", pod + "/status", """{"status":{"message":"m"}}""", "elsewhere", "application/merge-patch+json"));
        Assert.Equal((403, "pods \"p\" is forbidden: node \"elsewhere\" cannot update labels through pod status"),
            await AskAsync("PATCH", pod + "/status", """{"metadata":{"labels":{"a":"b"}}}""", "elsewhere", "application/merge-patch+json"));
        Assert.Equal(200, (await AskAsync("DELETE", pod, node: "elsewhere")).Code);
    }

    [Fact]
    public async Task A_node_makes_mirror_pods_alone()
    {
        const string name = "n-mirror";
        var node = await server.PostAsync("/api/v1/nodes", $$$"""{"metadata":{"name":"{{{name}}}"}}""");
        var ns = await server.NamespaceAsync("mirror");
        string Pod(string metadata, string spec = "") => $$$"""{"metadata":{"name":"m",{{{metadata}}}},"spec":{"nodeName":"{{{name}}}",{{{spec}}}"containers":[{"name":"c","image":"i"}]}}""";
        const string mirror = """
            "annotations":{"kubernetes.io/config.mirror":"x"}
            """;
        var owner = $$$"""{{{mirror}}},"ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"{{{name}}}","uid":"{{{node.At("metadata.uid")}}}","controller":true}]""";
        Task<(int Code, string? Message)> Create(string body) => AskAsync("POST", $"/api/v1/namespaces/{ns}/pods", body, name);
        const string no = "pods \"m\" is forbidden: ";
        Assert.Equal((403, no + $"pod does not have \"kubernetes.io/config.mirror\" annotation, node \"{name}\" can only create mirror pods"), await Create(Pod("\"labels\":{}")));
        Assert.Equal((403, no + $"node \"{name}\" can only create pods with an owner reference set to itself"), await Create(Pod(mirror)));
        Assert.Equal((403, no + $"node \"{name}\" can not create pods that reference a service account"), await Create(Pod(owner, "\"serviceAccountName\":\"default\",")));
        Assert.Equal((403, no + $"node \"{name}\" can not create pods that reference secrets"), await Create(Pod(owner, "\"volumes\":[{\"name\":\"v\",\"secret\":{\"secretName\":\"s\"}}],")));
        Assert.Equal((201, null), await Create(Pod(owner)));
    }

    [Theory]
    [InlineData("{\"rawSelector\":\"spec.nodeName=n-access\"}", true)]
    [InlineData("{\"requirements\":[{\"key\":\"spec.nodeName\",\"operator\":\"In\",\"values\":[\"n-access\"]}]}", true)]
    [InlineData("{\"requirements\":[{\"key\":\"spec.nodeName\",\"operator\":\"NotIn\",\"values\":[\"n-access\"]}]}", false)]
    [InlineData("{\"rawSelector\":\"spec.nodeName!=n-access\"}", false)]
    public async Task A_review_knows_what_a_list_selects(string selector, bool allowed)
    {
        var review = await server.PostAsync("/apis/authorization.k8s.io/v1/subjectaccessreviews",
            "{\"spec\":{\"user\":\"system:node:n-access\",\"groups\":[\"system:nodes\"],\"resourceAttributes\":{\"verb\":\"list\",\"resource\":\"pods\",\"fieldSelector\":" + selector + "}}}");
        Assert.Equal((201, allowed ? "true" : "false"), (review.Code, review.At("status.allowed")));
    }
}
