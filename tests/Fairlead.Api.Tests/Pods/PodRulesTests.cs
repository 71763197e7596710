using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Api.Resources.Kinds;
using Fairlead.Api.Resources.Pods;
using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.Tests.Pods;

public class PodRulesTests
{
    const string Label = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    static readonly ResourceRules Rules = PodResource.Definition.Rules;

    public static TheoryData<string, string> Wrong => new()
    {
        { """{"containers":[]}""", "spec.containers: Required value" },
        { """{}""", "spec.containers: Required value" },
        { C("""{"name":"a"}"""), "spec.containers[0].image: Required value" },
        { C("""{"name":"A_b","image":"x"}"""), $"spec.containers[0].name: Invalid value: \"A_b\": {Label}" },
        { C("""{"name":"a","image":"x"},{"name":"a","image":"x"}"""), "spec.containers[1].name: Duplicate value: \"a\"" },
        { C("""{"name":"a","image":"x "}"""), "spec.containers[0].image: Invalid value: \"x \": must not have leading or trailing whitespace" },
        { A("""  "imagePullPolicy":"Sometimes" """), "spec.containers[0].imagePullPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", \"IfNotPresent\", \"Never\"" },
        { A("""  "ports":[{"containerPort":70000}] """), "spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive" },
        { A("""  "ports":[{"containerPort":80,"name":"web_1"}] """), "spec.containers[0].ports[0].name: Invalid value: \"web_1\": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)" },
        { A("""  "ports":[{"containerPort":80,"name":"w"},{"containerPort":81,"name":"w"}] """), "spec.containers[0].ports[1].name: Duplicate value: \"w\"" },
        { A("""  "ports":[{"containerPort":80,"hostPort":8},{"containerPort":81,"hostPort":8}] """), "spec.containers[0].ports[1].hostPort: Duplicate value: \"TCP//8\"" },
        { A("""  "env":[{"name":"a=b"}] """), "spec.containers[0].env[0].name: Invalid value: \"a=b\": a valid environment variable name must consist only of printable ASCII characters other than '='" },
        { A("""  "env":[{"name":"a","valueFrom":{}}] """), "spec.containers[0].env[0].valueFrom: Invalid value: \"\": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`" },
        { A("""  "volumeMounts":[{"name":"v","mountPath":"/v"}] """), "spec.containers[0].volumeMounts[0].name: Not found: \"v\"" },
        { """{"containers":[{"name":"a","image":"x","volumeMounts":[{"name":"v","mountPath":"/v"},{"name":"v","mountPath":"/v"}]}],"volumes":[{"name":"v","emptyDir":{}}]}""", "spec.containers[0].volumeMounts[1].mountPath: Invalid value: \"/v\": must be unique" },
        { A("""  "livenessProbe":{} """), "spec.containers[0].livenessProbe: Required value: must specify a handler type" },
        { A("""  "livenessProbe":{"httpGet":{"port":80},"exec":{"command":["x"]}} """), "spec.containers[0].livenessProbe.httpGet: Forbidden: may not specify more than 1 handler type" },
        { A("""  "startupProbe":{"tcpSocket":{"port":80},"successThreshold":2} """), "spec.containers[0].startupProbe.successThreshold: Invalid value: 2: must be 1" },
        { A("""  "resources":{"requests":{"cpu":"2"},"limits":{"cpu":"1"}} """), "spec.containers[0].resources.requests: Invalid value: \"2\": must be less than or equal to cpu limit of 1" },
        { A("""  "resources":{"requests":{"beans":"1"}} """), "spec.containers[0].resources.requests[beans]: Invalid value: \"beans\": must be a standard resource for containers" },
        { A("""  "restartPolicy":"Always" """), "spec.containers[0].restartPolicy: Forbidden: may not be set for non-init containers" },
        { A("""  "securityContext":{"privileged":true,"allowPrivilegeEscalation":false} """), "spec.containers[0].securityContext: Invalid value: \"{\"privileged\":true,\"allowPrivilegeEscalation\":false}\": cannot set `allowPrivilegeEscalation` to false and `privileged` to true" },
        { S(""" "restartPolicy":"Often" """), "spec.restartPolicy: Unsupported value: \"Often\": supported values: \"Always\", \"Never\", \"OnFailure\"" },
        { S(""" "dnsPolicy":"None" """), "spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None" },
        { S(""" "activeDeadlineSeconds":0 """), "spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive" },
        { S(""" "terminationGracePeriodSeconds":-1 """), "spec.terminationGracePeriodSeconds: Invalid value: -1: must be greater than or equal to 0" },
        { S(""" "volumes":[{"name":"v"}] """), "spec.volumes[0]: Required value: must specify a volume type" },
        { S(""" "volumes":[{"name":"v","emptyDir":{},"hostPath":{"path":"/x"}}] """), "spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type" },
        { S(""" "volumes":[{"name":"v","secret":{}}] """), "spec.volumes[0].secret.secretName: Required value" },
        { S(""" "tolerations":[{"operator":"Equal"}] """), "spec.tolerations[0].operator: Invalid value: \"Equal\": operator must be Exists when `key` is empty, which means \"match all values and all keys\"" },
        { S(""" "initContainers":[{"name":"a","image":"x"}] """), "spec.initContainers[0].name: Duplicate value: \"a\"" },
        { S(""" "initContainers":[{"name":"i","image":"x","readinessProbe":{"exec":{"command":["x"]}}}] """), "spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always" },
        { S(""" "ephemeralContainers":[{"name":"e","image":"x"}] """), "spec.ephemeralContainers: Forbidden: cannot be set on create" },
        { S(""" "affinity":{"podAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{"topologyKey":""}]}} """), "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Required value: can not be empty" },
        { S(""" "topologySpreadConstraints":[{"maxSkew":0,"topologyKey":"zone","whenUnsatisfiable":"DoNotSchedule"}] """), "spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero" },
    };

    [Theory, MemberData(nameof(Wrong))]
    public void SaysWhatIsWrong(string spec, string message) => Assert.Equal([message], Errors(Defaulted(spec)));

    [Theory]
    [InlineData("nginx", "Always")]
    [InlineData("nginx:latest", "Always")]
    [InlineData("nginx:1.27", "IfNotPresent")]
    [InlineData("reg:5000/nginx", "Always")]
    [InlineData("reg:5000/nginx@sha256:00", "IfNotPresent")]
    public void PullPolicyFollowsTheTag(string image, string policy) =>
        Assert.Equal(policy, Defaulted(C($$"""{"name":"a","image":"{{image}}"}""")).Objects("spec.containers")[0].Text("imagePullPolicy"));

    [Fact]
    public void DefaultsDependOnOtherFields()
    {
        var pod = Defaulted("""{"hostNetwork":true,"serviceAccount":"sa","containers":[{"name":"a","image":"x:1","ports":[{"containerPort":80}],"resources":{"limits":{"cpu":"1000m"}}}]}""");
        var container = pod.Objects("spec.containers")[0];
        Assert.Equal("sa", pod.Text("spec.serviceAccountName"));
        Assert.Equal(80, container.Objects("ports")[0].Number("hostPort"));
        Assert.Equal("1", container.Text("resources.requests.cpu"));
        Assert.Empty(Errors(pod));
    }

    [Theory]
    [InlineData("""{}""", "BestEffort")]
    [InlineData("""{"requests":{"cpu":"1"}}""", "Burstable")]
    [InlineData("""{"limits":{"cpu":"1"}}""", "Burstable")]
    [InlineData("""{"limits":{"cpu":"1","memory":"1Gi"}}""", "Guaranteed")]
    [InlineData("""{"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"500m"}}""", "Burstable")]
    public void QosFollowsResources(string resources, string qos) =>
        Assert.Equal(qos, PodQos.Of(JsonNode.Parse(C($$"""{"name":"a","resources":{{resources}}}"""))!.AsObject()));

    [Theory]
    [InlineData(""" "image":"y" """, true)]
    [InlineData(""" "image":"x","command":["z"] """, false)]
    public void OnlyAFewFieldsMayChange(string container, bool allowed)
    {
        var old = Defaulted(C("""{"name":"a","image":"x"}"""));
        var pod = Defaulted(C($$"""{"name":"a",{{container}}}"""));
        pod["spec"]!["containers"]![0]!["imagePullPolicy"] = "Always";
        var errors = new FieldErrors();
        Rules.ValidateUpdate(pod, old, errors);
        Assert.Equal(allowed, !errors.Any);
        if (!allowed)
            Assert.StartsWith("Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)", errors.All[0].Message);
    }

    static string C(string containers) => $$"""{"containers":[{{containers}}]}""";

    static string A(string fields) => C($$"""{"name":"a","image":"x",{{fields}}}""");

    static string S(string fields) => $$"""{"containers":[{"name":"a","image":"x"}],{{fields}}}""";

    static JsonObject Defaulted(string spec)
    {
        var pod = new JsonObject { ["spec"] = JsonNode.Parse(spec) };
        Defaulting.Default(pod, PodResource.Definition.Schema.Value);
        Rules.Default(pod);
        return pod;
    }

    static List<string> Errors(JsonObject pod)
    {
        var errors = new FieldErrors();
        StructuralValidation.Validate(pod, PodResource.Definition.Schema.Value, errors);
        Rules.ValidateCreate(pod, errors);
        return [.. errors.All.Select(e => $"{e.Path}: {e.Message}")];
    }
}
