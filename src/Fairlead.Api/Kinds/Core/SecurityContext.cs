using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>Security settings of one container. What is set here wins over the Pod's settings.</summary>
public sealed record SecurityContext
{
    /// <summary>Capabilities to add to, and drop from, the runtime's default set.</summary>
    [Proto(1)] public Capabilities? Capabilities { get; init; }

    /// <summary>True to run as root of the node in all but name. The default is false.</summary>
    [Proto(2, Pointer = true)] public bool? Privileged { get; init; }

    /// <summary>The SELinux label of the container.</summary>
    [Proto(3)] public SELinuxOptions? SeLinuxOptions { get; init; }

    /// <summary>Settings for Windows containers.</summary>
    [Proto(10)] public WindowsSecurityContextOptions? WindowsOptions { get; init; }

    /// <summary>User id of the process, if not that of the image.</summary>
    [Proto(4, Pointer = true)] public long? RunAsUser { get; init; }

    /// <summary>Group id of the process, if not the runtime's default.</summary>
    [Proto(8, Pointer = true)] public long? RunAsGroup { get; init; }

    /// <summary>True to refuse to start a container that would run as user 0.</summary>
    [Proto(5, Pointer = true)] public bool? RunAsNonRoot { get; init; }

    /// <summary>True to make the container's root file system read-only.</summary>
    [Proto(6, Pointer = true)] public bool? ReadOnlyRootFilesystem { get; init; }

    /// <summary>
    /// Whether the process may gain more privileges than its parent; always true if privileged or with CAP_SYS_ADMIN.
    /// </summary>
    [Proto(7, Pointer = true)] public bool? AllowPrivilegeEscalation { get; init; }

    /// <summary>Default to mask parts of /proc as the runtime does, Unmasked to show it whole.</summary>
    [Proto(9, Pointer = true), Values("Default", "Unmasked")] public string? ProcMount { get; init; }

    /// <summary>The filter of system calls.</summary>
    [Proto(11)] public SeccompProfile? SeccompProfile { get; init; }

    /// <summary>The AppArmor profile.</summary>
    [Proto(12)] public AppArmorProfile? AppArmorProfile { get; init; }
}

/// <summary>Security settings of a Pod: some for the whole of it, some as defaults of its containers.</summary>
public sealed record PodSecurityContext
{
    /// <summary>The SELinux label of all containers that have none of their own.</summary>
    [Proto(1)] public SELinuxOptions? SeLinuxOptions { get; init; }

    /// <summary>Settings for Windows containers.</summary>
    [Proto(8)] public WindowsSecurityContextOptions? WindowsOptions { get; init; }

    /// <summary>User id of the containers' processes, if not that of the image.</summary>
    [Proto(2, Pointer = true)] public long? RunAsUser { get; init; }

    /// <summary>Group id of the containers' processes, if not the runtime's default.</summary>
    [Proto(6, Pointer = true)] public long? RunAsGroup { get; init; }

    /// <summary>True to refuse to start a container that would run as user 0.</summary>
    [Proto(3, Pointer = true)] public bool? RunAsNonRoot { get; init; }

    /// <summary>Further groups of the first process of each container.</summary>
    [Proto(4), Atomic] public IReadOnlyList<long>? SupplementalGroups { get; init; }

    /// <summary>Merge (the default) to add the groups that the image gives the user, Strict not to.</summary>
    [Proto(12, Pointer = true), Values("Merge", "Strict")] public string? SupplementalGroupsPolicy { get; init; }

    /// <summary>Group that owns the volumes which support it, and that is added to the processes' groups.</summary>
    [Proto(5, Pointer = true)] public long? FsGroup { get; init; }

    /// <summary>Kernel parameters of the Pod's namespaces.</summary>
    [Proto(7), Atomic] public IReadOnlyList<Sysctl>? Sysctls { get; init; }

    /// <summary>
    /// When ownership of volumes is changed to fsGroup: Always (the default), or OnRootMismatch, only if the root
    /// differs.
    /// </summary>
    [Proto(9, Pointer = true), Values("OnRootMismatch", "Always")] public string? FsGroupChangePolicy { get; init; }

    /// <summary>The filter of system calls of the containers.</summary>
    [Proto(10)] public SeccompProfile? SeccompProfile { get; init; }

    /// <summary>The AppArmor profile of the containers.</summary>
    [Proto(11)] public AppArmorProfile? AppArmorProfile { get; init; }

    /// <summary>How volumes get their SELinux label: MountOption, or Recursive, file by file.</summary>
    [Proto(13, Pointer = true), Values("MountOption", "Recursive")] public string? SeLinuxChangePolicy { get; init; }
}

/// <summary>POSIX capabilities to give and take.</summary>
public sealed record Capabilities
{
    /// <summary>Capabilities added.</summary>
    [Proto(1), Atomic] public IReadOnlyList<string>? Add { get; init; }

    /// <summary>Capabilities removed.</summary>
    [Proto(2), Atomic] public IReadOnlyList<string>? Drop { get; init; }
}

/// <summary>The parts of an SELinux label.</summary>
public sealed record SELinuxOptions
{
    /// <summary>The user part.</summary>
    [Proto(1)] public string? User { get; init; }

    /// <summary>The role part.</summary>
    [Proto(2)] public string? Role { get; init; }

    /// <summary>The type part.</summary>
    [Proto(3)] public string? Type { get; init; }

    /// <summary>The level part.</summary>
    [Proto(4)] public string? Level { get; init; }
}

/// <summary>Security settings that only Windows containers have.</summary>
public sealed record WindowsSecurityContextOptions
{
    /// <summary>Name of the group managed service account credential spec to use.</summary>
    [Proto(1, Pointer = true)] public string? GmsaCredentialSpecName { get; init; }

    /// <summary>The content of that credential spec; an admission webhook fills it in.</summary>
    [Proto(2, Pointer = true)] public string? GmsaCredentialSpec { get; init; }

    /// <summary>Windows user name of the process.</summary>
    [Proto(3, Pointer = true)] public string? RunAsUserName { get; init; }

    /// <summary>True to run as a process of the node; all containers of the Pod must agree, and hostNetwork must be true.</summary>
    [Proto(4, Pointer = true)] public bool? HostProcess { get; init; }
}

/// <summary>Which seccomp filter a container has.</summary>
public sealed record SeccompProfile
{
    /// <summary>Unconfined, RuntimeDefault or Localhost.</summary>
    [Proto(1), Required, Values("Unconfined", "RuntimeDefault", "Localhost")] public string Type { get; init; } = "";

    /// <summary>For Localhost, the path of the profile in the node's seccomp directory.</summary>
    [Proto(2, Pointer = true)] public string? LocalhostProfile { get; init; }
}

/// <summary>Which AppArmor profile a container has.</summary>
public sealed record AppArmorProfile
{
    /// <summary>Unconfined, RuntimeDefault or Localhost.</summary>
    [Proto(1), Required, Values("Unconfined", "RuntimeDefault", "Localhost")] public string Type { get; init; } = "";

    /// <summary>For Localhost, the name of a profile loaded on the node.</summary>
    [Proto(2, Pointer = true)] public string? LocalhostProfile { get; init; }
}

/// <summary>A kernel parameter.</summary>
public sealed record Sysctl
{
    /// <summary>Name of the parameter.</summary>
    [Proto(1), Required] public string Name { get; init; } = "";

    /// <summary>Its value.</summary>
    [Proto(2), Required, Zero] public string Value { get; init; } = "";
}
