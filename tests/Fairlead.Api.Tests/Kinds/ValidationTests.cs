using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Json;

namespace Fairlead.Api.Tests.Kinds;

public sealed class ValidationTests
{
    const string Template = """{"metadata":{"labels":{"app":"x"}},"spec":{"containers":[{"name":"c","image":"i"}]}}""";

    [Theory]
    [InlineData("Service", """{"spec":{}}""", "spec.ports: Required value")]
    [InlineData("FlowSchema", """{"metadata":{"name":"a"},"spec":{"matchingPrecedence":1000,"priorityLevelConfiguration":{"name":"x"},"rules":[{"subjects":[{"kind":"User","user":{"name":"u"}}],"resourceRules":[{"verbs":["get"],"apiGroups":[""],"resources":["pods"],"namespaces":["*"]}]}]}}""", null)]
    [InlineData("FlowSchema", """{"metadata":{"name":"a"},"spec":{"matchingPrecedence":1,"priorityLevelConfiguration":{"name":"x"},"rules":[{"subjects":[{"kind":"User","user":{"name":"u"}}],"resourceRules":[{"verbs":["get"],"apiGroups":[""],"resources":["pods"],"namespaces":["*"]}]}]}}""", "spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1")]
    [InlineData("FlowSchema", """{"metadata":{"name":"a"},"spec":{"matchingPrecedence":10001,"priorityLevelConfiguration":{"name":"x"},"rules":[{"subjects":[{"kind":"User","user":{"name":"u"}}],"resourceRules":[{"verbs":["get"],"apiGroups":[""],"resources":["pods"],"namespaces":["*"]}]}]}}""", "spec.matchingPrecedence: Invalid value: 10001: must not be greater than 10000")]
    [InlineData("FlowSchema", """{"metadata":{"name":"a"},"spec":{"matchingPrecedence":9,"priorityLevelConfiguration":{"name":""},"rules":[{"subjects":[{"kind":"User","user":{"name":"u"}}],"resourceRules":[{"verbs":["get"],"apiGroups":[""],"resources":["pods"],"namespaces":["*"]}]}]}}""", "spec.priorityLevelConfiguration.name: Required value: must reference a priority level")]
    [InlineData("FlowSchema", """{"metadata":{"name":"a"},"spec":{"matchingPrecedence":9,"priorityLevelConfiguration":{"name":"x"},"rules":[{"subjects":[],"resourceRules":[{"verbs":["get"],"apiGroups":[""],"resources":["pods"],"namespaces":["*"]}]}]}}""", "spec.rules[0].subjects: Required value: subjects must contain at least one value")]
    [InlineData("FlowSchema", """{"metadata":{"name":"a"},"spec":{"matchingPrecedence":9,"priorityLevelConfiguration":{"name":"x"},"rules":[{"subjects":[{"kind":"User","group":{"name":"g"},"user":{"name":"u"}}],"resourceRules":[{"verbs":["get"],"apiGroups":[""],"resources":["pods"],"namespaces":["*"]}]}]}}""", "spec.rules[0].subjects[0].group: Forbidden: group is forbidden when subject kind is not 'Group'")]
    [InlineData("FlowSchema", """{"metadata":{"name":"a"},"spec":{"matchingPrecedence":9,"priorityLevelConfiguration":{"name":"x"},"rules":[{"subjects":[{"kind":"User","user":{"name":"u"}}],"resourceRules":[{"verbs":["get"],"apiGroups":[""],"resources":["pods"],"clusterScope":false}]}]}}""", "spec.rules[0].resourceRules[0].namespaces: Required value: resource rules that are not cluster scoped must supply at least one namespace")]
    [InlineData("PriorityLevelConfiguration", """{"metadata":{"name":"a"},"spec":{"type":"Limited","limited":{"limitResponse":{"type":"Reject"}}}}""", null)]
    [InlineData("PriorityLevelConfiguration", """{"metadata":{"name":"a"},"spec":{"type":"Limited","limited":{"limitResponse":{"type":"Queue","queuing":{}}}}}""", null)]
    [InlineData("PriorityLevelConfiguration", """{"metadata":{"name":"a"},"spec":{"type":"Limited"}}""", "spec.limited: Required value: must not be empty when type is Limited")]
    [InlineData("PriorityLevelConfiguration", """{"metadata":{"name":"a"},"spec":{"type":"Exempt","limited":{"limitResponse":{"type":"Reject"}}}}""", "spec.limited: Forbidden: must be nil if the type is not Limited")]
    [InlineData("PriorityLevelConfiguration", """{"metadata":{"name":"a"},"spec":{"type":"Limited","limited":{"lendablePercent":101,"limitResponse":{"type":"Reject"}}}}""", "spec.limited.lendablePercent: Invalid value: 101: must be between 0 and 100, inclusive")]
    [InlineData("PriorityLevelConfiguration", """{"metadata":{"name":"a"},"spec":{"type":"Limited","limited":{"limitResponse":{"type":"Queue","queuing":{"queues":4,"handSize":5}}}}}""", "spec.limited.limitResponse.queuing.handSize: Invalid value: 5: should not be greater than queues (4)")]
    [InlineData("PriorityLevelConfiguration", """{"metadata":{"name":"catch-all"},"spec":{"type":"Limited","limited":{"nominalConcurrencyShares":7,"limitResponse":{"type":"Reject"}}}}""", null)]
    [InlineData("Service", """{"spec":{"clusterIP":"None"}}""", null)]
    [InlineData("Service", """{"spec":{"ports":[{"port":80}]}}""", null)]
    [InlineData("Service", """{"spec":{"clusterIPs":["10.96.0.1"],"ports":[{"port":80}]}}""", "spec.clusterIPs: Invalid value: [\"10.96.0.1\"]: must be empty when `clusterIP` is not specified")]
    [InlineData("Service", """{"spec":{"clusterIP":"10.96.0.1","clusterIPs":["10.96.0.2"],"ports":[{"port":80}]}}""", "spec.clusterIPs: Invalid value: [\"10.96.0.2\"]: first value must match `clusterIP`")]
    [InlineData("Service", """{"spec":{"clusterIP":"10.96.0.1","clusterIPs":["10.96.0.1","10.96.0.2"],"ports":[{"port":80}]}}""", "spec.clusterIPs: Invalid value: [\"10.96.0.1\",\"10.96.0.2\"]: may specify no more than one IP for each IP family")]
    [InlineData("Service", """{"spec":{"clusterIP":"None","clusterIPs":["None","fd00::1"],"ports":[{"port":80}]}}""", "spec.clusterIPs: Invalid value: [\"None\",\"fd00::1\"]: 'None' must be the first and only value")]
    [InlineData("Service", """{"spec":{"clusterIP":"10.96.0.1","ipFamilies":["IPv6"],"ports":[{"port":80}]}}""", "spec.clusterIPs[0]: Invalid value: \"10.96.0.1\": expected an IPv6 value as indicated by `ipFamilies[0]`")]
    [InlineData("Service", """{"spec":{"clusterIP":"10.96.0.300","ports":[{"port":80}]}}""", "spec.clusterIPs[0]: Invalid value: \"10.96.0.300\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]
    [InlineData("Service", """{"spec":{"trafficDistribution":"Near","ports":[{"port":80}]}}""", "spec.trafficDistribution: Unsupported value: \"Near\": supported values: \"PreferClose\", \"PreferSameNode\", \"PreferSameZone\"")]
    [InlineData("IPAddress", """{"metadata":{"name":"10.0.0.1"},"spec":{"parentRef":{"resource":"services","namespace":"a","name":"b"}}}""", null)]
    [InlineData("IPAddress", """{"metadata":{"name":"2001:db8::a:0:0:1"},"spec":{"parentRef":{"resource":"services","name":"b"}}}""", null)]
    [InlineData("IPAddress", """{"metadata":{"name":"2001:db8::0:1"},"spec":{"parentRef":{"resource":"services","name":"b"}}}""", "metadata.name: Invalid value: \"2001:db8::0:1\": must be a canonical format IP address")]
    [InlineData("IPAddress", """{"metadata":{"name":"2001:DB8::1"},"spec":{"parentRef":{"resource":"services","name":"b"}}}""", "metadata.name: Invalid value: \"2001:DB8::1\": must be a canonical format IP address")]
    [InlineData("IPAddress", """{"metadata":{"name":"ten"},"spec":{"parentRef":{"resource":"services","name":"b"}}}""", "metadata.name: Invalid value: \"ten\": ParseAddr(\"ten\"): unable to parse IP")]
    [InlineData("IPAddress", """{"metadata":{"name":"10.0.0.1"}}""", "spec.parentRef: Required value")]
    [InlineData("IPAddress", """{"metadata":{"name":"10.0.0.1"},"spec":{"parentRef":{"resource":"","name":"b"}}}""", "spec.parentRef.resource: Required value")]
    [InlineData("ServiceCIDR", """{"spec":{"cidrs":["10.0.0.0/24","fd00::/112"]}}""", null)]
    [InlineData("ServiceCIDR", """{"spec":{}}""", "spec.cidrs: Required value: at least one CIDR required")]
    [InlineData("ServiceCIDR", """{"spec":{"cidrs":["10.0.0.0/24","10.0.1.0/24"]}}""", "spec.cidrs: Invalid value: [\"10.0.0.0/24\",\"10.0.1.0/24\"]: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64")]
    [InlineData("ServiceCIDR", """{"spec":{"cidrs":["10.0.0.0"]}}""", "spec.cidrs[0]: Invalid value: \"10.0.0.0\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")]
    [InlineData("ServiceCIDR", """{"spec":{"cidrs":["10.0.0.1/24"]}}""", "spec.cidrs[0]: Invalid value: \"10.0.0.1/24\": must be in canonical form (\"10.0.0.0/24\")")]
    [InlineData("ServiceCIDR", """{"spec":{"cidrs":["fd00:0::/112"]}}""", "spec.cidrs[0]: Invalid value: \"fd00:0::/112\": must be in canonical form (\"fd00::/112\")")]
    [InlineData("Service", """{"spec":{"ports":[{"port":70000,"targetPort":80}]}}""", "spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive")]
    [InlineData("Service", """{"spec":{"ports":[{"port":80},{"port":81,"name":"b"}]}}""", "spec.ports[0].name: Required value")]
    [InlineData("Service", """{"spec":{"ports":[{"port":80,"name":"a"},{"port":80,"name":"b"}]}}""", """spec.ports[1]: Duplicate value: "{"protocol":"TCP","port":80}" """)]
    [InlineData("Service", """{"spec":{"ports":[{"port":80,"nodePort":30000}]}}""", "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'")]
    [InlineData("Service", """{"spec":{"type":"ExternalName"}}""", "spec.externalName: Required value")]
    [InlineData("Service", """{"spec":{"ports":[{"port":80}],"sessionAffinity":"ClientIP","sessionAffinityConfig":{"clientIP":{"timeoutSeconds":90000}}}}""",
        "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 90000: must be greater than 0 and less than 86400")]
    [InlineData("ConfigMap", """{"data":{"a b":"x"}}""", "data[a b]: Invalid value: \"a b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')")]
    [InlineData("ConfigMap", """{"data":{"a":"x"},"binaryData":{"a":"eA=="}}""", "data[a]: Invalid value: \"a\": duplicate of key present in binaryData")]
    [InlineData("Secret", """{"type":"kubernetes.io/ssh-auth"}""", "data[ssh-privatekey]: Required value")]
    [InlineData("Secret", """{"type":"kubernetes.io/basic-auth","stringData":{"username":"u"}}""", null)]
    [InlineData("Lease", """{"spec":{"leaseDurationSeconds":0}}""", "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0")]
    [InlineData("EndpointSlice", """{"addressType":"IPv4","endpoints":[{"addresses":[]}]}""", "endpoints[0].addresses: Required value: must contain at least 1 address")]
    [InlineData("EndpointSlice", """{"addressType":"IPv4","endpoints":[{"addresses":["127.0.0.1"]}]}""", "endpoints[0].addresses[0]: Invalid value: \"127.0.0.1\": may not be in the loopback range (127.0.0.0/8, ::1/128)")]
    [InlineData("Role", """{"rules":[{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}]}""", null)]
    [InlineData("Role", """{"rules":[{"verbs":[],"apiGroups":[""],"resources":["pods"]}]}""", "rules[0].verbs: Required value: verbs must contain at least one value")]
    [InlineData("Role", """{"rules":[{"verbs":["get"],"nonResourceURLs":["/a"]}]}""", "rules[0].nonResourceURLs: Invalid value: [\"/a\"]: namespaced rules cannot apply to non-resource URLs")]
    [InlineData("ClusterRole", """{"rules":[{"verbs":["get"],"nonResourceURLs":["/a"]}]}""", null)]
    [InlineData("ClusterRole", """{"rules":[{"verbs":["get"],"resources":["pods"]}]}""", "rules[0].apiGroups: Required value: resource rules must supply at least one api group")]
    [InlineData("ClusterRole", """{"aggregationRule":{}}""", "aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil")]
    [InlineData("RoleBinding", """{"roleRef":{"kind":"Role","name":"r"},"subjects":[{"kind":"User","name":"u"},{"kind":"ServiceAccount","name":"s"}]}""", null)]
    [InlineData("ClusterRoleBinding", """{"roleRef":{"kind":"Role","name":"r"}}""", "roleRef.kind: Unsupported value: \"Role\": supported values: \"ClusterRole\"")]
    [InlineData("ClusterRoleBinding", """{"roleRef":{"kind":"ClusterRole","name":"r"},"subjects":[{"kind":"ServiceAccount","name":"s"}]}""", "subjects[0].namespace: Required value")]
    [InlineData("Event", """{"metadata":{"namespace":"a"},"involvedObject":{"namespace":"b"}}""", "involvedObject.namespace: Invalid value: \"b\": does not match event.namespace")]
    public void NewObjectsAreChecked(string kind, string json, string? expected) =>
        Assert.Equal(expected is null ? [] : [expected.Trim()], Checked.Create(kind, json));

    [Theory]
    [InlineData("""{"matchLabels":{"app":"x"}}""", "{}", null)]
    [InlineData("""{"matchLabels":{"app":"y"}}""", "{}", "spec.template.metadata.labels: Invalid value: {\"app\":\"x\"}: `selector` does not match template `labels`")]
    [InlineData("""{"matchLabels":{"app":"x"}}""", """{"rollingUpdate":{"maxSurge":0,"maxUnavailable":0}}""", "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0")]
    [InlineData("""{"matchLabels":{"app":"x"}}""", """{"type":"Recreate","rollingUpdate":{}}""", "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'")]
    public void DeploymentsAreChecked(string selector, string strategy, string? expected) =>
        Assert.Equal(expected is null ? [] : [expected], Checked.Create("Deployment", $$"""{"spec":{"selector":{{selector}},"strategy":{{strategy}},"template":{{Template}} } }"""));

    [Fact]
    public void DeploymentsGetTheirDefaults()
    {
        var spec = Checked.Defaulted("Deployment", $$"""{"spec":{"selector":{"matchLabels":{"app":"x"} },"template":{{Template}} } }""")["spec"]!;
        Assert.Equal((1L, 10L, 600L), (spec.Number("replicas"), spec.Number("revisionHistoryLimit"), spec.Number("progressDeadlineSeconds")));
        Assert.Equal("""{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":"25%","maxSurge":"25%"}}""", spec["strategy"]!.ToJsonString());
    }

    [Theory]
    [InlineData("Service", """{"spec":{"clusterIP":"10.96.0.1","clusterIPs":["10.96.0.1"],"ports":[{"port":80}]}}""", """{"spec":{"ports":[{"port":81}]}}""", null)]
    [InlineData("Service", """{"spec":{"clusterIP":"10.96.0.1","clusterIPs":["10.96.0.1"],"ports":[{"port":80}]}}""", """{"spec":{"clusterIP":"10.96.0.2","clusterIPs":["10.96.0.2"],"ports":[{"port":80}]}}""",
        "spec.clusterIPs[0]: Invalid value: [\"10.96.0.2\"]: may not change once set")]
    [InlineData("Service", """{"spec":{"type":"NodePort","ports":[{"port":80,"nodePort":30000}]}}""", """{"spec":{"type":"ClusterIP","externalTrafficPolicy":"Cluster","ports":[{"port":80,"nodePort":30000}]}}""", null)]
    [InlineData("Service", """{"spec":{"clusterIP":"10.96.0.1","clusterIPs":["10.96.0.1","fd00::1"],"ipFamilies":["IPv4","IPv6"],"ports":[{"port":80}]}}""",
        """{"spec":{"clusterIP":"10.96.0.1","clusterIPs":["10.96.0.1"],"ipFamilies":["IPv4","IPv6"],"ipFamilyPolicy":"PreferDualStack","ports":[{"port":80}]}}""",
        "spec.ipFamilyPolicy: Invalid value: \"PreferDualStack\": `ipFamilyPolicy` must be set to 'SingleStack' when releasing the secondary clusterIP")]
    [InlineData("Service", """{"spec":{"clusterIP":"10.96.0.1","clusterIPs":["10.96.0.1","fd00::1"],"ipFamilies":["IPv4","IPv6"],"ports":[{"port":80}]}}""",
        """{"spec":{"clusterIP":"10.96.0.1","clusterIPs":["10.96.0.1"],"ipFamilies":["IPv4"],"ipFamilyPolicy":"SingleStack","ports":[{"port":80}]}}""", null)]
    [InlineData("Service", """{"spec":{"clusterIP":"10.96.0.1","clusterIPs":["10.96.0.1"],"ipFamilies":["IPv4"],"ports":[{"port":80}]}}""",
        """{"spec":{"clusterIP":"10.96.0.1","clusterIPs":["10.96.0.1"],"ipFamilies":["IPv6"],"ports":[{"port":80}]}}""",
        "spec.ipFamilies[0]: Invalid value: [\"IPv6\"]: may not change once set", "spec.clusterIPs[0]: Invalid value: \"10.96.0.1\": expected an IPv6 value as indicated by `ipFamilies[0]`")]
    [InlineData("Service", """{"spec":{"clusterIP":"None","clusterIPs":["None"],"ports":[{"port":80}]}}""", """{"spec":{"clusterIP":"10.96.0.1","ports":[{"port":80}]}}""",
        "spec.clusterIPs[0]: Invalid value: [\"10.96.0.1\"]: may not change once set")]
    [InlineData("ServiceCIDR", """{"spec":{"cidrs":["10.0.0.0/24"]}}""", """{"spec":{"cidrs":["10.0.0.0/24","fd00::/112"]}}""", null)]
    [InlineData("ServiceCIDR", """{"spec":{"cidrs":["10.0.0.0/24"]}}""", """{"spec":{"cidrs":["10.0.1.0/24"]}}""", "spec.cidrs[0]: Invalid value: \"10.0.1.0/24\": field is immutable")]
    [InlineData("ServiceCIDR", """{"spec":{"cidrs":["10.0.0.0/24","fd00::/112"]}}""", """{"spec":{"cidrs":["10.0.0.0/24"]}}""", "spec.cidrs: Invalid value: [\"10.0.0.0/24\"]: field is immutable")]
    [InlineData("IPAddress", """{"metadata":{"name":"10.0.0.1"},"spec":{"parentRef":{"resource":"services","name":"a"}}}""", """{"metadata":{"name":"10.0.0.1"},"spec":{"parentRef":{"resource":"services","name":"b"}}}""",
        "spec.parentRef: Invalid value: {\"resource\":\"services\",\"name\":\"b\"}: field is immutable")]
    [InlineData("Secret", """{"type":"Opaque"}""", """{"type":"other"}""", "type: Invalid value: \"other\": field is immutable")]
    [InlineData("ConfigMap", """{"immutable":true,"data":{"a":"1"}}""", """{"immutable":true,"data":{"a":"2"}}""", "data: Forbidden: field is immutable when `immutable` is set")]
    [InlineData("EndpointSlice", """{"addressType":"IPv4","endpoints":[]}""", """{"addressType":"IPv6","endpoints":[]}""", "addressType: Invalid value: \"IPv6\": field is immutable")]
    [InlineData("Node", """{"spec":{"podCIDR":"10.1.0.0/24"}}""", """{"spec":{"podCIDR":"10.2.0.0/24"}}""", "spec.podCIDRs: Forbidden: node updates may not change podCIDR except from \"\" to valid")]
    public void ChangesAreChecked(string kind, string old, string json, params string?[]? expected) =>
        Assert.Equal((expected ?? []).OfType<string>(), Checked.Update(kind, old, json));

    [Theory]
    [InlineData("ConfigMap", """{"metadata":{"name":"A_b","namespace":"x"}}""", @"metadata.name: Invalid value: ""A_b"": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')")]
    [InlineData("Service", """{"metadata":{"name":"1a","namespace":"x"}}""", "metadata.name: Invalid value: \"1a\": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')")]
    [InlineData("Namespace", """{"metadata":{"name":"a.b"}}""", "metadata.name: Invalid value: \"a.b\": must not contain dots")]
    [InlineData("ConfigMap", """{"metadata":{"namespace":"x"}}""", "metadata.name: Required value: name or generateName is required")]
    [InlineData("ConfigMap", """{"metadata":{"name":"a","namespace":"x","generateName":"a-","labels":{"k":"v"},"finalizers":["example.com/f"]}}""", null)]
    [InlineData("ConfigMap", """{"metadata":{"name":"a","namespace":"x","finalizers":["f"]}}""", "metadata.finalizers[0]: Invalid value: \"f\": name is neither a standard finalizer name nor is it fully qualified")]
    public void MetadataIsChecked(string kind, string json, string? expected)
    {
        var errors = new FieldErrors();
        MetadataRules.Validate(Checked.Kind(kind), Checked.Parse(json), errors);
        Assert.Equal(expected is null ? [] : [expected], Checked.Shown(errors));
    }

    [Fact]
    public void StringDataIsFoldedIntoData()
    {
        var secret = Checked.Defaulted("Secret", """{"data":{"a":"eA=="},"stringData":{"a":"y","b":"z"}}""");
        Assert.Equal("""{"data":{"a":"eQ==","b":"eg=="},"type":"Opaque"}""", secret.ToJsonString());
    }

    [Fact]
    public void NamespacesBearTheirNameAndAFinalizer()
    {
        var ns = new JsonObject { ["metadata"] = new JsonObject { ["name"] = "a" } };
        Checked.Kind("Namespace").Rules.PrepareForCreate(ns);
        Assert.Equal("""{"metadata":{"name":"a","labels":{"kubernetes.io/metadata.name":"a"}},"status":{"phase":"Active"},"spec":{"finalizers":["kubernetes"]}}""", ns.ToJsonString());
    }
}
