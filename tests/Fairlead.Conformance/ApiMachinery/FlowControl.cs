namespace Fairlead.Conformance.ApiMachinery;

public sealed class FlowControl(RunningCluster cluster)
{
    [Fact(DisplayName = "[sig-api-machinery] API priority and fairness should support FlowSchema API operations [Conformance]")]
    public Task FlowSchemas() => new Operations(cluster, "flowcontrol.apiserver.k8s.io/v1", "flowschemas", "FlowSchema")
    {
        Namespaced = false,
        Subresources = ["status"],
        Body = _ => """
            {"spec":{"matchingPrecedence":10000,"priorityLevelConfiguration":{"name":"global-default"},"distinguisherMethod":{"type":"ByUser"},
             "rules":[{"subjects":[{"kind":"User","user":{"name":"example-e2e-non-existent-user"}}],"nonResourceRules":[{"verbs":["*"],"nonResourceURLs":["*"]}]}]}}
            """,
        Change = o => o["spec"]!["matchingPrecedence"] = 9999,
    }.RunAsync();

    [Fact(DisplayName = "[sig-api-machinery] API priority and fairness should support PriorityLevelConfiguration API operations [Conformance]")]
    public Task PriorityLevels() => new Operations(cluster, "flowcontrol.apiserver.k8s.io/v1", "prioritylevelconfigurations", "PriorityLevelConfiguration")
    {
        Namespaced = false,
        Subresources = ["status"],
        Body = _ => """{"spec":{"type":"Limited","limited":{"nominalConcurrencyShares":2,"limitResponse":{"type":"Reject"}}}}""",
        Change = o => o["spec"]!["limited"]!["nominalConcurrencyShares"] = 4,
    }.RunAsync();
}
