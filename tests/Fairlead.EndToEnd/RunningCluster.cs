namespace Fairlead.EndToEnd;

/// <summary>Two nodes with the example of the README on them, for all tests that are about it.</summary>
public sealed class RunningCluster : IAsyncLifetime
{
    internal Cluster Cluster { get; } = new("e2e", 1);
    internal Kubectl Kubectl => Cluster.Kubectl;

    public async ValueTask InitializeAsync()
    {
        await Run.FairleadAsync("down", "--name", Cluster.Name);
        await Cluster.UpAsync(2);
        await Kubectl.OkAsync("apply", "-f", "docs/examples/web.yaml");
        await Kubectl.OkAsync("rollout", "status", "deployment/web", "--timeout=60s");
        await Kubectl.OkAsync("wait", "--for=condition=Ready", "pod/client", "--timeout=60s");
    }

    public async ValueTask DisposeAsync() => await Cluster.DownAsync();

    /// <summary>Runs a shell line in the client Pod.</summary>
    internal Task<string> InClientAsync(string line) => Kubectl.OkAsync("exec", "client", "--", "sh", "-c", line);

    /// <summary>Scales the Deployment and waits until exactly so many Pods are ready and none leaves.</summary>
    internal async Task ScaleAsync(int replicas)
    {
        await Kubectl.OkAsync("scale", "deployment/web", $"--replicas={replicas}");
        await Run.UntilAsync($"{replicas} replicas", TimeSpan.FromSeconds(60), async () =>
        {
            var pods = (await Kubectl.OkAsync("get", "pods", "-l", "app=web", "--no-headers")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            return pods.Length == replicas && pods.All(p => p.Contains("1/1")) ? pods : null;
        });
    }
}

[CollectionDefinition(nameof(RunningCluster))]
public sealed class RunningClusterCollection : ICollectionFixture<RunningCluster>;
