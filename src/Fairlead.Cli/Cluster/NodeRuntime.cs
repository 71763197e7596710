using Fairlead.Linux.Namespaces;
using Fairlead.Linux.Processes;

namespace Fairlead.Cli.Cluster;

/// <summary>A node's mount namespace and its containerd's configuration.</summary>
public static class NodeRuntime
{
    const string SystemPlugins = "/usr/lib/cni";

    /// <summary>Makes the node's folders, cgroups, mount namespace and containerd.toml; may be repeated.</summary>
    public static void Create(NodeLayout node, Cgroups cgroups)
    {
        foreach (var folder in (string[])[node.RunFolder, node.ContainerdState, node.CniConfFolder, node.ContainerdRoot, node.KubeletFolder, node.PodLogFolder])
        {
            Directory.CreateDirectory(folder);
        }
        cgroups.Make(node.RuntimeCgroup);
        cgroups.Make(node.AgentCgroup);
        File.WriteAllText(node.ContainerdConfig, Configuration(node));
        if (!Mounts.IsMountPoint(node.MountNamespaceFile)) MountNamespace.Create(node.MountNamespaceFile, () =>
        {
            HideUnified(cgroups);
            KeepPodNamespaces();
        });
    }

    /// <summary>
    /// crun takes a machine with version 2 beside version 1 for one with version 2 alone, unless it does not see it.
    /// </summary>
    static void HideUnified(Cgroups cgroups)
    {
        if (cgroups is { UnifiedRoot: { } root, ControllerRoots.Count: > 0 }) Mounts.Unmount(root);
    }

    /// <summary>containerd names Pods' network namespaces in this folder: the node's own one goes with the node, and its names too.</summary>
    static void KeepPodNamespaces()
    {
        Directory.CreateDirectory(NetworkNamespace.Folder);
        Mounts.Mount("fairlead", NetworkNamespace.Folder, "tmpfs", "mode=0755");
        // containerd shares the mounts below it with the sandboxes it makes.
        Mounts.Share(NetworkNamespace.Folder);
    }

    /// <summary>One folder with the distribution's plug-ins and Fairlead's own: containerd 1.6 looks into one alone.</summary>
    /// <param name="own">Folder of Fairlead's plug-ins, which need not be there.</param>
    public static void LinkPlugins(ClusterLayout layout, string own)
    {
        Directory.CreateDirectory(layout.CniBinFolder);
        foreach (var folder in (string[])[SystemPlugins, own])
        {
            if (!Directory.Exists(folder)) continue;
            foreach (var file in Directory.EnumerateFiles(folder).Where(f => !f.Contains(".so") && !f.EndsWith(".dbg", StringComparison.Ordinal)))
            {
                var link = Path.Combine(layout.CniBinFolder, Path.GetFileName(file));
                File.Delete(link);
                File.CreateSymbolicLink(link, file);
            }
        }
    }

    /// <summary>containerd.toml for containerd 1.6 and 1.7.</summary>
    internal static string Configuration(NodeLayout node)
    {
        var runtimes = string.Concat(new[] { "crun", "runc" }.Select(name => (name, path: Tool.Find(name))).Where(r => r.path is not null).Select(r => $"""
                  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.{r.name}]
                    runtime_type = "io.containerd.runc.v2"
                    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.{r.name}.options]
                      SystemdCgroup = false
                      BinaryName = "{r.path}"

            """));
        return $"""
            version = 2
            root = "{node.ContainerdRoot}"
            state = "{node.ContainerdState}"
            oom_score = 0
            disabled_plugins = [
              "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper",
              "io.containerd.snapshotter.v1.zfs", "io.containerd.internal.v1.opt", "io.containerd.tracing.processor.v1.otlp",
            ]
            [grpc]
              address = "{node.ContainerdSocket}"
            [plugins."io.containerd.grpc.v1.cri"]
              # Present on every node; no registry is asked for it.
              sandbox_image = "{SandboxImage}"
              # The privilege to lower oom_score_adj is missing in many containers and virtual machines.
              restrict_oom_score_adj = true
              stream_server_address = "127.0.0.1"
              stream_server_port = "0"
              [plugins."io.containerd.grpc.v1.cri".cni]
                bin_dir = "{node.Cluster.CniBinFolder}"
                conf_dir = "{node.CniConfFolder}"
              [plugins."io.containerd.grpc.v1.cri".containerd]
                default_runtime_name = "{(Tool.Find("crun") is null ? "runc" : "crun")}"
            {runtimes}
            """;
    }

    /// <summary>The reference of the image that holds a Pod's namespaces.</summary>
    public const string SandboxImage = Fairlead.Node.Images.BuiltInImages.Pause;
}
