using System.Text;
using Fairlead.Cli.Cluster;
using Fairlead.Client;
using Fairlead.Client.Https;
using Fairlead.Json;
using Fairlead.Server.Tests;
using Fairlead.Server.Tests.Authorizers;
using Fairlead.Store.Tests;

namespace Fairlead.Cli.Tests;

/// <summary>The options of `fairlead server` that say who decides, who is let in without credentials, and how many at once.</summary>
public sealed class AuthorizationFlagsTests : IDisposable
{
    const string Node = """{"type":"Node","name":"node"}""", Rbac = """{"type":"RBAC","name":"rbac"}""";

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    ClusterLayout Cluster() => ServerProcess.Prepare("authorization", Path.Combine(folder.Path, "data"));

    Task<ServerProcess> StartAsync(params string[] flags) => ServerProcess.StartReadyAsync(Cluster(), flags);

    string Write(string name, byte[] content)
    {
        var path = Path.Combine(folder.Path, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    [Fact]
    public async Task The_authorizers_of_the_file_decide_and_it_is_read_again_when_it_changes()
    {
        await using var webhook = await JsonServer.StartAsync(async http =>
        {
            var review = (JsonObject)(await JsonNode.ParseAsync(http.Request.Body))!;
            review["status"] = new JsonObject { ["allowed"] = true };
            return review;
        });
        var asked = AuthorizationFile.Webhook("known.example", AuthorizationFile.Kubeconfig(folder.Path, "w", webhook.Url + "/review"));
        var file = Write("authorization.yaml", AuthorizationFile.Of($"[{Node},{Rbac},{asked}]"));
        using var server = await StartAsync("--authorization-config", file);
        Assert.Equal(200, await server.NobodyAsync("/api/v1/nodes"));
        Assert.Contains("apiserver_authorization_decisions_total{decision=\"allowed\",name=\"known.example\",type=\"Webhook\"} ", await server.MetricsAsync());
        Write("authorization.yaml", AuthorizationFile.Of($"[{Node},{Rbac}]"));
        await server.UntilAsync(async () => await server.NobodyAsync("/api/v1/nodes") == 403);
        Write("authorization.yaml", AuthorizationFile.Of("[]"));
        await server.UntilAsync(async () => (await server.MetricsAsync()).Contains("status=\"failure\"} 1\n", StringComparison.Ordinal));
        Assert.Contains("authorizers: Required value: at least one authorization mode must be defined", server.Output);
        Assert.Equal(403, await server.NobodyAsync("/api/v1/nodes"));
    }

    [Fact]
    public async Task Modes_and_a_webhook_are_named_by_flags()
    {
        using var server = await StartAsync("--authorization-mode", "Node,AlwaysAllow", "--enable-priority-and-fairness=false");
        Assert.Equal(200, await server.NobodyAsync("/api/v1/nodes"));
        var metrics = await server.MetricsAsync();
        Assert.Contains("apiserver_authorization_decisions_total{decision=\"allowed\",name=\"alwaysallow\",type=\"AlwaysAllow\"} ", metrics);
        Assert.Contains("apiserver_current_inflight_requests{request_kind=\"readOnly\"} ", metrics);
        Assert.DoesNotContain("apiserver_flowcontrol_", metrics);
    }

    [Fact]
    public async Task Nobody_is_let_in_without_credentials_if_a_flag_or_the_file_says_so()
    {
        var file = Write("authentication.yaml", """{"apiVersion":"apiserver.config.k8s.io/v1beta1","kind":"AuthenticationConfiguration","anonymous":{"enabled":true,"conditions":[{"path":"/livez"}]}}"""u8.ToArray());
        using (var server = await StartAsync("--authentication-config", file)) Assert.Equal((200, 401), (await server.NobodyAsync("/livez"), await server.NobodyAsync("/version")));
        using (var server = await StartAsync("--anonymous-auth=false")) Assert.Equal((401, 401), (await server.NobodyAsync("/livez"), await server.NobodyAsync("/version")));
    }

    [Theory]
    [InlineData("--authorization-config=FILE --authorization-mode=RBAC", "--authorization-config can not be specified when --authorization-mode or --authorization-webhook-* flags are defined.")]
    [InlineData("--authorization-config=FILE --authorization-webhook-cache-authorized-ttl=1m", "--authorization-config can not be specified when --authorization-mode or --authorization-webhook-* flags are defined.")]
    [InlineData("--authorization-config=FILE", "--authorization-config FILE: authorizers[0].type: Unsupported value: \"ABAC\": supported values: \"AlwaysAllow\", \"AlwaysDeny\", \"Node\", \"RBAC\", \"Webhook\".")]
    [InlineData("--authorization-config=/none", "--authorization-config /none can't be read: Could not find file '/none'.")]
    [InlineData("--authorization-mode=Webhook", "--authorization-mode Webhook needs --authorization-webhook-config-file: give both.")]
    [InlineData("--authorization-mode=Roles", "--authorization-mode: \"Roles\" is not a valid mode: there are AlwaysAllow, AlwaysDeny, Node, RBAC, Webhook.")]
    [InlineData("--authorization-mode=RBAC,RBAC", "--authorization-mode: \"RBAC\" is named more than once.")]
    [InlineData("--anonymous-auth=true --authentication-config=ANONYMOUS", "--authentication-config ANONYMOUS: --anonymous-auth flag cannot be set when anonymous field is configured in authentication configuration file.")]
    public async Task What_makes_no_sense_is_said_and_nothing_is_served(string flags, string sentence)
    {
        var file = Write("authorization.yaml", AuthorizationFile.Of("""[{"type":"ABAC","name":"a"}]"""));
        var anonymous = Write("anonymous.yaml", """{"apiVersion":"apiserver.config.k8s.io/v1beta1","kind":"AuthenticationConfiguration","anonymous":{"enabled":true}}"""u8.ToArray());
        string Filled(string text) => text.Replace("FILE", file, StringComparison.Ordinal).Replace("ANONYMOUS", anonymous, StringComparison.Ordinal);
        (await ServerProcess.RefusedAsync(Cluster(), Filled(flags).Split(' '))).FailsWith("fairlead: " + Filled(sentence));
    }
}
