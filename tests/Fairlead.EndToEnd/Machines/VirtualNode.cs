using System.Diagnostics;

namespace Fairlead.EndToEnd.Machines;

/// <summary>
/// A node of a cluster that is a virtual machine (tests/vm) with a kernel of its own, joined by a token as any other
/// machine would be. It takes no Pods: it is there for what its kernel does with packets.
/// </summary>
sealed class VirtualNode : IAsyncDisposable
{
    static int machines;

    /// <summary>Of its address in the network of the nodes.</summary>
    public const int HostNumber = 60;

    // A write to a disk would hold up the whole machine.
    readonly string folder = Directory.CreateDirectory($"/dev/shm/fairlead-{Environment.ProcessId}-vm").FullName;
    readonly Cluster cluster;
    readonly string tap;
    readonly Process machine;
    readonly Task<string> said;

    VirtualNode(Cluster cluster, bool whole, string join)
    {
        this.cluster = cluster;
        tap = TapOf(cluster);
        Patience = TimeSpan.FromSeconds(whole ? 600 : 60);
        File.WriteAllText(folder + "/start", Script(join));
        File.Copy($"/run/fairlead/{cluster.Name}/node1/containerd.toml", folder + "/containerd.toml");
        // It has one processor, which all packets need; who makes them can wait.
        machine = Run.Start("nice", ["-n", "-10", Path.Combine(Run.Root, "tests/vm/run"), .. whole ? ["--whole"] : Array.Empty<string>(), folder, "bash", folder + "/start"], new Dictionary<string, string> { ["VM_TAP"] = tap, ["VM_SECONDS"] = "7200" });
        said = machine.StandardOutput.ReadToEndAsync();
    }

    /// <summary>How long anything may take there.</summary>
    public TimeSpan Patience { get; }

    /// <summary>The node's; another one's for each machine.</summary>
    public string Name { get; } = $"virtual{Interlocked.Increment(ref machines)}";

    /// <summary>Starts one and waits until it is a node.</summary>
    /// <param name="whole">Whether with the kernel that has all modes, in a machine that is thirty times slower.</param>
    public static async Task<VirtualNode> StartAsync(Cluster cluster, bool whole = false)
    {
        var join = (await Run.FairleadAsync("token", "create", "--print-join-command", "--name", cluster.Name)).Ok().Trim();
        var tap = TapOf(cluster);
        (await Run.ProgramAsync("sh", ["-ec", $"ip tuntap add {tap} mode tap; ip link set {tap} master {cluster.Name} txqueuelen 10000 up"], null, null)).Ok();
        var node = new VirtualNode(cluster, whole, join);
        try
        {
            await Run.UntilAsync($"node {node.Name}", node.Patience, async () =>
            {
                Assert.False(node.machine.HasExited, await node.LogAsync());
                return (await cluster.Kubectl.RunAsync(null, "get", "node", node.Name)).Code == 0 ? "" : null;
            });
            await cluster.Kubectl.OkAsync("cordon", node.Name);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    static string TapOf(Cluster cluster) => cluster.Name + "_t";

    /// <summary>What the machine and its agent have said.</summary>
    public async Task<string> LogAsync() => (machine.HasExited ? await said : "") + string.Concat(Directory.GetFiles(folder, "*.log").Select(File.ReadAllText));

    // What it keeps is in its own memory; the folder takes its logs, and the word to stop.
    string Script(string join) => $"""
        set -e
        link=$(ls /sys/class/net | grep -E '^(vec|eth|en)')
        ip link set "$link" name eth0
        ip address add {cluster.AddressOf(HostNumber)}/24 dev eth0
        ip link set eth0 up
        ip route add default via {cluster.AddressOf(1)}
        mount -t tmpfs none /var/lib/fairlead
        {JoiningMachine.RuntimeConfiguration(folder + "/containerd.toml", "/run/node", "/run/node/cni")}
        containerd --config /run/node/containerd.toml > {folder}/containerd.log 2>&1 &
        {JoiningMachine.Agent(join, Name, "/run/node", "node", cluster)} > {folder}/agent.log 2>&1 &
        agent=$!
        until [ -e {folder}/stop ] || ! kill -0 $agent; do sleep 0.2; done
        """;

    public async ValueTask DisposeAsync()
    {
        File.WriteAllText(folder + "/stop", "");
        try { await machine.WaitForExitAsync().WaitAsync(Patience); }
        catch (TimeoutException) { machine.Kill(entireProcessTree: true); }
        machine.Dispose();
        await Run.ProgramAsync("ip", ["link", "delete", tap], null, null);
        await cluster.Kubectl.RunAsync(null, "delete", "node", Name, "--ignore-not-found");
        Directory.Delete(folder, recursive: true);
    }
}
