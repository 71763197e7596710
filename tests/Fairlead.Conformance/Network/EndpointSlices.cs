namespace Fairlead.Conformance.Network;

public sealed class EndpointSlices(RunningCluster cluster)
{
    const string Group = "discovery.k8s.io/v1";

    sealed record Here(Resource Slices, Resource Endpoints, Resource Services, Resource Pods);

    async Task<Here> HereAsync()
    {
        var ns = await cluster.NamespaceAsync("slices");
        return new(cluster.Resource(Group, "endpointslices", ns), cluster.Resource("v1", "endpoints", ns), cluster.Resource("v1", "services", ns), cluster.Resource("v1", "pods", ns));
    }

    static string Of(string service) => $"kubernetes.io/service-name={service}";

    [Fact(DisplayName = "[sig-network] EndpointSlice should have Endpoints and EndpointSlices pointing to API Server [Conformance]")]
    public async Task ApiServer()
    {
        Assert.NotNull(await cluster.Resource("v1", "services", "default").GetAsync("kubernetes"));
        var endpoints = await cluster.Resource("v1", "endpoints", "default").GetAsync("kubernetes");
        var addresses = endpoints["subsets"]!.AsArray().SelectMany(s => s!["addresses"]!.AsArray()).Select(a => a.Text("ip")).ToList();
        Assert.NotEmpty(addresses);
        var slices = await cluster.Resource(Group, "endpointslices", "default").ItemsAsync(Of("kubernetes"));
        Assert.Equal(addresses.Order(), slices.SelectMany(s => s["endpoints"]!.AsArray()).Select(e => e.Text("addresses.0")).Order());
    }

    [Fact(DisplayName = "[sig-network] EndpointSlice should create and delete Endpoints and EndpointSlices for a Service with a selector specified [Conformance]")]
    public async Task WithSelector()
    {
        var here = await HereAsync();
        var service = await here.Services.CreateAsync("""{"metadata":{"name":"empty"},"spec":{"selector":{"does-not-match":"anything"},"ports":[{"name":"example","port":80}]}}""");
        await here.Endpoints.UntilAsync("empty", _ => true);
        var slice = Assert.Single(await here.Slices.UntilAllAsync(all => all.Count == 1, Of("empty")));
        Assert.Equal((service.Text("metadata.uid"), "endpointslice-controller.k8s.io"),
            (slice.Text("metadata.ownerReferences.0.uid"), slice.At("metadata.labels")!["endpointslice.kubernetes.io/managed-by"]!.ToString()));
        await here.Services.DeleteAsync("empty");
        await here.Endpoints.GoneAsync("empty");
        await here.Slices.UntilAllAsync(all => all.Count == 0, Of("empty"));
    }

    static string Pod(string name, string labels, string ports) => $$"""
        {"metadata":{"name":"{{name}}","labels":{ {{labels}} } },"spec":{"containers":[{"name":"c","image":"i","ports":[{{ports}}]}]} }
        """;

    [Fact(DisplayName = "[sig-network] EndpointSlice should create Endpoints and EndpointSlices for Pods matching a Service [Conformance]")]
    public async Task ForPods()
    {
        var here = await HereAsync();
        await here.Pods.CreateAsync(Pod("pod1", """ "foo":"bar","shared":"yes" """, """{"name":"example-name","containerPort":3000}"""));
        await here.Pods.CreateAsync(Pod("pod2", """ "foo2":"bar2","shared":"yes" """, """{"name":"example-name","containerPort":3001},{"name":"other","containerPort":3002}"""));
        await here.Services.CreateAsync("""{"metadata":{"name":"one"},"spec":{"selector":{"foo":"bar"},"ports":[{"name":"example","port":80,"targetPort":"example-name"}]}}""");
        await here.Services.CreateAsync("""{"metadata":{"name":"two"},"spec":{"selector":{"shared":"yes"},"ports":[{"name":"a","port":80,"targetPort":"example-name"},{"name":"b","port":81,"targetPort":3000}]}}""");
        var address = (await here.Pods.UntilAsync("pod1", p => p.Text("status.podIP") is not null)).Text("status.podIP");
        var slice = Assert.Single(await here.Slices.UntilAllAsync(all => all.Count == 1 && all[0]["endpoints"] is JsonArray { Count: 1 } e && e[0].Text("conditions.ready") == "true", Of("one")));
        Assert.Equal((address, "Pod", "pod1", 3000), (slice.Text("endpoints.0.addresses.0"), slice.Text("endpoints.0.targetRef.kind"), slice.Text("endpoints.0.targetRef.name"), slice.Number("ports.0.port")));
        Assert.Contains((string)slice["endpoints"]![0]!["nodeName"]!, HollowNodes.Names);
        // Port "a" has another number in each Pod: a slice for each.
        var two = await here.Slices.UntilAllAsync(all => all.Sum(s => s["endpoints"]?.AsArray().Count(e => e.Text("conditions.ready") == "true")) == 2, Of("two"));
        Assert.Equal(["3000,3000", "3001,3000"], two.Select(s => string.Join(',', s["ports"]!.AsArray().OrderBy(p => p.Text("name")).Select(p => p.Text("port")))).Order());
        await here.Endpoints.UntilAsync("two", e => e["subsets"] is JsonArray subsets && subsets.Sum(s => s!["addresses"]?.AsArray().Count ?? 0) is 2 or 3);
    }

    [Fact(DisplayName = "[sig-network] EndpointSlice should support creating EndpointSlice API operations [Conformance]")]
    public Task Api() => new Operations(cluster, Group, "endpointslices", "EndpointSlice")
    {
        Body = _ => """{"addressType":"IPv4","endpoints":[{"addresses":["1.2.3.4","5.6.7.8"]},{"addresses":["2.2.3.4","6.6.7.8"]}],"ports":[{"name":"example","port":80,"protocol":"TCP"}]}""",
        Change = o => o["ports"]![0]!["port"] = 81,
    }.RunAsync();

    [Fact(DisplayName = "[sig-network] EndpointSliceMirroring should mirror a custom Endpoints resource through create update and delete [Conformance]")]
    public async Task Mirrored()
    {
        var here = await HereAsync();
        await here.Services.CreateAsync("""{"metadata":{"name":"custom"},"spec":{"ports":[{"name":"example","port":80}]}}""");
        await here.Endpoints.CreateAsync("""{"metadata":{"name":"custom"},"subsets":[{"ports":[{"port":80}],"addresses":[{"ip":"10.1.2.3"}]}]}""");
        var slice = Assert.Single(await here.Slices.UntilAllAsync(all => all.Count == 1, Of("custom")));
        Assert.Equal(("10.1.2.3", 80), (slice.Text("endpoints.0.addresses.0"), slice.Number("ports.0.port")));
        await here.Endpoints.ChangeAsync("custom", e => e["subsets"]![0]!["addresses"]![0]!["ip"] = "10.2.3.4");
        await here.Slices.UntilAllAsync(all => all.Count == 1 && all[0].Text("endpoints.0.addresses.0") == "10.2.3.4", Of("custom"));
        await here.Endpoints.DeleteAsync("custom");
        await here.Slices.UntilAllAsync(all => all.Count == 0, Of("custom"));
    }
}
