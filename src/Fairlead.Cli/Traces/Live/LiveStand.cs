using System.Net.NetworkInformation;
using Fairlead.Cli.Cluster;
using Fairlead.Linux.Namespaces;
using Fairlead.Linux.Processes;
using Fairlead.Network.Traces;
using Fairlead.Node.Cri;

namespace Fairlead.Cli.Traces.Live;

/// <summary>Where probes are sent from, so that the kernel takes them for the sender's own.</summary>
/// <param name="NamespaceFile">The network namespace; null for this machine's own.</param>
/// <param name="Cgroup">The version 2 cgroup in which sockets are made, since mode ebpf translates by it; null for this process's own.</param>
sealed record LiveStand(string? NamespaceFile, string? Cgroup)
{
    /// <exception cref="CommandException">The sender is not on this machine.</exception>
    public static async Task<LiveStand> FindAsync(ClusterLayout layout, TraceResult result, TraceSender sender, CancellationToken cancellation)
    {
        if (result.SenderNode is null) return OutsideOf(layout, sender);
        var node = layout.Nodes.FirstOrDefault(n => n.Name == result.SenderNode)
            ?? throw new CommandException($"--live: node {result.SenderNode} is not on this machine: run it where ./fairlead up was run.");
        if (result.SenderPod is not { } pod) return new(node.NetworkNamespaceFile, node.AgentCgroup);
        using var sandboxes = new SandboxProcesses(node.ContainerdSocket);
        try
        {
            var pid = await sandboxes.FindAsync(pod.Namespace, pod.Name, cancellation).ConfigureAwait(false)
                ?? throw new CommandException($"--live: Pod {pod} has no running sandbox on {node.Name}: see kubectl describe pod {pod.Name} -n {pod.Namespace}.");
            return new($"/proc/{pid}/ns/net", Cgroups.UnifiedPathOf(pid));
        }
        catch (Exception e) when (e is HttpRequestException or CriException)
        {
            throw new CommandException($"containerd on {node.Name} does not answer ({e.Message}): see ./fairlead status{ClusterState.NameFlag(layout.Name)}.");
        }
    }

    /// <summary>The machine that the cluster runs on is outside of it, and the only outside within reach.</summary>
    static LiveStand OutsideOf(ClusterLayout layout, TraceSender sender)
    {
        var own = NetworkInterface.GetAllNetworkInterfaces().SelectMany(i => i.GetIPProperties().UnicastAddresses).Select(a => Network.Addresses.Address.From(a.Address));
        if (sender is AddressSender(var address) && own.Contains(address)) return new(null, null);
        throw new CommandException($"--live: {sender} is not this machine: of senders outside of the cluster only {layout.HostAddress} can be tried here.");
    }

    /// <summary>Runs what makes sockets in the namespace and cgroup.</summary>
    public T Run<T>(Func<T> inside)
    {
        var cgroups = new Cgroups();
        var home = Cgroups.UnifiedPathOf(Environment.ProcessId);
        var moved = Cgroup is not null && home is not null && TryEnter(cgroups, Cgroup);
        try
        {
            if (NamespaceFile is null) return inside();
            using var ns = NetworkNamespace.OpenPath(NamespaceFile);
            return ns.Run(inside);
        }
        finally
        {
            if (moved) TryEnter(cgroups, home!);
        }
    }

    // Only mode ebpf needs it; a kernel that refuses is no reason not to probe in the others.
    static bool TryEnter(Cgroups cgroups, string path)
    {
        try
        {
            cgroups.Enter(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return false;
        }
    }
}
