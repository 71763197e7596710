using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Fairlead.EndToEnd;

/// <summary>A cluster's own life: up twice, everything killed, up again with its data, down without a trace.</summary>
public class LifeCycleTests
{
    [Fact]
    public async Task A_cluster_comes_back_after_everything_was_killed_and_goes_without_a_trace()
    {
        var cluster = new Cluster("e2elife", 2);
        await Run.FairleadAsync("down", "--name", cluster.Name);
        var names = MachineState.NamespaceNames();
        try
        {
            Assert.Contains("ready", await cluster.UpAsync(1));
            Assert.Contains("running already", await cluster.UpAsync(1));
            await cluster.Kubectl.OkAsync("create", "configmap", "kept", "--from-literal=a=b");
            await cluster.Kubectl.OkAsync("run", "sleeper", "--image=fairlead.local/test:latest", "--image-pull-policy=IfNotPresent", "--command", "--", "sleep", "100000");
            await cluster.Kubectl.OkAsync("wait", "--for=condition=Ready", "pod/sleeper", "--timeout=30s");

            await KillAllAsync(cluster);
            await cluster.UpAsync(1);
            Assert.Equal("b", await cluster.Kubectl.OkAsync("get", "configmap", "kept", "-o", "jsonpath={.data.a}"));
            await cluster.Kubectl.OkAsync("wait", "--for=condition=Ready", "node/node1", "--timeout=30s");
            await cluster.Kubectl.OkAsync("wait", "--for=condition=Ready", "pod/sleeper", "--timeout=60s");
        }
        finally
        {
            await cluster.DownAsync();
        }
        Assert.Empty(await MachineState.TracesAsync(cluster.Name));
        Assert.Empty(MachineState.NamespaceNames().Except(names));
    }

    [Fact]
    public async Task A_killed_agent_or_containerd_comes_back_without_restarting_containers()
    {
        var cluster = new Cluster("e2eback", 3);
        await Run.FairleadAsync("down", "--name", cluster.Name);
        try
        {
            await cluster.UpAsync(1);
            await cluster.Kubectl.OkAsync("run", "sleeper", "--image=fairlead.local/test:latest", "--image-pull-policy=IfNotPresent", "--command", "--", "sleep", "100000");
            await cluster.Kubectl.OkAsync("wait", "--for=condition=Ready", "pod/sleeper", "--timeout=30s");
            const string Started = "jsonpath={.status.containerStatuses[0].restartCount} {.status.containerStatuses[0].containerID}";
            var before = await cluster.Kubectl.OkAsync("get", "pod", "sleeper", "-o", Started);
            foreach (var (name, pid) in await ProcessesAsync(cluster))
            {
                if (!name.Contains("agent") && !name.Contains("containerd")) continue;
                using (var process = Process.GetProcessById(pid)) process.Kill();
                await Run.UntilAsync($"{name} is back", TimeSpan.FromSeconds(20), async () =>
                    (await ProcessesAsync(cluster)).Any(p => p.Name == name && p.Pid != pid) ? "" : null);
            }
            await Run.UntilAsync("exec works again", TimeSpan.FromSeconds(30), async () =>
                (await cluster.Kubectl.RunAsync(null, "exec", "sleeper", "--", "true")).Code == 0 ? "" : null);
            Assert.Equal(before, await cluster.Kubectl.OkAsync("get", "pod", "sleeper", "-o", Started));
        }
        finally
        {
            await cluster.DownAsync();
        }
    }

    [Fact]
    public async Task Old_versions_are_served_if_up_is_asked_for_them()
    {
        var cluster = new Cluster("e2eold", 9);
        await Run.FairleadAsync("down", "--name", cluster.Name);
        try
        {
            await cluster.UpAsync(1, "--legacy-apis");
            var versions = (await cluster.Kubectl.OkAsync("api-versions")).Split('\n');
            Assert.Empty(((string[])["batch/v1beta1", "policy/v1beta1", "discovery.k8s.io/v1beta1", "networking.k8s.io/v1beta1", "autoscaling/v2beta2"]).Except(versions));
            await cluster.Kubectl.OkAsync("create", "cronjob", "old", "--image=x", "--schedule=0 0 * * *");
            Assert.Equal("batch/v1beta1 0 0 * * *", await cluster.Kubectl.OkAsync("get", "cronjobs.v1beta1.batch", "old", "-o", "jsonpath={.apiVersion} {.spec.schedule}"));
        }
        finally
        {
            await cluster.DownAsync();
        }
    }

    /// <summary>SIGKILL to every process of the cluster: the supervisor, what it keeps, and the containers' shims.</summary>
    static async Task KillAllAsync(Cluster cluster)
    {
        foreach (var (_, pid) in await ProcessesAsync(cluster)) Kill(pid);
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var pid) || pid == Environment.ProcessId) continue;
            try
            {
                if (File.ReadAllText(folder + "/cmdline").Contains($"/run/fairlead/{cluster.Name}/")) Kill(pid);
            }
            catch (IOException) { }
        }
    }

    static void Kill(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
            process.WaitForExit(5000);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException) { }
    }

    static async Task<List<(string Name, int Pid)>> ProcessesAsync(Cluster cluster)
    {
        // The exit code says whether all of them run; while one is being restarted it is not 0.
        var status = JsonNode.Parse((await cluster.StatusAsync()).Output)!;
        // The supervisor first: it would restart what is killed after it.
        return [.. status["processes"]!.AsArray().Where(p => p!["pid"] is not null).Select(p => ((string)p!["name"]!, (int)p["pid"]!)).OrderBy(p => p.Item1 == "supervisor" ? 0 : 1)];
    }
}
