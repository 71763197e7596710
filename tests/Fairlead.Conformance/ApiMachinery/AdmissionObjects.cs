namespace Fairlead.Conformance.ApiMachinery;

/// <summary>The objects that configure admission; what they do when they are there is tested elsewhere.</summary>
public sealed class AdmissionObjects(RunningCluster cluster)
{
    const string Group = "admissionregistration.k8s.io/v1";

    [Fact(DisplayName = "[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] should include webhook resources in discovery documents [Conformance]")]
    public async Task Discovered()
    {
        await cluster.RequireAsync(Group, "mutatingwebhookconfigurations");
        var group = (await cluster.Server.GetAsync("/apis")).Json["groups"]!.AsArray().Single(g => g.Text("name") == "admissionregistration.k8s.io");
        Assert.Contains(group!["versions"]!.AsArray(), v => v.Text("groupVersion") == Group);
        Assert.Contains((await cluster.Server.GetAsync("/apis/admissionregistration.k8s.io")).Json["versions"]!.AsArray(), v => v.Text("groupVersion") == Group);
        var resources = (await cluster.Server.GetAsync($"/apis/{Group}")).Json["resources"]!.AsArray().Select(r => r.Text("name"));
        Assert.Superset(new HashSet<string?> { "mutatingwebhookconfigurations", "validatingwebhookconfigurations" }, resources.ToHashSet());
    }

    [Fact(DisplayName = "[sig-api-machinery] ValidatingAdmissionPolicy [Privileged:ClusterAdmin] should support ValidatingAdmissionPolicy API operations [Conformance]")]
    public Task Policies() => new Operations(cluster, Group, "validatingadmissionpolicies", "ValidatingAdmissionPolicy")
    {
        Namespaced = false,
        Subresources = ["status"],
        Body = _ => """
            {"spec":{"matchConstraints":{"namespaceSelector":{"matchLabels":{"nobody":"here"}},
             "resourceRules":[{"apiGroups":["apps"],"apiVersions":["v1"],"operations":["CREATE"],"resources":["deployments"]}]},
             "validations":[{"expression":"object.spec.replicas <= 100"}]}}
            """,
        Change = o => o["spec"]!["failurePolicy"] = "Ignore",
    }.RunAsync();

    [Fact(DisplayName = "[sig-api-machinery] ValidatingAdmissionPolicy [Privileged:ClusterAdmin] should support ValidatingAdmissionPolicyBinding API operations [Conformance]")]
    public Task Bindings() => new Operations(cluster, Group, "validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding")
    {
        Namespaced = false,
        Body = _ => """{"spec":{"policyName":"nobody.example.com","validationActions":["Deny"],"matchResources":{"namespaceSelector":{"matchLabels":{"nobody":"here"}}}}}""",
    }.RunAsync();
}
