using System.Globalization;

namespace Fairlead.EndToEnd;

/// <summary>
/// Rollouts under load, with readiness and graceful termination set as the documentation advises: no request fails in any
/// mode. Two in each mode, a hundred with FAIRLEAD_NIGHTLY=1.
/// </summary>
public class RolloutTests(RolloutCluster running, ITestOutputHelper output) : IClassFixture<RolloutCluster>
{
    const string Rate = "1000";
    static readonly int Rollouts = Environment.GetEnvironmentVariable("FAIRLEAD_NIGHTLY") == "1" ? 100 : 2;

    public static TheoryData<string> Modes() => [.. ProxyModes.Here];

    [Theory, MemberData(nameof(Modes))]
    public async Task No_request_fails_while_Pods_are_replaced(string mode)
    {
        await ProxyModes.UseAsync(running.Kubectl, mode);
        for (var rollout = 0; rollout < Rollouts; rollout++)
        {
            using var fresh = await LoadProcess.StartAsync(running.ClientUid, running.Service, Rate, "new", "http");
            using var kept = await LoadProcess.StartAsync(running.ClientUid, running.Service, Rate, "keep", "http");
            await running.Kubectl.OkAsync("rollout", "restart", "deployment/web");
            await running.Kubectl.OkAsync("rollout", "status", "deployment/web", "--timeout=90s");
            await running.OldPodsGoneAsync();
            foreach (var (kind, load) in new[] { ("new connections", fresh), ("kept connections", kept) })
            {
                var result = await load.EndAsync();
                output.WriteLine($"{mode}, rollout {(rollout + 1).ToString(CultureInfo.InvariantCulture)}, {kind}: {result.Line}");
                Assert.True(result.Failed == 0, $"{mode}, rollout {rollout + 1}, {kind}: {result.Line}");
                Assert.True(result.Sent > 1000, $"{mode}, {kind}: only {result.Line}");
            }
        }
    }
}

/// <summary>Two nodes, three web servers that leave gracefully, and a Pod that calls them.</summary>
public sealed class RolloutCluster : IAsyncLifetime
{
    const int Replicas = 3;

    internal Cluster Cluster { get; } = new("e2e-roll", 4);
    internal Kubectl Kubectl => Cluster.Kubectl;

    /// <summary>Address and port of the Service.</summary>
    internal string Service { get; private set; } = "";

    internal string ClientUid { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        await Run.FairleadAsync("down", "--name", Cluster.Name);
        await Cluster.UpAsync(2);
        await BuildImageAsync();
        (await Kubectl.RunAsync(Manifest, "apply", "-f", "-")).Ok();
        await Kubectl.OkAsync("rollout", "status", "deployment/web", "--timeout=60s");
        await Kubectl.OkAsync("wait", "--for=condition=Ready", "pod/client", "--timeout=60s");
        Service = (await Kubectl.OkAsync("get", "service", "web", "-o", "jsonpath={.spec.clusterIP}")).Trim() + ":80";
        ClientUid = (await Kubectl.OkAsync("get", "pod", "client", "-o", "jsonpath={.metadata.uid}")).Trim();
    }

    public async ValueTask DisposeAsync() => await Cluster.DownAsync();

    /// <summary>Waits until the Pods that were replaced have ended.</summary>
    internal Task OldPodsGoneAsync() => Run.UntilAsync("the old Pods have ended", TimeSpan.FromSeconds(60), async () =>
        (await Kubectl.OkAsync("get", "pods", "-l", "app=web", "--no-headers")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length == Replicas ? "" : null);

    async Task BuildImageAsync()
    {
        var folder = Directory.CreateTempSubdirectory("e2e-web-").FullName;
        try
        {
            (await Run.ProgramAsync("cc", ["-Os", "-static", "-o", folder + "/web", Path.Combine(Run.Root, "tests/Fairlead.EndToEnd/Web/web.c")], null, null)).Ok();
            (await Run.FairleadAsync("image", "build", folder, "--tag", "fairlead.local/web:latest", "--name", Cluster.Name)).Ok();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    const string Manifest = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 3
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers:
              - name: web
                image: fairlead.local/web:latest
                imagePullPolicy: IfNotPresent
                command: [/web]
                ports: [{containerPort: 8080}]
                readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1}
                # Serves on until every node has learned that this Pod is leaving.
                lifecycle: {preStop: {sleep: {seconds: 2}}}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec:
          selector: {app: web}
          ports: [{port: 80, targetPort: 8080}]
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: client}
        spec:
          terminationGracePeriodSeconds: 0
          containers:
          - {name: shell, image: "fairlead.local/test:latest", imagePullPolicy: IfNotPresent, command: [sleep, "100000"]}
        """;
}
