namespace Fairlead.Conformance.Scheduling;

public sealed class Predicates(RunningCluster cluster)
{
    Resource Nodes => cluster.Resource("v1", "nodes");

    async Task<Resource> PodsAsync() => cluster.Resource("v1", "pods", await cluster.NamespaceAsync("predicates"));

    static string Pod(string name, string more = "", string container = "") => $$"""
        {"metadata":{"name":"{{name}}"},"spec":{ {{more}}"containers":[{"name":"c","image":"i"{{container}} }]} }
        """;

    static bool IsBound(JsonObject pod) => pod.Text("spec.nodeName") is not null;
    static bool IsUnschedulable(JsonObject pod) => pod.Condition("PodScheduled").Text("reason") == "Unschedulable";

    /// <summary>A node of the test's own that takes its Pods alone: with a label and a taint that only they bear.</summary>
    async Task<(string Name, string Only)> OwnNodeAsync(string room)
    {
        var name = $"own-{Guid.NewGuid():N}"[..16];
        await Nodes.CreateAsync($$"""{"metadata":{"name":"{{name}}","labels":{"own":"{{name}}"} },"spec":{"taints":[{"key":"own","value":"{{name}}","effect":"NoSchedule"}]} }""");
        await Nodes.PatchAsync(name, $$"""{"status":{"capacity":{{room}},"allocatable":{{room}},"conditions":[{"type":"Ready","status":"True","reason":"KubeletReady"}]} }""", subresource: "status");
        return (name, $$""" "nodeSelector":{"own":"{{name}}"},"tolerations":[{"key":"own","operator":"Exists"}],""");
    }

    [Fact(DisplayName = "[sig-scheduling] SchedulerPredicates [Serial] validates resource limits of pods that are allowed to run [Conformance]")]
    public async Task Resources()
    {
        var (node, only) = await OwnNodeAsync("""{"cpu":"1","memory":"1Gi","pods":"10"}""");
        var pods = await PodsAsync();
        static string Cpu(string amount) => $$""","resources":{"requests":{"cpu":"{{amount}}"} }""";
        await pods.CreateAsync(Pod("fills", only, Cpu("700m")));
        await pods.UntilAsync("fills", IsBound);
        await pods.CreateAsync(Pod("too-much", only, Cpu("500m")));
        await pods.UntilAsync("too-much", IsUnschedulable);
        await pods.CreateAsync(Pod("fits", only, Cpu("300m")));
        await pods.UntilAsync("fits", IsBound);
        await Nodes.DeleteAsync(node);
    }

    [Fact(DisplayName = "[sig-scheduling] SchedulerPredicates [Serial] validates that NodeSelector is respected if matching [Conformance]")]
    public async Task SelectorMatches()
    {
        var (node, only) = await OwnNodeAsync("""{"cpu":"1","memory":"1Gi","pods":"10"}""");
        var pods = await PodsAsync();
        await pods.CreateAsync(Pod("with-labels", only));
        Assert.Equal(node, (await pods.UntilAsync("with-labels", IsBound)).Text("spec.nodeName"));
        await Nodes.DeleteAsync(node);
    }

    [Fact(DisplayName = "[sig-scheduling] SchedulerPredicates [Serial] validates that NodeSelector is respected if not matching [Conformance]")]
    public async Task SelectorMatchesNothing()
    {
        var pods = await PodsAsync();
        await pods.CreateAsync(Pod("restricted", """ "nodeSelector":{"label":"nonempty"},"""));
        Assert.False(IsBound(await pods.UntilAsync("restricted", IsUnschedulable)));
    }

    [Fact(DisplayName = "[sig-scheduling] SchedulerPredicates [Serial] validates that there exists conflict between pods with same hostPort and protocol but one using 0.0.0.0 hostIP [Conformance]")]
    public async Task HostPorts()
    {
        var (node, only) = await OwnNodeAsync("""{"cpu":"1","memory":"1Gi","pods":"10"}""");
        var pods = await PodsAsync();
        static string Port(string address, string protocol = "TCP") => $$""","ports":[{"containerPort":54322,"hostPort":54322,"protocol":"{{protocol}}","hostIP":"{{address}}"}]""";
        await pods.CreateAsync(Pod("pod4", only, Port("0.0.0.0")));
        await pods.UntilAsync("pod4", IsBound);
        await pods.CreateAsync(Pod("pod5", only, Port("192.0.2.77")));
        await pods.UntilAsync("pod5", IsUnschedulable);
        await pods.CreateAsync(Pod("other-protocol", only, Port("192.0.2.77", "UDP")));
        await pods.UntilAsync("other-protocol", IsBound);
        await Nodes.DeleteAsync(node);
    }
}
