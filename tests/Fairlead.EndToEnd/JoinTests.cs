using System.Diagnostics;
using Fairlead.EndToEnd.Machines;

namespace Fairlead.EndToEnd;

/// <summary>
/// A second machine joins: simulated by a network namespace on the cluster's bridge and a mount namespace in which the
/// cluster's folders are empty. It knows the command that `fairlead token create` printed and nothing else.
/// </summary>
public sealed class JoinTests : IAsyncLifetime
{
    const string Node = "joined", Address = "10.87.0.60";
    readonly Cluster cluster = new("joining", 7);
    readonly string folder = Directory.CreateTempSubdirectory("fairlead-join").FullName;
    Process? machine;

    Kubectl Kubectl => cluster.Kubectl;
    string Namespace => cluster.Name + "-machine";

    public async ValueTask InitializeAsync()
    {
        await Run.FairleadAsync("down", "--name", cluster.Name);
        await cluster.UpAsync(1);
    }

    public async ValueTask DisposeAsync()
    {
        await Kubectl.RunAsync(null, "delete", "pods", "--all", "--now", "--timeout=30s");
        machine?.Kill(entireProcessTree: true);
        machine?.Dispose();
        KillWhatNames(folder);
        await Run.ProgramAsync("sh", ["-c", $$"""
            grep -o ' {{folder}}/[^ ]*' /proc/self/mounts | sort -r | xargs -r umount -l
            ip netns delete {{Namespace}}
            find /sys/fs/cgroup -depth -type d -path '*/{{Namespace}}*' -exec rmdir {} \;
            rm -rf --one-file-system {{folder}}
            """], null, null);
        await cluster.DownAsync();
    }

    /// <summary>containerd's shims outlive it; they name the test's own folder.</summary>
    static void KillWhatNames(string folder)
    {
        foreach (var directory in Directory.GetDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out var pid) && pid != Environment.ProcessId))
        {
            try
            {
                if (!File.ReadAllText(directory + "/cmdline").Contains(folder + "/", StringComparison.Ordinal)) continue;
                using var process = Process.GetProcessById(int.Parse(Path.GetFileName(directory)));
                process.Kill();
                process.WaitForExit(5000);
            }
            catch (Exception e) when (e is IOException or ArgumentException or InvalidOperationException or UnauthorizedAccessException) { } // it has ended
        }
    }

    [Fact]
    public async Task A_machine_that_shares_no_file_becomes_a_node_and_runs_Pods()
    {
        var join = (await Run.FairleadAsync("token", "create", "--print-join-command", "--name", cluster.Name)).Ok().Trim();
        Assert.StartsWith("fairlead agent --join 10.87.0.1:", join);
        (await Run.ProgramAsync("sh", ["-ec", $"""
            ip netns add {Namespace}
            ip link add {cluster.Name}_m type veth peer name eth0 netns {Namespace}
            ip link set {cluster.Name}_m master {cluster.Name} up
            ip -n {Namespace} link set lo up
            ip -n {Namespace} address add {Address}/24 dev eth0
            ip -n {Namespace} link set eth0 up
            ip -n {Namespace} route add default via 10.87.0.1
            cp -rL /run/fairlead/{cluster.Name}/cni-bin {folder}/bin
            {JoiningMachine.RuntimeConfiguration($"/run/fairlead/{cluster.Name}/node1/containerd.toml", folder, folder + "/bin")}
            """], null, null)).Ok();
        machine = Run.Start("nsenter", [$"--net=/run/netns/{Namespace}", "unshare", "--mount", "--propagation", "private", "sh", "-ec", $"""
            for c in /sys/fs/cgroup/*/ ; do mkdir -p $c/{Namespace} 2>/dev/null || true; done
            mount -t tmpfs -o mode=0755 none /run/netns; mount --make-shared /run/netns
            mount -t tmpfs none /run/fairlead; mount -t tmpfs none /var/lib/fairlead
            unshare --mount --propagation unchanged sh -c 'umount /sys/fs/cgroup/unified 2>/dev/null; exec containerd --config {folder}/containerd.toml' > {folder}/containerd.log 2>&1 &
            exec {JoiningMachine.Agent(join, Node, folder, Namespace, cluster)} > {folder}/agent.log 2>&1
            """], null);
        await Run.UntilAsync("the node", TimeSpan.FromSeconds(60), async () =>
        {
            Assert.False(machine.HasExited, Log());
            return (await Kubectl.RunAsync(null, "get", "node", Node)).Code == 0 ? "" : null;
        });
        await Kubectl.OkAsync("wait", "--for=condition=Ready", $"node/{Node}", "--timeout=60s");
        Assert.Contains("Approved,Issued", await Kubectl.OkAsync("get", "csr"));
        // Its server's certificate is the cluster's as soon as its Node tells its addresses.
        await Run.UntilAsync("the serving certificate", TimeSpan.FromSeconds(30), async () =>
            (await Kubectl.OkAsync("get", "csr", "--field-selector=spec.signerName=kubernetes.io/kubelet-serving")).Contains("Approved,Issued", StringComparison.Ordinal) ? "" : null);
        // The proxy and the DNS server have no rights of the node's: they act as themselves.
        foreach (var (who, what, may) in ((string, string, string)[])[("kube-proxy", "endpointslices", "yes"), ("coredns", "namespaces", "yes"), ("coredns", "secrets", "no")])
            Assert.StartsWith(may, (await Kubectl.RunAsync(null, "auth", "can-i", "list", what, "--as", $"system:serviceaccount:kube-system:{who}")).Output);
        Assert.StartsWith("no", (await Kubectl.RunAsync(null, "auth", "can-i", "list", "endpointslices.discovery.k8s.io", "--as", $"system:node:{Node}", "--as-group", "system:nodes")).Output);

        foreach (var (pod, node) in ((string, string)[])[("there", Node), ("here", "node1")])
        {
            await Kubectl.OkAsync("run", pod, "--image=fairlead.local/test:latest", "--overrides", $$$"""{"spec":{"nodeName":"{{{node}}}"} }""", "--command", "--", "sh", "-c", "echo $(hostname) > /tmp/index.html; exec httpd -f -p 8080 -h /tmp");
        }
        foreach (var pod in (string[])["there", "here"]) await WaitAsync(pod);
        // Logs and exec go through the server to the machine; Pods of both reach each other, Services and names.
        var ip = (await Kubectl.OkAsync("get", "pod", "there", "-o", "jsonpath={.status.podIP}")).Trim();
        Assert.Equal("there", (await Kubectl.OkAsync("exec", "here", "--", "wget", "-q", "-O", "-", $"http://{ip}:8080/")).Trim());
        await Kubectl.OkAsync("expose", "pod", "here", "--port=80", "--target-port=8080");
        await Run.UntilAsync("the Service", TimeSpan.FromSeconds(10), async () =>
            await Kubectl.RunAsync(null, "exec", "there", "--", "wget", "-q", "-O", "-", "http://here.default.svc.cluster.local/") is { Code: 0, Output: "here\n" } ? "" : null);
    }

    string Log() => File.Exists($"{folder}/agent.log") ? File.ReadAllText($"{folder}/agent.log") : machine!.StandardError.ReadToEnd();

    async Task WaitAsync(string pod)
    {
        var ready = await Kubectl.RunAsync(null, "wait", "--for=condition=Ready", $"pod/{pod}", "--timeout=60s");
        Assert.True(ready.Code == 0, ready.Errors + Log());
    }
}
