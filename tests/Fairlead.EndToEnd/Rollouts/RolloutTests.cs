namespace Fairlead.EndToEnd.Rollouts;

/// <summary>
/// Rollouts under load, with readiness and graceful termination set as the documentation advises: no request fails in any
/// mode that this kernel has; <see cref="VirtualNodeTests"/> does so in mode ipvs.
/// </summary>
public class RolloutTests(RolloutCluster running, ITestOutputHelper output) : IClassFixture<RolloutCluster>
{
    public static TheoryData<string> Modes() => [.. ProxyModes.Here];

    [Theory, MemberData(nameof(Modes))]
    public async Task No_request_fails_while_Pods_are_replaced(string mode)
    {
        await ProxyModes.UseAsync(running.Kubectl, mode);
        await RolloutLoad.NoneFailsAsync(running.Kubectl, mode, arguments => LoadProcess.StartInPodAsync(running.ClientUid, [running.Service, .. arguments]), output, "new", "keep");
    }
}

/// <summary>Two nodes, <see cref="WebDeployment"/>, and a Pod that calls it.</summary>
public sealed class RolloutCluster : IAsyncLifetime
{
    internal Cluster Cluster { get; } = new("e2e-roll", 4);
    internal Kubectl Kubectl => Cluster.Kubectl;

    /// <summary>Address and port of the Service.</summary>
    internal string Service { get; private set; } = "";

    internal string ClientUid { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        await Run.FairleadAsync("down", "--name", Cluster.Name);
        await Cluster.UpAsync(2);
        await WebDeployment.ApplyAsync(Cluster);
        (await Kubectl.RunAsync(Client, "apply", "-f", "-")).Ok();
        await Kubectl.OkAsync("wait", "--for=condition=Ready", "pod/client", "--timeout=60s");
        Service = await WebDeployment.ClusterAddressAsync(Kubectl);
        ClientUid = (await Kubectl.OkAsync("get", "pod", "client", "-o", "jsonpath={.metadata.uid}")).Trim();
    }

    public async ValueTask DisposeAsync() => await Cluster.DownAsync();

    const string Client = """
        apiVersion: v1
        kind: Pod
        metadata: {name: client}
        spec:
          terminationGracePeriodSeconds: 0
          containers:
          - {name: shell, image: "fairlead.local/test:latest", imagePullPolicy: IfNotPresent, command: [sleep, "100000"]}
        """;
}
