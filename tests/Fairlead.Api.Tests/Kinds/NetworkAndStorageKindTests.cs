using Fairlead.Api.Resources;

namespace Fairlead.Api.Tests.Kinds;

/// <summary>The kinds of networking, policy, scheduling, node and storage.</summary>
public sealed class NetworkAndStorageKindTests
{
    static readonly DateTimeOffset Now = new(2030, 1, 2, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Ingress", """{"spec":{"rules":[{"host":"*.a.example","http":{"paths":[{"path":"/x","pathType":"Prefix","backend":{"service":{"name":"s","port":{"number":80}}}}]}}]}}""", null)]
    [InlineData("Ingress", """{"spec":{}}""", "spec: Invalid value: null: either `defaultBackend` or `rules` must be specified")]
    [InlineData("Ingress", """{"spec":{"rules":[{"host":"10.0.0.1"}]}}""", "spec.rules[0].host: Invalid value: \"10.0.0.1\": must be a DNS name, not an IP address")]
    [InlineData("Ingress", """{"spec":{"rules":[{"http":{"paths":[{"path":"x","pathType":"Exact","backend":{"service":{"name":"s","port":{"name":"http"}}}}]}}]}}""", "spec.rules[0].http.paths[0].path: Invalid value: \"x\": must be an absolute path")]
    [InlineData("Ingress", """{"spec":{"defaultBackend":{"service":{"name":"s"}}}}""", "spec.defaultBackend.service: Required value: port name or number is required")]
    [InlineData("IngressClass", """{"spec":{"controller":"plain"}}""", "spec.controller: Invalid value: \"plain\": must be a domain-prefixed path (such as \"acme.io/foo\")")]
    [InlineData("IngressClass", """{"spec":{"controller":"a.example/c","parameters":{"kind":"K","name":"n","namespace":"x"}}}""", "spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'")]
    [InlineData("NetworkPolicy", """{"spec":{"podSelector":{},"ingress":[{"from":[{"ipBlock":{"cidr":"10.0.0.0/8","except":["10.1.0.0/16"]}}],"ports":[{"port":80,"endPort":90}]}]}}""", null)]
    [InlineData("NetworkPolicy", """{"spec":{"podSelector":{},"ingress":[{"from":[{}]}]}}""", "spec.ingress[0].from[0]: Required value: must specify a peer")]
    [InlineData("NetworkPolicy", """{"spec":{"podSelector":{},"egress":[{"to":[{"ipBlock":{"cidr":"10.0.0.0/8","except":["11.0.0.0/16"]}}]}]}}""", "spec.egress[0].to[0].ipBlock.except[0]: Invalid value: \"11.0.0.0/16\": must be a strict subset of `cidr`")]
    [InlineData("NetworkPolicy", """{"spec":{"podSelector":{},"ingress":[{"ports":[{"port":"http","endPort":90}]}]}}""", "spec.ingress[0].ports[0].endPort: Invalid value: 90: may not be specified when `port` is non-numeric")]
    [InlineData("PodDisruptionBudget", """{"spec":{"minAvailable":"120%"}}""", "spec.minAvailable: Invalid value: \"120%\": must not be greater than 100%")]
    [InlineData("PodDisruptionBudget", """{"spec":{"minAvailable":1,"maxUnavailable":1}}""", "spec: Invalid value: {\"minAvailable\":1,\"maxUnavailable\":1}: minAvailable and maxUnavailable cannot be both set")]
    [InlineData("PriorityClass", """{"metadata":{"name":"a"},"value":1000000001}""", "value: Forbidden: maximum allowed value of a user defined priority is 1000000000")]
    [InlineData("PriorityClass", """{"metadata":{"name":"system-node-critical"},"value":2000001000}""", null)]
    [InlineData("PriorityClass", """{"metadata":{"name":"system-x"},"value":1}""", "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-x is not a known system priority class")]
    [InlineData("RuntimeClass", """{"handler":"a.b"}""", "handler: Invalid value: \"a.b\": must not contain dots")]
    [InlineData("StorageClass", """{"provisioner":"a.example/p","reclaimPolicy":"Recycle"}""", "reclaimPolicy: Unsupported value: \"Recycle\": supported values: \"Delete\", \"Retain\"")]
    [InlineData("VolumeAttachment", """{"spec":{"attacher":"d","source":{},"nodeName":"n"}}""", "spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName")]
    [InlineData("CSIDriver", """{"spec":{"tokenRequests":[{"audience":"a"},{"audience":"a"}]}}""", "spec.tokenRequests[1].audience: Duplicate value: \"a\"")]
    [InlineData("CSINode", """{"spec":{"drivers":[{"name":"d","nodeID":""}]}}""", "spec.drivers[0].nodeID: Required value")]
    [InlineData("CSIStorageCapacity", """{"storageClassName":"s"}""", null)]
    public void NewObjectsAreChecked(string kind, string json, string? expected) =>
        Assert.Equal(expected is null ? [] : [expected], Checked.Create(kind, json));

    [Theory]
    [InlineData("PriorityClass", """{"value":1}""", """{"value":2}""", "value: Forbidden: may not be changed in an update.")]
    [InlineData("StorageClass", """{"provisioner":"p"}""", """{"provisioner":"q"}""", "provisioner: Forbidden: updates to provisioner are forbidden.")]
    [InlineData("StorageClass", """{"provisioner":"p"}""", """{"provisioner":"p","allowVolumeExpansion":true}""", null)]
    [InlineData("RuntimeClass", """{"handler":"a"}""", """{"handler":"b"}""", "handler: Invalid value: \"b\": field is immutable")]
    [InlineData("IngressClass", """{"spec":{"controller":"a.example/c"}}""", """{"spec":{"controller":"b.example/c"}}""", "spec.controller: Invalid value: \"b.example/c\": field is immutable")]
    [InlineData("CSIDriver", """{"spec":{}}""", """{"spec":{"attachRequired":false}}""", "spec.attachRequired: Invalid value: false: field is immutable")]
    public void ChangesAreChecked(string kind, string old, string json, string? expected) =>
        Assert.Equal(expected is null ? [] : [expected], Checked.Update(kind, old, json));

    [Theory]
    [InlineData("""{"spec":{"podSelector":{}}}""", """["Ingress"]""")]
    [InlineData("""{"spec":{"podSelector":{},"egress":[{}]}}""", """["Ingress","Egress"]""")]
    public void APolicysDirectionsFollowFromItsRules(string json, string expected) =>
        Assert.Equal(expected, Checked.Defaulted("NetworkPolicy", json)["spec"]!["policyTypes"]!.ToJsonString());

    [Theory]
    [InlineData("Ingress", """{"spec":{"ingressClassName":"n","tls":[{}],"rules":[{"host":"a"},{"host":"b"},{"host":"c"},{"host":"d"}]},"status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.1"}]}}}""", "n|a,b,c + 1 more...|192.0.2.1|80, 443|<unknown>")]
    [InlineData("Ingress", """{"spec":{"defaultBackend":{}}}""", "<none>|*||80|<unknown>")]
    [InlineData("IngressClass", """{"spec":{"controller":"a.example/c","parameters":{"apiGroup":"g","kind":"K","name":"n"}}}""", "a.example/c|K.g/n|<unknown>")]
    [InlineData("NetworkPolicy", """{"spec":{"podSelector":{"matchLabels":{"a":"b"}}}}""", "a=b|<unknown>")]
    [InlineData("PodDisruptionBudget", """{"spec":{"minAvailable":"50%"},"status":{"disruptionsAllowed":1}}""", "50%|N/A|1|<unknown>")]
    [InlineData("PriorityClass", """{"value":7,"globalDefault":true,"preemptionPolicy":"Never"}""", "7|true|<unknown>|Never")]
    [InlineData("StorageClass", """{"metadata":{"name":"s","annotations":{"storageclass.kubernetes.io/is-default-class":"true"}},"provisioner":"p"}""", "s (default)|p|Delete|Immediate|false|<unknown>")]
    [InlineData("VolumeAttachment", """{"spec":{"attacher":"d","source":{"persistentVolumeName":"v"},"nodeName":"n"},"status":{"attached":true}}""", "d|v|n|true|<unknown>")]
    [InlineData("CSIDriver", """{"spec":{"volumeLifecycleModes":["Persistent"]}}""", "true|false|false|<unset>|false|Persistent|<unknown>")]
    [InlineData("CSINode", """{"spec":{"drivers":[{}]}}""", "1|<unknown>")]
    [InlineData("CSIStorageCapacity", """{"storageClassName":"s"}""", "s|<unset>")]
    public void RowsShowWhatKubectlShows(string kind, string json, string expected)
    {
        var obj = Checked.Parse(json);
        Assert.Equal(expected, string.Join('|', Checked.Kind(kind).Columns.Select(c => c.Cell(obj, Now)?.ToString())));
    }
}
