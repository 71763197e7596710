using Fairlead.Api.Core.V1;
using Fairlead.Node.Configs;
using Fairlead.Node.Cri;
using Fairlead.Node.Pods;
using Fairlead.Node.Variables;
using Container = Fairlead.Api.Core.V1.Container;

namespace Fairlead.Node.Volumes;

/// <summary>What is mounted into a container: its volumes, /etc/hosts and the file for its termination message.</summary>
sealed class ContainerMounts(PodPaths paths, KubeletOptions options)
{
    /// <exception cref="ContainerConfigException">A mount names no volume, or its subPath leads out of it.</exception>
    public IReadOnlyList<Mount> Make(
        Pod pod, Container container, int restartCount, IReadOnlyDictionary<string, string> volumes, IReadOnlyDictionary<string, string> env)
    {
        var mounts = new List<Mount>();
        foreach (var mount in container.VolumeMounts ?? [])
        {
            if (!volumes.TryGetValue(mount.Name, out var host)) throw new ContainerConfigException($"cannot find volume \"{mount.Name}\" to mount into container \"{container.Name}\"");
            var subPath = mount.SubPathExpr is { Length: > 0 } expr ? ExpandAll(expr, env) : mount.SubPath ?? "";
            mounts.Add(new()
            {
                ContainerPath = mount.MountPath,
                HostPath = subPath.Length == 0 ? host : SubPath(host, subPath),
                Readonly = mount.ReadOnly == true,
                Propagation = mount.MountPropagation switch
                {
                    "Bidirectional" => MountPropagation.PropagationBidirectional,
                    "HostToContainer" => MountPropagation.PropagationHostToContainer,
                    _ => MountPropagation.PropagationPrivate,
                },
            });
        }
        if (!PodRules.HostNetwork(pod) && mounts.All(m => m.ContainerPath != "/etc/hosts"))
            mounts.Add(new() { ContainerPath = "/etc/hosts", HostPath = paths.EtcHosts(pod) });
        var message = paths.TerminationMessage(pod.Metadata.Uid!, container.Name, restartCount);
        Directory.CreateDirectory(Path.GetDirectoryName(message)!);
        File.WriteAllBytes(message, []);
        // Whichever user the container runs as may write it.
        File.SetUnixFileMode(message, (UnixFileMode)0b110_110_110);
        mounts.Add(new() { ContainerPath = container.TerminationMessagePath ?? "/dev/termination-log", HostPath = message });
        return mounts;
    }

    /// <summary>Writes the Pod's /etc/hosts: itself, and hostAliases.</summary>
    public void WriteHosts(Pod pod, IReadOnlyList<string> addresses)
    {
        var path = paths.EtcHosts(pod);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, Hosts(pod, addresses, options.ClusterDomain));
    }

    internal static string Hosts(Pod pod, IReadOnlyList<string> addresses, string clusterDomain)
    {
        var lines = new List<string>
        {
            "# Kubernetes-managed hosts file.", "127.0.0.1\tlocalhost", "::1\tlocalhost ip6-localhost ip6-loopback",
            "fe00::0\tip6-localnet", "fe00::0\tip6-mcastprefix", "fe00::1\tip6-allnodes", "fe00::2\tip6-allrouters",
        };
        var name = SandboxConfigs.Hostname(pod);
        var names = pod.Spec?.Subdomain is { Length: > 0 } sub ? $"{name}.{sub}.{pod.Metadata.Namespace}.svc.{clusterDomain}\t{name}" : name;
        lines.AddRange(addresses.Select(address => $"{address}\t{names}"));
        if (pod.Spec?.HostAliases is { Count: > 0 } aliases)
        {
            lines.Add("");
            lines.Add("# Entries added by HostAliases.");
            lines.AddRange(aliases.Select(alias => $"{alias.Ip}\t{string.Join('\t', alias.Hostnames ?? [])}"));
        }
        return string.Join('\n', lines) + "\n";
    }

    static string ExpandAll(string expr, IReadOnlyDictionary<string, string> env)
    {
        var missing = "";
        var text = VariableExpansion.Expand(expr, name =>
        {
            if (env.TryGetValue(name, out var value)) return value;
            missing = name;
            return "";
        });
        return missing.Length == 0 ? text : throw new ContainerConfigException($"missing value for \"{missing}\"");
    }

    // The path is followed through links, as the runtime will follow it: it must stay within the volume.
    static string SubPath(string volume, string subPath)
    {
        if (subPath.StartsWith('/') || subPath.Split('/').Contains("..")) throw new ContainerConfigException($"subPath \"{subPath}\" must be a relative path within the volume");
        var path = Path.Combine(volume, subPath);
        if (!Path.Exists(path)) Directory.CreateDirectory(path, VolumeModes.Directory);
        var real = Real(path);
        if (real != volume && !real.StartsWith(Real(volume).TrimEnd('/') + "/", StringComparison.Ordinal))
            throw new ContainerConfigException($"subPath \"{subPath}\" leads out of the volume");
        return real;
    }

    static string Real(string path)
    {
        var real = "/";
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Combine(real, part);
            for (var links = 0; links < 40 && new FileInfo(real).LinkTarget is { } target; links++)
                real = Real(Path.GetFullPath(target, Path.GetDirectoryName(real)!));
        }
        return real;
    }
}
