using Fairlead.Server.Tests.Admission;

namespace Fairlead.Conformance.ApiMachinery;

/// <summary>Conditions under which webhooks are asked, and policies in CEL.</summary>
public sealed class AdmissionConditions(RunningCluster cluster)
{
    const string Group = "admissionregistration.k8s.io/v1";
    const string Conditions = """{"matchConditions":[{"name":"expression-1","expression":"object.metadata.namespace == 'production'"}]}""";

    Resource Policies => cluster.Resource(Group, "validatingadmissionpolicies");
    Resource Bindings => cluster.Resource(Group, "validatingadmissionpolicybindings");

    [Fact(DisplayName = "[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] should be able to create and update validating webhook configurations with match conditions [Conformance]")]
    public async Task ValidatingWithConditions()
    {
        await using var here = await HookedNamespace.MakeAsync(cluster);
        await WithConditions(here, here.Validating);
    }

    [Fact(DisplayName = "[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] should be able to create and update mutating webhook configurations with match conditions [Conformance]")]
    public async Task MutatingWithConditions()
    {
        await using var here = await HookedNamespace.MakeAsync(cluster);
        await WithConditions(here, here.Mutating);
    }

    static async Task WithConditions(HookedNamespace here, Resource configurations)
    {
        var made = await here.ConfigureAsync(configurations, here.Webhook("one", "CREATE", "/v1/pods", Conditions));
        Assert.Equal("object.metadata.namespace == 'production'", made.Text("webhooks.0.matchConditions.0.expression"));
        var name = made.Text("metadata.name")!;
        await configurations.ChangeAsync(name, c => c["webhooks"]![0]!["matchConditions"] = JsonNode.Parse("""[{"name":"expression-1","expression":"object.metadata.namespace == 'production'"},{"name":"expression-2","expression":"object.metadata.namespace == 'staging'"}]"""));
        Assert.Equal("object.metadata.namespace == 'staging'", (await configurations.GetAsync(name)).Text("webhooks.0.matchConditions.1.expression"));
    }

    [Fact(DisplayName = "[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] should reject validating webhook configurations with invalid match conditions [Conformance]")]
    public async Task InvalidValidating()
    {
        await using var here = await HookedNamespace.MakeAsync(cluster);
        await Rejects(here, here.Validating);
    }

    [Fact(DisplayName = "[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] should reject mutating webhook configurations with invalid match conditions [Conformance]")]
    public async Task InvalidMutating()
    {
        await using var here = await HookedNamespace.MakeAsync(cluster);
        await Rejects(here, here.Mutating);
    }

    static async Task Rejects(HookedNamespace here, Resource configurations)
    {
        var invalid = here.Webhook("one", "CREATE", "/v1/pods", """{"matchConditions":[{"name":"invalid-expression-1","expression":"... [] bad expression"}]}""");
        var refused = await configurations.RefusedAsync(HttpMethod.Post, 422, body: here.Configuration(here.Name + "-bad", invalid));
        Assert.Contains("compilation failed", refused.Message);
    }

    [Fact(DisplayName = "[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] should mutate everything except 'skip-me' configmaps [Conformance]")]
    public async Task MutateAllButOne()
    {
        await using var here = await HookedNamespace.MakeAsync(cluster);
        here.Hooks.Answer("one", _ => TestWebhooks.Patch("""[{"op":"add","path":"/data/mutation-stage-1","value":"yes"}]"""));
        await here.ConfigureAsync(here.Mutating, here.Webhook("one", "CREATE", "/v1/configmaps", """{"matchConditions":[{"name":"skip-me","expression":"object.metadata.name != 'skip-me'"}]}"""));
        var changed = await here.ConfigMaps.CreateAsync("""{"metadata":{"name":"mutate-me"},"data":{"mutation-start":"yes"}}""");
        Assert.Equal("yes", changed.Text("data.mutation-stage-1"));
        var skipped = await here.ConfigMaps.CreateAsync("""{"metadata":{"name":"skip-me"},"data":{"mutation-start":"yes"}}""");
        Assert.Equal("""{"mutation-start":"yes"}""", skipped["data"]!.ToJsonString());
    }

    [Fact(DisplayName = "[sig-api-machinery] ValidatingAdmissionPolicy [Privileged:ClusterAdmin] should validate against a Deployment [Conformance]")]
    public Task AgainstADeployment() => PolicyAsync("""
        "validations":[
          {"expression":"object.spec.replicas > 1","messageExpression":"'wants replicas > 1, got ' + string(object.spec.replicas)"},
          {"expression":"namespaceObject.metadata.name == object.metadata.namespace","message":"Internal error! Other namespace is fetched."}]
        """);

    [Fact(DisplayName = "[sig-api-machinery] ValidatingAdmissionPolicy [Privileged:ClusterAdmin] should allow expressions to refer variables. [Conformance]")]
    public Task WithVariables() => PolicyAsync("""
        "variables":[{"name":"replicas","expression":"object.spec.replicas"},{"name":"oddReplicas","expression":"variables.replicas % 2 == 1"}],
        "validations":[{"expression":"variables.replicas > 1","messageExpression":"'wants replicas > 1, got ' + string(variables.replicas)"},{"expression":"variables.oddReplicas || true"}]
        """);

    /// <summary>A policy about Deployments of a namespace that wants more than one replica.</summary>
    async Task PolicyAsync(string rules)
    {
        var ns = await cluster.NamespaceAsync("policy");
        await cluster.Resource("v1", "namespaces").PatchAsync(ns, $$$$"""{"metadata":{"labels":{"policy":"{{{{ns}}}}"}}}""");
        await Policies.CreateAsync($$$$"""
            {"metadata":{"name":"{{{{ns}}}}"},"spec":{"matchConstraints":{"namespaceSelector":{"matchLabels":{"policy":"{{{{ns}}}}"}},
              "resourceRules":[{"apiGroups":["apps"],"apiVersions":["v1"],"operations":["CREATE"],"resources":["deployments"]}]},{{{{rules}}}}}}
            """);
        await Bindings.CreateAsync($$$$"""{"metadata":{"name":"{{{{ns}}}}"},"spec":{"policyName":"{{{{ns}}}}","validationActions":["Deny"]}}""");
        var deployments = cluster.Resource("apps/v1", "deployments", ns);
        await deployments.CreateAsync(Deployment("replicated", 2));
        var refused = await deployments.RefusedAsync(HttpMethod.Post, 422, body: Deployment("single", 1));
        Assert.Contains("wants replicas > 1, got 1", refused.Message);
        await Bindings.DeleteAsync(ns);
        await Policies.DeleteAsync(ns);
        await deployments.CreateAsync(Deployment("single", 1));
    }

    static string Deployment(string name, int replicas) => $$$$"""
        {"metadata":{"name":"{{{{name}}}}"},"spec":{"replicas":{{{{replicas}}}},"selector":{"matchLabels":{"app":"{{{{name}}}}"}},
         "template":{"metadata":{"labels":{"app":"{{{{name}}}}"}},"spec":{"containers":[{"name":"c","image":"example.com/c"}] } } } }
        """;
}
