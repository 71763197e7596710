using System.Text;
using Fairlead.Api.AdmissionRegistration.V1;
using Fairlead.Api.Apps.V1;
using Fairlead.Api.Coordination.V1;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Networking.V1;

namespace Fairlead.Api.Tests.Kinds;

/// <summary>What is read is written again the same: names, order of fields, forms of times and amounts.</summary>
public sealed class RoundTripTests
{
    [Fact]
    public void Services() => Same<Service>("""{"kind":"Service","apiVersion":"v1","metadata":{"name":"a"},"spec":{"ports":[{"port":80,"targetPort":"http"},{"port":81,"targetPort":8081}],"clusterIP":"10.96.0.1","clusterIPs":["10.96.0.1"],"externalIPs":["1.2.3.4"],"ipFamilies":["IPv4"]}}""");

    [Fact]
    public void Nodes() => Same<Core.V1.Node>("""{"kind":"Node","apiVersion":"v1","metadata":{"name":"n"},"spec":{"podCIDR":"10.1.0.0/24","podCIDRs":["10.1.0.0/24"],"providerID":"x://y"},"status":{"capacity":{"memory":"16Gi","pods":"110"},"daemonEndpoints":{"kubeletEndpoint":{"Port":10250}}}}""");

    [Fact]
    public void Leases() => Same<Lease>("""{"kind":"Lease","apiVersion":"coordination.k8s.io/v1","metadata":{"name":"n"},"spec":{"holderIdentity":"n","renewTime":"2030-01-02T03:04:05.678901Z"}}""");

    [Fact]
    public void IPAddresses() => Same<IPAddress>("""{"kind":"IPAddress","apiVersion":"networking.k8s.io/v1","metadata":{"name":"10.0.0.1"},"spec":{"parentRef":{"group":"","resource":"services","namespace":"a","name":"b"}}}""");

    [Fact]
    public void ServiceCIDRs() => Same<ServiceCIDR>("""{"kind":"ServiceCIDR","apiVersion":"networking.k8s.io/v1","metadata":{"name":"kubernetes"},"spec":{"cidrs":["10.96.0.0/16"]},"status":{"conditions":[{"type":"Ready","status":"True","lastTransitionTime":"2030-01-02T03:04:05Z","reason":"","message":"m"}]}}""");

    [Fact]
    public void EndpointSlices() => Same<EndpointSlice>("""{"kind":"EndpointSlice","apiVersion":"discovery.k8s.io/v1","metadata":{"name":"n"},"addressType":"IPv4","endpoints":[{"addresses":["10.0.0.1"],"conditions":{"ready":true}}],"ports":[{"name":"","protocol":"TCP","port":80}]}""");

    [Fact]
    public void Deployments() => Same<Deployment>("""{"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"d"},"spec":{"replicas":0,"selector":{"matchLabels":{"a":"b"}},"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":"25%","maxSurge":1}}}}""");

    [Fact]
    public void MutatingWebhookConfigurations() => Same<MutatingWebhookConfiguration>("""{"kind":"MutatingWebhookConfiguration","apiVersion":"admissionregistration.k8s.io/v1","metadata":{"name":"m"},"webhooks":[{"name":"a.example.com","clientConfig":{"service":{"namespace":"n","name":"s","path":"/p","port":443},"caBundle":"eA=="},"rules":[{"operations":["CREATE"],"apiGroups":[""],"apiVersions":["v1"],"resources":["pods"],"scope":"*"}],"failurePolicy":"Fail","matchPolicy":"Equivalent","namespaceSelector":{},"objectSelector":{},"sideEffects":"None","timeoutSeconds":10,"admissionReviewVersions":["v1"],"reinvocationPolicy":"Never","matchConditions":[{"name":"c","expression":"true"}]}]}""");

    [Fact]
    public void ValidatingWebhookConfigurations() => Same<ValidatingWebhookConfiguration>("""{"kind":"ValidatingWebhookConfiguration","apiVersion":"admissionregistration.k8s.io/v1","metadata":{"name":"v"},"webhooks":[{"name":"a.example.com","clientConfig":{"url":"https://a.example.com"},"sideEffects":"None","admissionReviewVersions":["v1"],"matchConditions":[{"name":"c","expression":"true"}]}]}""");

    [Fact]
    public void ValidatingAdmissionPolicies() => Same<ValidatingAdmissionPolicy>("""{"kind":"ValidatingAdmissionPolicy","apiVersion":"admissionregistration.k8s.io/v1","metadata":{"name":"p"},"spec":{"paramKind":{"apiVersion":"v1","kind":"ConfigMap"},"matchConstraints":{"namespaceSelector":{},"objectSelector":{},"resourceRules":[{"resourceNames":["a"],"operations":["CREATE"],"apiGroups":[""],"apiVersions":["v1"],"resources":["pods"],"scope":"*"}],"matchPolicy":"Equivalent"},"validations":[{"expression":"true","message":"m","reason":"Invalid","messageExpression":"'m'"}],"failurePolicy":"Fail","auditAnnotations":[{"key":"k","valueExpression":"'v'"}],"matchConditions":[{"name":"c","expression":"true"}],"variables":[{"name":"v","expression":"1"}]},"status":{"observedGeneration":1,"typeChecking":{"expressionWarnings":[{"fieldRef":"spec.validations[0].expression","warning":"w"}]}}}""");

    [Fact]
    public void ValidatingAdmissionPolicyBindings() => Same<ValidatingAdmissionPolicyBinding>("""{"kind":"ValidatingAdmissionPolicyBinding","apiVersion":"admissionregistration.k8s.io/v1","metadata":{"name":"b"},"spec":{"policyName":"p","paramRef":{"name":"a","namespace":"n","parameterNotFoundAction":"Deny"},"matchResources":{"objectSelector":{}},"validationActions":["Deny","Audit"]}}""");

    static void Same<T>(string json) where T : KubeObject =>
        Assert.Equal(json, Encoding.UTF8.GetString(ApiJson.Write(ApiJson.Read<T>(Encoding.UTF8.GetBytes(json)))));
}
