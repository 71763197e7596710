namespace Fairlead.Conformance;

public sealed class ArchitectureTests(RunningCluster cluster)
{
    [Fact(DisplayName = "[sig-architecture] Conformance Tests should have at least two untainted nodes [Conformance]")]
    public async Task TwoNodes()
    {
        var nodes = cluster.Resource("v1", "nodes");
        await nodes.UntilAllAsync(all => all.Count(n => n.Condition("Ready").Text("status") == "True" && n.At("spec.taints") is null) >= 2);
    }
}
