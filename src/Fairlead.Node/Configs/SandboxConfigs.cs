using Fairlead.Api.Core.V1;
using Fairlead.Node.Cri;
using Fairlead.Node.Pods;
using Pod = Fairlead.Api.Core.V1.Pod;

namespace Fairlead.Node.Configs;

/// <summary>What the runtime is told of a Pod's sandbox. Pure.</summary>
static class SandboxConfigs
{
    const int LongestHostname = 63;

    public static PodSandboxConfig Of(Pod pod, uint attempt, string cgroupParent, string logDirectory, ResolvConf dns)
    {
        var metadata = pod.Metadata;
        var config = new PodSandboxConfig
        {
            Metadata = new() { Name = metadata.Name, Namespace = metadata.Namespace, Uid = metadata.Uid, Attempt = attempt },
            // The host's network goes with the host's name.
            Hostname = PodRules.HostNetwork(pod) ? "" : Hostname(pod),
            LogDirectory = logDirectory,
            DnsConfig = new() { Servers = { dns.Servers }, Searches = { dns.Searches }, Options = { dns.Options } },
            Linux = new() { CgroupParent = cgroupParent, SecurityContext = Security(pod) },
        };
        foreach (var (name, value) in metadata.Labels ?? new Dictionary<string, string>()) config.Labels[name] = value;
        foreach (var (name, value) in metadata.Annotations ?? new Dictionary<string, string>()) config.Annotations[name] = value;
        config.Labels[PodLabels.PodName] = metadata.Name;
        config.Labels[PodLabels.PodNamespace] = metadata.Namespace;
        config.Labels[PodLabels.PodUid] = metadata.Uid;
        foreach (var sysctl in pod.Spec?.SecurityContext?.Sysctls ?? []) config.Linux.Sysctls[sysctl.Name] = sysctl.Value;
        config.PortMappings.AddRange(PortMappings(pod));
        return config;
    }

    /// <summary>The name that the Pod's processes see: spec.hostname or the Pod's name, cut to what a host name may be.</summary>
    public static string Hostname(Pod pod)
    {
        var name = pod.Spec?.Hostname is { Length: > 0 } hostname ? hostname : pod.Metadata.Name!;
        return name.Length > LongestHostname ? name[..LongestHostname].TrimEnd('-', '.') : name;
    }

    /// <summary>Which namespaces the Pod's containers share with one another or with the node.</summary>
    public static NamespaceOption Namespaces(Pod pod) => new()
    {
        Network = pod.Spec?.HostNetwork == true ? NamespaceMode.Node : NamespaceMode.Pod,
        Pid = pod.Spec?.HostPID == true ? NamespaceMode.Node
            : pod.Spec?.ShareProcessNamespace == true ? NamespaceMode.Pod : NamespaceMode.Container,
        Ipc = pod.Spec?.HostIPC == true ? NamespaceMode.Node : NamespaceMode.Pod,
    };

    static LinuxSandboxSecurityContext Security(Pod pod)
    {
        var context = new LinuxSandboxSecurityContext
        {
            NamespaceOptions = Namespaces(pod),
            Privileged = PodRules.InitContainers(pod).Concat(PodRules.Containers(pod)).Any(c => c.SecurityContext?.Privileged == true),
            Seccomp = ContainerConfigs.Seccomp(pod.Spec?.SecurityContext?.SeccompProfile) ?? new() { ProfileType = SecurityProfile.Types.ProfileType.RuntimeDefault },
        };
        var security = pod.Spec?.SecurityContext;
        if (security?.RunAsUser is { } user) context.RunAsUser = new() { Value = user };
        // The runtime takes a group only beside a user.
        if (security?.RunAsGroup is { } group && security.RunAsUser is not null) context.RunAsGroup = new() { Value = group };
        if (security?.FsGroup is { } fsGroup) context.SupplementalGroups.Add(fsGroup);
        context.SupplementalGroups.AddRange(security?.SupplementalGroups ?? []);
        return context;
    }

    static IEnumerable<PortMapping> PortMappings(Pod pod) =>
        from container in PodRules.InitContainers(pod).Where(PodRules.IsSidecar).Concat(PodRules.Containers(pod))
        from port in container.Ports ?? []
        where port.HostPort is > 0 && !PodRules.HostNetwork(pod)
        select new PortMapping
        {
            ContainerPort = port.Number,
            HostPort = port.HostPort!.Value,
            HostIp = port.HostIP ?? "",
            Protocol = port.Protocol switch { "UDP" => Protocol.Udp, "SCTP" => Protocol.Sctp, _ => Protocol.Tcp },
        };
}
