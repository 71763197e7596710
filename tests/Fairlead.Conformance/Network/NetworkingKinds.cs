namespace Fairlead.Conformance.Network;

public sealed class NetworkingKinds(RunningCluster cluster)
{
    const string Group = "networking.k8s.io/v1";

    [Fact(DisplayName = "[sig-network] Ingress API should support creating Ingress API operations [Conformance]")]
    public async Task Ingresses()
    {
        await new Operations(cluster, Group, "ingresses", "Ingress")
        {
            Subresources = ["status"],
            Body = _ => """{"spec":{"defaultBackend":{"service":{"name":"default-backend","port":{"number":80}}},"rules":[{"host":"foo.bar.com","http":{"paths":[{"path":"/","pathType":"Prefix","backend":{"service":{"name":"test-backend","port":{"number":8080}}}}]}}]}}""",
            Change = o => o["spec"]!["rules"]![0]!["host"] = "bar.foo.com",
        }.RunAsync();
        var ingresses = cluster.Resource(Group, "ingresses", await cluster.NamespaceAsync("ingresses"));
        await ingresses.CreateAsync("""{"metadata":{"name":"i"},"spec":{"defaultBackend":{"service":{"name":"b","port":{"number":80}}}}}""");
        var patched = await ingresses.PatchAsync("i", """{"metadata":{"annotations":{"patchedstatus":"true"}},"status":{"loadBalancer":{"ingress":[{"ip":"169.1.1.1"}]}}}""", subresource: "status");
        Assert.Equal("169.1.1.1", patched.Text("status.loadBalancer.ingress.0.ip"));
        await ingresses.ChangeAsync("i", i => i["status"]!["loadBalancer"]!["ingress"]![0]!["ip"] = "169.1.1.2", "status");
        Assert.Equal("169.1.1.2", (await ingresses.GetAsync("i", "status")).Text("status.loadBalancer.ingress.0.ip"));
    }

    [Fact(DisplayName = "[sig-network] IngressClass API should support creating IngressClass API operations [Conformance]")]
    public Task IngressClasses() => new Operations(cluster, Group, "ingressclasses", "IngressClass")
    {
        Namespaced = false, Body = _ => """{"spec":{"controller":"example.com/controller"}}""",
    }.RunAsync();

    [Fact(DisplayName = "[sig-network] ServiceCIDR and IPAddress API should support IPAddress API operations [Conformance]")]
    public Task IPAddresses() => new Operations(cluster, Group, "ipaddresses", "IPAddress")
    {
        Namespaced = false,
        Body = _ => """{"spec":{"parentRef":{"group":"mygroup","resource":"myresources","namespace":"foo","name":"bar"}}}""",
        Name = (_, number) => $"198.51.100.{number}",
    }.RunAsync();

    [Fact(DisplayName = "[sig-network] ServiceCIDR and IPAddress API should support ServiceCIDR API operations [Conformance]")]
    public async Task ServiceCidrs()
    {
        var ranges = cluster.Resource(Group, "servicecidrs");
        var first = await ranges.GetAsync("kubernetes");
        var status = await ranges.GetAsync("kubernetes", "status");
        Assert.Equal(("ServiceCIDR", Group, first.Text("metadata.uid")), (status.Text("kind"), status.Text("apiVersion"), status.Text("metadata.uid")));
        Assert.NotEmpty(await ranges.ItemsAsync());
        await using var watch = await ranges.WatchAsync(revision: "0");
        await watch.UntilAsync("ADDED", r => r.Text("metadata.name") == "kubernetes");
    }
}
