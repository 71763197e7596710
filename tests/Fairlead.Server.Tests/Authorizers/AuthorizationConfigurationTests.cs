using Fairlead.Server.Authorization;
using Fairlead.Store.Tests;

namespace Fairlead.Server.Tests.Authorizers;

/// <summary>What a file of kind AuthorizationConfiguration says, and what is said of one that makes no sense.</summary>
public sealed class AuthorizationConfigurationTests : IDisposable
{
    const string Good = """{"type":"Webhook","name":"w","webhook":{"timeout":"3s","subjectAccessReviewVersion":"v1","failurePolicy":"Deny","connectionInfo":{"type":"KubeConfigFile","kubeConfigFile":"KUBECONFIG"}}}""";

    readonly TemporaryFolder folder = new();
    readonly string kubeconfig;

    public AuthorizationConfigurationTests() => kubeconfig = AuthorizationFile.Kubeconfig(folder.Path, "w", "https://127.0.0.1:1/review");

    public void Dispose() => folder.Dispose();

    AuthorizationConfiguration Read(string authorizers) => AuthorizationFile.Read(authorizers.Replace("KUBECONFIG", kubeconfig, StringComparison.Ordinal));

    [Fact]
    public void Authorizers_stand_in_their_order_with_upstreams_defaults()
    {
        var read = Read($$"""[{"type":"Node","name":"node"},{{Good}},{{Good.Replace("\"w\"", "\"x.example\"", StringComparison.Ordinal)}},{"type":"RBAC","name":"rbac"}]""");
        Assert.Equal([("Node", "node"), ("Webhook", "w"), ("Webhook", "x.example"), ("RBAC", "rbac")], read.Authorizers.Select(a => (a.Type, a.Name)));
        var webhook = read.Authorizers[1].Webhook!;
        Assert.Equal((TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(3), "v1", Verdict.Deny, true),
            (webhook.AllowedLifetime, webhook.RefusedLifetime, webhook.Timeout, webhook.ReviewVersion, webhook.OnFailure, webhook.Conditions.IsEmpty));
        Assert.Equal(new Uri("https://127.0.0.1:1/review"), webhook.Peer.Server);
    }

    [Fact]
    public void Answers_are_kept_as_long_as_the_file_says_or_not_at_all()
    {
        var read = Read($"[{Good.Replace("\"timeout\"", "\"authorizedTTL\":\"1m30s\",\"cacheUnauthorizedRequests\":false,\"timeout\"", StringComparison.Ordinal)}]").Authorizers[0].Webhook!;
        Assert.Equal((TimeSpan.FromSeconds(90), TimeSpan.Zero), (read.AllowedLifetime, read.RefusedLifetime));
    }

    [Theory]
    [InlineData("[]", "authorizers: Required value: at least one authorization mode must be defined")]
    [InlineData("""[{"name":"a"}]""", "authorizers[0].type: Required value")]
    [InlineData("""[{"type":"ABAC","name":"a"}]""", "authorizers[0].type: Unsupported value: \"ABAC\": supported values: \"AlwaysAllow\", \"AlwaysDeny\", \"Node\", \"RBAC\", \"Webhook\"")]
    [InlineData("""[{"type":"RBAC"}]""", "authorizers[0].name: Required value")]
    [InlineData("""[{"type":"RBAC","name":"A_b"}]""", "authorizers[0].name: Invalid value: \"A_b\": authorizer name is invalid: a lowercase RFC 1123 subdomain")]
    [InlineData("""[{"type":"RBAC","name":"a"},{"type":"RBAC","name":"b"}]""", "authorizers[1].type: Duplicate value: \"RBAC\"")]
    [InlineData("""[{"type":"Node","name":"a"},{"type":"RBAC","name":"a"}]""", "authorizers[1].name: Duplicate value: \"a\"")]
    [InlineData("""[{"type":"Node","name":"a","rules":[]}]""", "authorizers[0].rules: there is no such field; there are type, name, webhook")]
    [InlineData("""[{"type":"RBAC","name":"a","webhook":{}}]""", "authorizers[0].webhook: Invalid value: \"non-null\": may only be specified when type=Webhook")]
    [InlineData("""[{"type":"Webhook","name":"a"}]""", "authorizers[0].webhook: Required value: required when type=Webhook")]
    public void A_list_that_makes_no_sense_is_refused_with_its_place(string authorizers, string words) =>
        Assert.StartsWith(words, Assert.Throws<FormatException>(() => Read(authorizers)).Message);

    [Theory]
    [InlineData("\"3s\"", "\"31s\"", "timeout: Invalid value: \"31s\": must be > 0s and <= 30s")]
    [InlineData("\"3s\"", "\"-1s\"", "timeout: Invalid value: \"-1s\": must be > 0s and <= 30s")]
    [InlineData("\"3s\"", "3", "timeout: Invalid value: 3: a duration such as 30s or 5m is expected")]
    [InlineData("\"timeout\":\"3s\",", "", "timeout: Required value")]
    [InlineData("\"timeout\":\"3s\",", "\"timeout\":\"3s\",\"authorizedTTL\":\"-1s\",", "authorizedTTL: Invalid value: \"-1s\": must be > 0s")]
    [InlineData("\"timeout\":\"3s\",", "\"timeout\":\"3s\",\"cacheAuthorizedRequests\":\"no\",", "cacheAuthorizedRequests: Invalid value: \"no\": must be true or false")]
    [InlineData("\"v1\"", "\"v2\"", "subjectAccessReviewVersion: Unsupported value: \"v2\": supported values: \"v1\", \"v1beta1\"")]
    [InlineData("\"Deny\"", "\"Ignore\"", "failurePolicy: Unsupported value: \"Ignore\": supported values: \"NoOpinion\", \"Deny\"")]
    [InlineData("\"Deny\",", "\"Deny\",\"matchConditions\":[{\"expression\":\"true\"}],", "matchConditionSubjectAccessReviewVersion: Required value: required if match conditions are specified")]
    [InlineData("\"Deny\",", "\"Deny\",\"matchConditionSubjectAccessReviewVersion\":\"v1beta1\",", "matchConditionSubjectAccessReviewVersion: Unsupported value: \"v1beta1\": supported values: \"v1\"")]
    [InlineData("\"KubeConfigFile\"", "\"InClusterConfig\"", "connectionInfo.kubeConfigFile: Invalid value: \"KUBECONFIG\": can only be set when type=KubeConfigFile")]
    [InlineData("\"type\":\"KubeConfigFile\",\"kubeConfigFile\":\"KUBECONFIG\"", "\"type\":\"InClusterConfig\"", "connectionInfo.type: Invalid value: \"InClusterConfig\": cannot be used by kube-apiserver")]
    [InlineData("\"KUBECONFIG\"", "\"here\"", "connectionInfo.kubeConfigFile: Invalid value: \"here\": must be an absolute path")]
    [InlineData("\"KUBECONFIG\"", "\"/none\"", "connectionInfo.kubeConfigFile: Invalid value: \"/none\": error loading file: The kubeconfig /none can't be read")]
    [InlineData("\"KUBECONFIG\"", "\"/\"", "connectionInfo.kubeConfigFile: Invalid value: \"/\": must be a regular file")]
    public void A_webhook_that_makes_no_sense_is_refused_with_its_place(string part, string other, string words) =>
        Assert.StartsWith("authorizers[0].webhook." + words.Replace("KUBECONFIG", kubeconfig, StringComparison.Ordinal), Assert.Throws<FormatException>(() => Read($"[{Good.Replace(part, other, StringComparison.Ordinal)}]")).Message);

    [Theory]
    [InlineData("\"request.user\"", "[0].expression: Invalid value: \"request.user\": must evaluate to bool")]
    [InlineData("\"request.\"", "[0].expression: Invalid value: \"request.\": compilation failed:")]
    [InlineData("\"user == 'x'\"", "[0].expression: Invalid value: \"user == 'x'\": compilation failed:")]
    [InlineData("\"request.userName == 'x'\"", "[0].expression: Invalid value: \"request.userName == 'x'\": compilation failed:")]
    [InlineData("\" \"", "[0].expression: Required value")]
    [InlineData("\"true\"},{\"expression\":\"true\"", "[1].expression: Duplicate value: \"true\"")]
    public void A_condition_that_makes_no_sense_is_refused_with_its_place(string expression, string words)
    {
        var webhook = Good.Replace("\"Deny\",", $$"""  "Deny","matchConditionSubjectAccessReviewVersion":"v1","matchConditions":[{"expression":{{expression}}}],""", StringComparison.Ordinal);
        Assert.StartsWith("authorizers[0].webhook.matchConditions" + words, Assert.Throws<FormatException>(() => Read($"[{webhook}]")).Message);
    }

    [Theory]
    [InlineData("kind: AuthorizationConfiguration\n")]
    [InlineData("apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\n")]
    public void Another_kind_of_file_is_refused(string yaml) => Assert.Equal("kind AuthorizationConfiguration of apiVersion apiserver.config.k8s.io/v1 is expected",
        Assert.Throws<FormatException>(() => AuthorizationConfiguration.Parse(System.Text.Encoding.UTF8.GetBytes(yaml))).Message);
}
