using Fairlead.Api.Core.V1;
using Fairlead.Node.Cgroups;
using Fairlead.Node.Cri;
using Fairlead.Node.Pods;
using Fairlead.Node.Variables;
using Container = Fairlead.Api.Core.V1.Container;

namespace Fairlead.Node.Configs;

/// <summary>What a container needs beside its spec.</summary>
/// <param name="ImageRef">The image as the runtime knows it.</param>
/// <param name="ImageUser">The user the image says it runs as, for runAsNonRoot; null if it says none.</param>
sealed record ContainerParts(
    int RestartCount, string ImageRef, long? ImageUser, IReadOnlyList<KeyValuePair<string, string>> Env, IReadOnlyList<Cri.Mount> Mounts, long NodeMemory);

/// <summary>What the runtime is told of a container. Pure.</summary>
static class ContainerConfigs
{
    // Paths of /proc and /sys that containers must not see or change, as the runtime specification's defaults have them.
    static readonly string[] Masked =
        ["/proc/asound", "/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware", "/sys/devices/virtual/powercap"];
    static readonly string[] ReadOnly = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

    /// <exception cref="ContainerConfigException">The spec can't be met, such as runAsNonRoot with an image that runs as root.</exception>
    public static ContainerConfig Of(Pod pod, Container container, ContainerParts parts)
    {
        var env = parts.Env.GroupBy(e => e.Key).ToDictionary(g => g.Key, g => g.Last().Value);
        var config = new ContainerConfig
        {
            Metadata = new() { Name = container.Name, Attempt = (uint)parts.RestartCount },
            Image = new() { Image = parts.ImageRef, UserSpecifiedImage = container.Image ?? "" },
            WorkingDir = container.WorkingDir ?? "",
            LogPath = PodPaths.Log(container.Name, parts.RestartCount),
            Stdin = container.Stdin == true,
            StdinOnce = container.StdinOnce == true,
            Tty = container.Tty == true,
            Linux = new() { Resources = Resources(pod, container, parts.NodeMemory), SecurityContext = Security(pod, container, parts.ImageUser) },
        };
        config.Command.AddRange((container.Command ?? []).Select(word => VariableExpansion.Expand(word, env.GetValueOrDefault)));
        config.Args.AddRange((container.Args ?? []).Select(word => VariableExpansion.Expand(word, env.GetValueOrDefault)));
        config.Envs.AddRange(parts.Env.Select(e => new KeyValue { Key = e.Key, Value = e.Value }));
        config.Mounts.AddRange(parts.Mounts);
        Label(config, pod, container, parts.RestartCount);
        return config;
    }

    public static SecurityProfile? Seccomp(SeccompProfile? profile) => profile?.Type switch
    {
        "RuntimeDefault" => new() { ProfileType = SecurityProfile.Types.ProfileType.RuntimeDefault },
        "Localhost" => new() { ProfileType = SecurityProfile.Types.ProfileType.Localhost, LocalhostRef = profile.LocalhostProfile ?? "" },
        "Unconfined" => new() { ProfileType = SecurityProfile.Types.ProfileType.Unconfined },
        _ => null,
    };

    static void Label(ContainerConfig config, Pod pod, Container container, int restartCount)
    {
        config.Labels[PodLabels.PodName] = pod.Metadata.Name;
        config.Labels[PodLabels.PodNamespace] = pod.Metadata.Namespace;
        config.Labels[PodLabels.PodUid] = pod.Metadata.Uid;
        config.Labels[PodLabels.ContainerName] = container.Name;
        config.Annotations[PodLabels.Hash] = ContainerHash.Of(container);
        config.Annotations[PodLabels.RestartCount] = restartCount.ToString();
        config.Annotations[PodLabels.TerminationMessagePath] = container.TerminationMessagePath ?? "/dev/termination-log";
        config.Annotations[PodLabels.TerminationMessagePolicy] = container.TerminationMessagePolicy ?? "File";
        config.Annotations[PodLabels.TerminationGrace] = (pod.Spec?.TerminationGracePeriodSeconds ?? 30).ToString();
    }

    static LinuxContainerResources Resources(Pod pod, Container container, long nodeMemory)
    {
        var limits = CgroupLimits.Of(container);
        return new()
        {
            CpuShares = limits.CpuShares,
            CpuPeriod = CgroupLimits.PeriodUs,
            CpuQuota = limits.CpuQuotaUs ?? 0,
            MemoryLimitInBytes = limits.MemoryBytes ?? 0,
            OomScoreAdj = CgroupLimits.OomScore(pod, container, nodeMemory),
        };
    }

    static LinuxContainerSecurityContext Security(Pod pod, Container container, long? imageUser)
    {
        var own = container.SecurityContext;
        var shared = pod.Spec?.SecurityContext;
        var user = own?.RunAsUser ?? shared?.RunAsUser;
        CheckNonRoot(own?.RunAsNonRoot ?? shared?.RunAsNonRoot, user ?? imageUser, container);
        var privileged = own?.Privileged == true;
        var context = new LinuxContainerSecurityContext
        {
            Privileged = privileged,
            NamespaceOptions = SandboxConfigs.Namespaces(pod),
            ReadonlyRootfs = own?.ReadOnlyRootFilesystem == true,
            NoNewPrivs = own?.AllowPrivilegeEscalation == false,
            Seccomp = privileged ? Unconfined() : Seccomp(own?.SeccompProfile ?? shared?.SeccompProfile) ?? Unconfined(),
            Capabilities = new() { AddCapabilities = { own?.Capabilities?.Add ?? [] }, DropCapabilities = { own?.Capabilities?.Drop ?? [] } },
        };
        if (user is { } uid) context.RunAsUser = new() { Value = uid };
        if ((own?.RunAsGroup ?? shared?.RunAsGroup) is { } gid)
        {
            context.RunAsGroup = new() { Value = gid };
            // The runtime takes a group only beside a user.
            context.RunAsUser ??= new() { Value = imageUser ?? 0 };
        }
        if (shared?.FsGroup is { } fsGroup) context.SupplementalGroups.Add(fsGroup);
        context.SupplementalGroups.AddRange(shared?.SupplementalGroups ?? []);
        if (!privileged && own?.ProcMount != "Unmasked")
        {
            context.MaskedPaths.AddRange(Masked);
            context.ReadonlyPaths.AddRange(ReadOnly);
        }
        return context;
    }

    static void CheckNonRoot(bool? wanted, long? user, Container container)
    {
        if (wanted == true && user is null or 0)
            throw new ContainerConfigException(user is null
                ? $"container has runAsNonRoot and image will run as root (container: {container.Name})"
                : $"container's runAsUser breaks non-root policy (container: {container.Name})");
    }

    static SecurityProfile Unconfined() => new() { ProfileType = SecurityProfile.Types.ProfileType.Unconfined };
}
