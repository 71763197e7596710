using Fairlead.Api.FlowControl;
using Fairlead.Api.FlowControl.V1;
using Fairlead.Api.Json;
using Fairlead.Json;
using Fairlead.Server.Authentication;
using Fairlead.Server.Authorization;
using Fairlead.Server.FlowControl;

namespace Fairlead.Server.Tests.FlowControl;

/// <summary>Which schema a request belongs to (Kubernetes documentation, API Priority and Fairness).</summary>
public sealed class FlowTableTests
{
    static readonly UserInfo Jane = new("jane", ["dev", "system:authenticated"]);
    static readonly UserInfo Node = new("system:node:n1", ["system:nodes", "system:authenticated"]);

    static FlowTable Table(params (string Name, JsonObject Spec)[] more) => new([.. FirstFlowControl.Schemas.Concat(more).Select(s => ApiJson.Read<FlowSchema>(
            JsonTree.Write(new JsonObject { ["metadata"] = new JsonObject { ["name"] = s.Name }, ["spec"] = s.Spec.DeepClone() }).Span))],
        schema => new(schema, new(schema.Spec!.PriorityLevelConfiguration!.Name, TimeProvider.System), "", new("", "")));

    static AccessRequest Resource(UserInfo user, string verb, string group, string resource, string ns = "default", string sub = "") =>
        new(user, verb) { Group = group, Resource = resource, Namespace = ns, Subresource = sub };

    public static TheoryData<string, AccessRequest> First => new()
    {
        { "exempt", Resource(new("root", ["system:masters"]), "delete", "", "nodes", "") },
        { "probes", new(UserInfo.Anonymous, "get") { Path = "/healthz" } },
        { "catch-all", new(new("nobody", []), "get") { Path = "/metrics" } },
        { "global-default", new(Jane, "get") { Path = "/metrics" } },
        { "global-default", Resource(Jane, "list", "", "pods") },
        { "system-leader-election", Resource(new("system:kube-scheduler", ["system:authenticated"]), "update", "coordination.k8s.io", "leases", "kube-system") },
        { "kube-scheduler", Resource(new("system:kube-scheduler", ["system:authenticated"]), "list", "", "pods", "") },
        { "endpoint-controller", Resource(UserInfo.ServiceAccount("kube-system", "endpoint-controller"), "update", "", "endpoints") },
        { "workload-leader-election", Resource(UserInfo.ServiceAccount("kube-system", "mine"), "get", "coordination.k8s.io", "leases") },
        { "kube-system-service-accounts", Resource(UserInfo.ServiceAccount("kube-system", "mine"), "watch", "coordination.k8s.io", "leases") },
        { "service-accounts", Resource(UserInfo.ServiceAccount("default", "mine"), "get", "coordination.k8s.io", "leases") },
        { "system-node-high", Resource(Node, "patch", "", "nodes", "", "status") },
        { "system-node-high", Resource(Node, "update", "coordination.k8s.io", "leases", "kube-node-lease") },
        { "system-nodes", Resource(Node, "get", "", "pods") },
    };

    [Theory, MemberData(nameof(First))]
    public void The_first_schemas_tell_requests_apart(string schema, AccessRequest request) => Assert.Equal(schema, Table().Find(request).Name);

    public static TheoryData<string, string, AccessRequest, bool> Rules => new()
    {
        { "subresource", """{"verbs":["get"],"apiGroups":[""],"resources":["pods/log"],"namespaces":["*"]}""", Resource(Jane, "get", "", "pods", "default", "log"), true },
        { "object for a subresource rule", """{"verbs":["get"],"apiGroups":[""],"resources":["pods/log"],"namespaces":["*"]}""", Resource(Jane, "get", "", "pods"), false },
        { "subresource for an object rule", """{"verbs":["get"],"apiGroups":[""],"resources":["pods"],"namespaces":["*"]}""", Resource(Jane, "get", "", "pods", "default", "log"), false },
        { "every resource", """{"verbs":["*"],"apiGroups":["apps"],"resources":["*"],"namespaces":["*"]}""", Resource(Jane, "get", "apps", "deployments", "default", "scale"), true },
        { "another group", """{"verbs":["*"],"apiGroups":["apps"],"resources":["*"],"namespaces":["*"]}""", Resource(Jane, "get", "batch", "jobs"), false },
        { "another namespace", """{"verbs":["*"],"apiGroups":["*"],"resources":["*"],"namespaces":["other"]}""", Resource(Jane, "get", "", "pods"), false },
        { "no namespace", """{"verbs":["*"],"apiGroups":["*"],"resources":["*"],"namespaces":["*"]}""", Resource(Jane, "list", "", "pods", ""), false },
        { "cluster scope", """{"verbs":["*"],"apiGroups":["*"],"resources":["*"],"clusterScope":true}""", Resource(Jane, "list", "", "pods", ""), true },
        { "cluster scope alone", """{"verbs":["*"],"apiGroups":["*"],"resources":["*"],"clusterScope":true}""", Resource(Jane, "list", "", "pods"), false },
    };

    [Theory, MemberData(nameof(Rules))]
    public void A_rule_takes_what_it_says(string name, string rule, AccessRequest request, bool takes)
    {
        var spec = JsonNode.Parse($$$"""
            {"priorityLevelConfiguration":{"name":"system"},"matchingPrecedence":50,"rules":[{"subjects":[{"kind":"User","user":{"name":"jane"}}],"resourceRules":[{{{rule}}}]}]}
            """)!.AsObject();
        Assert.Equal(takes ? name : "global-default", Table((name, spec)).Find(request).Name);
    }

    [Theory]
    [InlineData("/debug/*", "/debug/flags", true)]
    [InlineData("/debug/*", "/debug", false)]
    [InlineData("/metrics", "/metrics", true)]
    [InlineData("/metrics", "/metrics/slis", false)]
    public void A_path_rule_takes_what_it_says(string url, string path, bool takes)
    {
        var spec = JsonNode.Parse($$$"""
            {"priorityLevelConfiguration":{"name":"system"},"matchingPrecedence":1,"rules":[{"subjects":[{"kind":"Group","group":{"name":"dev"}}],"nonResourceRules":[{"verbs":["get"],"nonResourceURLs":["{{{url}}}"]}]}]}
            """)!.AsObject();
        Assert.Equal(takes ? "paths" : "global-default", Table(("paths", spec)).Find(new(Jane, "get") { Path = path }).Name);
    }

    [Fact]
    public void The_mandatory_ones_are_there_without_their_objects()
    {
        var table = new FlowTable([], schema => new(schema, new("l", TimeProvider.System), "", new("", "")));
        Assert.Equal(["exempt", "catch-all"], table.Rules.Select(r => r.Name));
        Assert.Equal("Exempt", FlowTable.MandatoryLevel("exempt").Spec!.Type);
    }
}
