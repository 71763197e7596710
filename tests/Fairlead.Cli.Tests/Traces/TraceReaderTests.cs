using Fairlead.Api.Core.V1;
using Fairlead.Cli.Traces;
using Fairlead.Network.Traces;

namespace Fairlead.Cli.Tests.Traces;

/// <summary>What trace reads from a real server is enough for its answer, and for the hints.</summary>
public class TraceReaderTests(FaultyCluster cluster) : IClassFixture<FaultyCluster>
{
    [Theory]
    [InlineData("client", "web:80", "10.244.2.11:8080 default/web-1")]
    [InlineData("client", "default/web", "10.244.2.11:8080 default/web-1")]
    [InlineData("client", "alias:80", "10.244.2.11:8080 default/web-1")]
    [InlineData("client", "10.244.2.11:8080", "10.244.2.11:8080 default/web-1")]
    [InlineData("10.244.1.5", "10.244.2.11:8080", "10.244.2.11:8080 default/web-1")]
    [InlineData("client", "handmade:80", "10.244.2.12:8080 other/behind")]
    [InlineData("client", "192.0.2.2:9100", "192.0.2.2:9100 default/agent")]
    [InlineData("node/n2", "web", "10.244.2.11:8080 default/web-1")]
    [InlineData("203.0.113.1", "web", "10.244.2.11:8080 default/web-1")]
    public async Task Endpoints(string from, string to, string endpoint)
    {
        var result = await cluster.TraceAsync(from, to);

        Assert.Null(result.Cause);
        Assert.Equal(endpoint, string.Join(", ", result.Endpoints.Select(e => $"{e.Text} {e.Pod}")));
    }

    [Fact]
    public async Task AddressesAndNodePortsFindTheirService()
    {
        var web = await cluster.Client.GetAsync<Service>("default", "web", default);
        foreach (var to in (string[])[$"{web.Spec!.ClusterIP}:80", $"192.0.2.1:{web.Spec.Ports![0].NodePort}"])
        {
            Assert.Equal("10.244.2.11:8080", Assert.Single((await cluster.TraceAsync("client", to)).Endpoints).Text);
        }
    }

    [Theory]
    [InlineData("client", "misspelt:80", "SelectorMatchesNothing", "Nearest is Pod web-1: it has app=web instead of app=wbe.")]
    [InlineData("client", "abroad:80", "SelectorMatchesOtherNamespace", "1 Pod in namespace other has, such as behind.")]
    [InlineData("client", "resting:80", "WorkloadScaledToZero", "ReplicationController default/resting, which is scaled to zero.")]
    [InlineData("client", "idle:80", "WorkloadScaledToZero", "Deployment default/idle, which is scaled to zero.")]
    [InlineData("client", "stray:80", "SliceNamesNoService", "EndpointSlice default/stray-1 lacks the label")]
    [InlineData("client", "sick:80", "ReadinessProbeFailing", "(GET http://:8080/ready): Readiness probe failed: HTTP probe failed with statuscode: 503.")]
    [InlineData("client", "wbe:80", "ServiceMissing", "there is one called web")]
    [InlineData("client", "web.othr:80", "NamespaceMissing", "there is one called other")]
    [InlineData("client", "192.0.2.1:9100", "HostPortOnOtherNode", "Pod default/agent has it on n2.")]
    [InlineData("client", "192.0.2.1:80", "ServicePortAtNode", "80 is the port of Service default/web at its own address")]
    [InlineData("client", "10.244.2.99:80", "AddressNobodyHas", "10.244.2.99 is a Pod's address, but no Pod has it.")]
    [InlineData("client", "10.96.255.254:80", "AddressNobodyHas", "No Service, Pod or node has 10.96.255.254.")]
    public async Task Causes(string from, string to, string reason, string says)
    {
        var result = await cluster.TraceAsync(from, to);

        Assert.Equal(reason, result.Cause?.Cause.Reason);
        Assert.Contains(says, result.Cause!.Text);
    }

    [Fact]
    public async Task AMisspeltPodIsGuessed() =>
        Assert.Equal("There is no Pod cleint in namespace default. Did you mean client?", (await Assert.ThrowsAsync<TraceQuestionException>(() => cluster.TraceAsync("cleint", "web"))).Message);

    [Fact]
    public async Task TheNamesOfAllServicesAreReadWithoutDecodingThem()
    {
        var list = await cluster.Client.RawAsync(Client.ApiRequest.Get("/api/v1/services"), default);
        var catalog = new ServiceCatalog(Client.RawList.Items(list.Body));
        var all = await cluster.Client.ListAsync<Service>(null, Client.ListOptions.All, default);

        Assert.Equal(all.Items.Select(Network.Services.ClusterSnapshot.KeyOf), catalog.Names());
        Assert.Equal("web", Assert.Single(catalog.Named("web")).Metadata.Name);
        Assert.Equal("web", Assert.Single(catalog.WithPort(80)).Metadata.Name);
        Assert.Empty(catalog.Named("we"));
    }
}
