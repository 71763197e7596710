namespace Fairlead.Server.Tests.FlowControl;

/// <summary>The flow control objects of every cluster (Kubernetes documentation, API Priority and Fairness, Defaults).</summary>
[Collection(nameof(TestServer))]
public sealed class FirstFlowControlTests(TestServer server)
{
    const string Api = "/apis/flowcontrol.apiserver.k8s.io/v1";

    [Theory]
    [InlineData("prioritylevelconfigurations", "catch-all exempt global-default leader-election node-high system workload-high workload-low")]
    [InlineData("flowschemas", "catch-all endpoint-controller exempt global-default kube-controller-manager kube-scheduler kube-system-service-accounts probes "
        + "service-accounts system-leader-election system-node-high system-nodes workload-leader-election")]
    public async Task Every_cluster_has_the_first_ones(string plural, string names)
    {
        var list = await server.SendAsync(HttpMethod.Get, $"{Api}/{plural}");
        Assert.Equal(names, string.Join(' ', list.Json["items"]!.AsArray().Select(i => (string?)i!["metadata"]!["name"]).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task A_schema_leads_to_a_level_that_there_is()
    {
        var levels = (await server.SendAsync(HttpMethod.Get, $"{Api}/prioritylevelconfigurations")).Json["items"]!.AsArray().Select(i => (string?)i!["metadata"]!["name"]).ToHashSet();
        foreach (var schema in (await server.SendAsync(HttpMethod.Get, $"{Api}/flowschemas")).Json["items"]!.AsArray())
            Assert.Contains((string?)schema!["spec"]!["priorityLevelConfiguration"]!["name"], levels);
    }
}
