namespace Fairlead.Server.Tests.Aggregation;

/// <summary>Whether another server can be reached, and what happens to requests if not. Each test has a version of its own.</summary>
public sealed class AvailabilityTests(AggregatedServers servers) : IClassFixture<AggregatedServers>
{
    readonly TestServer server = servers.Server;

    static string Path(string version) => $"/apis/{SecondServer.Group}/{version}/flunders";

    [Fact]
    public async Task Each_thing_that_is_missing_has_its_reason()
    {
        const string version = "v2", name = $"{version}.{SecondServer.Group}", service = "late", ns = SecondServer.Namespace;
        await servers.RegisterAsync(version: version, service: service);
        await servers.AvailableAsync($"False (ServiceNotFound) service/{service} in \"{ns}\" is not present", name);
        var refused = await server.GetAsync(Path(version));
        Assert.Equal((503, "service unavailable\n"), (refused.Code, refused.Text));
        await server.PostAsync($"/api/v1/namespaces/{ns}/services", $$$"""{"metadata":{"name":"{{{service}}}"},"spec":{"ports":[{"name":"https","port":8443}]}}""");
        await servers.AvailableAsync($"False (ServicePortError) service/{service} in \"{ns}\" is not listening on port 443", name);
        await server.PatchAsync($"/api/v1/namespaces/{ns}/services/{service}", "application/merge-patch+json", """{"spec":{"ports":[{"name":"https","port":443}]}}""");
        await servers.AvailableAsync($"False (EndpointsNotFound) cannot find endpointslices for service/{service} in \"{ns}\"", name);
        await servers.MakeSliceAsync(service, ready: false);
        await servers.AvailableAsync($"False (MissingEndpoints) endpointslices for service/{service} in \"{ns}\" have no addresses with port name \"https\"", name);
        await server.DeleteAsync($"/apis/discovery.k8s.io/v1/namespaces/{ns}/endpointslices/{service}-x");
        await servers.MakeSliceAsync(service);
        // The second server has no such version.
        await servers.AvailableAsync($"False (FailedDiscoveryCheck) failing or missing response from https://{service}.{ns}.svc:443/apis/{SecondServer.Group}/v2: bad status from https://{service}.{ns}.svc:443/apis/{SecondServer.Group}/v2: 404", name);
        var stale = (await server.GetAsync("/apis", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")).Json["items"]!.AsArray()
            .Single(g => (string?)g!["metadata"]!["name"] == SecondServer.Group)!["versions"]!.AsArray().Single(v => (string?)v!["version"] == version)!;
        Assert.Equal(("Stale", 0), ((string?)stale["freshness"], stale["resources"]!.AsArray().Count));
        // By its name in tables, as kubectl prints.
        var table = await server.GetAsync($"{AggregatedServers.ApiServices}/{name}", "application/json;as=Table;v=v1;g=meta.k8s.io");
        Assert.Equal("False (FailedDiscoveryCheck)", (string?)table.Json["rows"]![0]!["cells"]![2]);
        Assert.Equal(200, (await server.DeleteAsync($"{AggregatedServers.ApiServices}/{name}")).Code);
        Assert.Equal(404, (await server.GetAsync(Path(version))).Code);
        Assert.DoesNotContain("v2", (await server.GetAsync($"/apis/{SecondServer.Group}")).Json["versions"]!.AsArray().Select(v => (string)v!["version"]!));
    }

    [Fact]
    public async Task A_server_that_fails_is_noticed_and_so_is_its_recovery()
    {
        servers.Second.Healthy = false;
        // Looked at every 30 s; a change of its Service is looked at now.
        await server.PatchAsync($"/api/v1/namespaces/{SecondServer.Namespace}/services/{SecondServer.Service}", "application/merge-patch+json", """{"metadata":{"annotations":{"touched":"1"}}}""");
        await servers.AvailableAsync("False (FailedDiscoveryCheck)");
        Assert.Equal(503, (await server.GetAsync(Path(SecondServer.Version))).Code);
        var metrics = (await server.GetAsync("/metrics")).Text;
        Assert.Contains($"aggregator_unavailable_apiservice{{name=\"{AggregatedServers.Name}\"}} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains($"aggregator_unavailable_apiservice_total{{name=\"{AggregatedServers.Name}\",reason=\"FailedDiscoveryCheck\"}} 1\n", metrics, StringComparison.Ordinal);
        servers.Second.Healthy = true;
        await servers.AvailableAsync("True (Passed) all checks passed");
        Assert.Contains($"aggregator_unavailable_apiservice{{name=\"{AggregatedServers.Name}\"}} 0\n", (await server.GetAsync("/metrics")).Text, StringComparison.Ordinal);
        Assert.Equal(200, (await server.GetAsync(Path(SecondServer.Version))).Code);
    }

    [Fact]
    public async Task A_certificate_that_the_bundle_does_not_vouch_for_is_not_trusted()
    {
        await server.DeleteAsync($"{AggregatedServers.ApiServices}/{AggregatedServers.Name}");
        var other = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(TestCertificates.Authority.ExportCertificatePem()));
        await servers.RegisterAsync(trust: $"\"caBundle\":\"{other}\"");
        await servers.AvailableAsync("True (Passed)"); // as upstream, the look takes any certificate
        var refused = await server.GetAsync(Path(SecondServer.Version));
        Assert.Equal(503, refused.Code);
        Assert.StartsWith("error trying to reach service: ", refused.Text);
        await server.DeleteAsync($"{AggregatedServers.ApiServices}/{AggregatedServers.Name}");
        await servers.RegisterAsync(trust: "\"insecureSkipTLSVerify\":true");
        await servers.AvailableAsync("True (Passed)");
        Assert.Equal(200, (await server.GetAsync(Path(SecondServer.Version))).Code);
        await server.DeleteAsync($"{AggregatedServers.ApiServices}/{AggregatedServers.Name}");
        await servers.RegisterAsync();
        await servers.AvailableAsync("True (Passed)");
    }

    [Theory]
    [InlineData("v3.wrong", "\"group\":\"g.example.com\",\"version\":\"v3\",\"groupPriorityMinimum\":1,\"versionPriority\":1", "metadata.name: Invalid value: \"v3.wrong\": must be `spec.version+\".\"+spec.group`: \"v3.g.example.com\"")]
    [InlineData("v3.g.example.com", "\"group\":\"g.example.com\",\"version\":\"v3\",\"groupPriorityMinimum\":20001,\"versionPriority\":1", "spec.groupPriorityMinimum: Invalid value: 20001: must be positive and less than 20000")]
    [InlineData("v3.g.example.com", "\"group\":\"g.example.com\",\"version\":\"v3\",\"groupPriorityMinimum\":1,\"versionPriority\":0", "spec.versionPriority: Invalid value: 0: must be positive and less than 1000")]
    [InlineData("v3.g.example.com", "\"group\":\"g.example.com\",\"version\":\"v3\",\"groupPriorityMinimum\":1,\"versionPriority\":1,\"insecureSkipTLSVerify\":true", "spec.insecureSkipTLSVerify: Invalid value: true: local APIServices may not have insecureSkipTLSVerify")]
    [InlineData("v3.g.example.com", "\"group\":\"g.example.com\",\"version\":\"v3\",\"groupPriorityMinimum\":1,\"versionPriority\":1,\"service\":{}", "[spec.service.namespace: Required value, spec.service.name: Required value]")]
    [InlineData("v3.g.example.com", "\"group\":\"g.example.com\",\"version\":\"v3\",\"groupPriorityMinimum\":1,\"versionPriority\":1,\"service\":{\"namespace\":\"a\",\"name\":\"b\"},\"caBundle\":\"eA==\"", "spec.caBundle: Invalid value: \"1 bytes\": must hold certificates in PEM, in base64")]
    [InlineData("v2.", "\"version\":\"v2\",\"groupPriorityMinimum\":1,\"versionPriority\":1", "spec.group: Required value: only v1 may have an empty group and it better be legacy kube")]
    public async Task What_is_wrong_is_refused_in_upstreams_words(string name, string spec, string message)
    {
        var answer = await server.PostAsync(AggregatedServers.ApiServices, $$$"""{"metadata":{"name":"{{{name}}}"},"spec":{ {{{spec}}} } }""");
        Assert.True(answer.Code == 422, answer.Text);
        Assert.Equal($"APIService.apiregistration.k8s.io \"{name}\" is invalid: {message}", answer.Message);
    }

    [Fact]
    public async Task A_reference_without_port_means_443()
    {
        Assert.Equal("443", (await server.GetAsync($"{AggregatedServers.ApiServices}/{AggregatedServers.Name}")).At("spec.service.port"));
    }
}
