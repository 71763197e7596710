namespace Fairlead.Conformance.Cli;

/// <summary>What kubectl does with a ReplicationController and its Pod.</summary>
public sealed class KubectlReplicationControllers(RunningCluster cluster)
{
    const string Name = "agnhost-primary", Image = "agnhost:2", Labels = """{"app":"agnhost","role":"primary"}""";

    const string Controller = $$$"""
        {"apiVersion":"v1","kind":"ReplicationController","metadata":{"name":"{{{Name}}}","labels":{{{Labels}}}},
         "spec":{"replicas":1,"selector":{{{Labels}}},"template":{"metadata":{"labels":{{{Labels}}}},
          "spec":{"containers":[{"name":"{{{Name}}}","image":"{{{Image}}}","ports":[{"name":"agnhost-server","containerPort":6379}]}]} } } }
        """;

    const string Service = $$$"""
        {"apiVersion":"v1","kind":"Service","metadata":{"name":"{{{Name}}}","labels":{{{Labels}}}},
         "spec":{"ports":[{"port":6379,"targetPort":"agnhost-server"}],"selector":{{{Labels}}} } }
        """;

    sealed record Here(Kubectl Kubectl, Resource Pods, Resource Controllers, Resource Services, Resource Slices, string Namespace);

    /// <summary>The controller is made by kubectl and its Pod is ready.</summary>
    async Task<(Here Here, string Pod)> StartAsync()
    {
        var ns = await cluster.NamespaceAsync("kubectl");
        var here = new Here(new(cluster.Server, ns), cluster.Resource("v1", "pods", ns), cluster.Resource("v1", "replicationcontrollers", ns),
            cluster.Resource("v1", "services", ns), cluster.Resource("discovery.k8s.io/v1", "endpointslices", ns), ns);
        await here.Kubectl.FeedAsync(Controller, "create", "-f", "-");
        await here.Controllers.UntilAsync(Name, c => c.Number("status.readyReplicas") == 1);
        return (here, Assert.Single(await here.Pods.ItemsAsync("app=agnhost")).Text("metadata.name")!);
    }

    /// <summary>Each row is met by a line of the output that holds all its texts, and the lines come in this order.</summary>
    static void Shows(string output, params string[][] rows)
    {
        var lines = output.Split('\n');
        var at = 0;
        foreach (var row in rows)
        {
            while (at < lines.Length && !row.All(lines[at].Contains)) at++;
            Assert.True(at < lines.Length, $"no line from there on has {string.Join(" and ", row)}:\n{output}");
        }
    }

    [Fact(DisplayName = "[sig-cli] Kubectl client Kubectl describe should check if kubectl describe prints relevant information for rc and pods [Conformance]")]
    public async Task Describe()
    {
        var (here, pod) = await StartAsync();
        await here.Kubectl.FeedAsync(Service, "create", "-f", "-");
        Shows(await here.Kubectl.RunAsync("describe", "pod", pod),
            ["Name:", $"{Name}-"], ["Namespace:", here.Namespace], ["Node:"], ["Labels:", "app=agnhost"], ["role=primary"], ["Annotations:"], ["Status:", "Running"],
            ["IP:"], ["Controlled By:", $"ReplicationController/{Name}"], ["Image:", Image], ["State:", "Running"], ["QoS Class:", "BestEffort"]);
        await cluster.Resource("v1", "events", here.Namespace).UntilAllAsync(all => all.Any(e => e.Text("involvedObject.kind") == "ReplicationController"));
        Shows(await here.Kubectl.RunAsync("describe", "rc", Name),
            ["Name:", Name], ["Namespace:", here.Namespace], ["Selector:", "app=agnhost,role=primary"], ["Labels:", "app=agnhost"], ["role=primary"], ["Annotations:"],
            ["Replicas:", "1 current", "1 desired"], ["Pods Status:", "1 Running", "0 Waiting", "0 Succeeded", "0 Failed"], ["Pod Template:"], ["Image:", Image],
            ["Events:"], ["SuccessfulCreate", "replication-controller", $"Created pod: {pod}"]);
        Shows(await here.Kubectl.RunAsync("describe", "service", Name),
            ["Name:", Name], ["Namespace:", here.Namespace], ["Labels:", "app=agnhost"], ["role=primary"], ["Annotations:"], ["Selector:", "app=agnhost", "role=primary"],
            ["Type:", "ClusterIP"], ["IP:"], ["Port:", "<unset>", "6379/TCP"], ["Endpoints:"], ["Session Affinity:", "None"]);
        Shows(await here.Kubectl.RunAsync("describe", "node", HollowNodes.Names[0]),
            ["Name:", HollowNodes.Names[0]], ["Labels:"], ["Annotations:"], ["CreationTimestamp:"], ["Conditions:"],
            ["Type", "Status", "LastHeartbeatTime", "LastTransitionTime", "Reason", "Message"], ["Addresses:"], ["Capacity:"], ["Kernel Version:"], ["OS Image:"],
            ["Container Runtime Version:"], ["Kubelet Version:"], ["Kube-Proxy Version:"], ["Pods:"]);
        Shows(await here.Kubectl.RunAsync("describe", "namespace", here.Namespace), ["Name:", here.Namespace], ["Labels:"], ["Annotations:"], ["Status:", "Active"]);
    }

    /// <summary>Upstream waits for a line of the container's log first: that it has started. Here its readiness says so, for which endpoints wait too.</summary>
    [Fact(DisplayName = "[sig-cli] Kubectl client Kubectl expose should create services for rc [Conformance]")]
    public async Task Expose()
    {
        var (here, pod) = await StartAsync();
        await here.Kubectl.RunAsync("expose", "rc", Name, "--name=rm2", "--port=1234", "--target-port=6379");
        await ServesAsync("rm2", 1234);
        await here.Kubectl.RunAsync("expose", "service", "rm2", "--name=rm3", "--port=2345", "--target-port=6379");
        await ServesAsync("rm3", 2345);

        async Task ServesAsync(string service, int port)
        {
            var slices = await here.Slices.UntilAllAsync(all => all.Any(s => s.At("endpoints")?.AsArray().Count > 0), $"kubernetes.io/service-name={service}");
            var slice = Assert.Single(slices);
            Assert.Equal(pod, Assert.Single(slice.At("endpoints")!.AsArray()).Text("targetRef.name"));
            Assert.Equal(6379, Assert.Single(slice.At("ports")!.AsArray()).Number("port"));
            var made = Assert.Single((await here.Services.GetAsync(service)).At("spec.ports")!.AsArray());
            Assert.Equal((port, 6379), (made.Number("port"), made.Number("targetPort")));
        }
    }

    [Fact(DisplayName = "[sig-cli] Kubectl client Kubectl patch should add annotations for pods in rc [Conformance]")]
    public async Task Patch()
    {
        var (here, pod) = await StartAsync();
        await here.Kubectl.RunAsync("patch", "pod", pod, "-p", """{"metadata":{"annotations":{"x":"y"}}}""");
        Assert.Equal((pod, "y"), Assert.Single(await here.Pods.ItemsAsync("app=agnhost")) is var p ? (p.Text("metadata.name"), p.Text("metadata.annotations.x")) : default);
    }
}
