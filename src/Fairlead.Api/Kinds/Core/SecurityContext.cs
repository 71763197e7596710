using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>Security settings of one container. What is set here wins over the Pod's settings.</summary>
public sealed record SecurityContext
{
    /// <summary>Capabilities to add to, and drop from, the runtime's default set.</summary>
    public Capabilities? Capabilities { get; init; }

    /// <summary>True to run as root of the node in all but name. The default is false.</summary>
    public bool? Privileged { get; init; }

    /// <summary>The SELinux label of the container.</summary>
    public SELinuxOptions? SeLinuxOptions { get; init; }

    /// <summary>Settings for Windows containers.</summary>
    public WindowsSecurityContextOptions? WindowsOptions { get; init; }

    /// <summary>User id of the process, if not that of the image.</summary>
    public long? RunAsUser { get; init; }

    /// <summary>Group id of the process, if not the runtime's default.</summary>
    public long? RunAsGroup { get; init; }

    /// <summary>True to refuse to start a container that would run as user 0.</summary>
    public bool? RunAsNonRoot { get; init; }

    /// <summary>True to make the container's root file system read-only.</summary>
    public bool? ReadOnlyRootFilesystem { get; init; }

    /// <summary>
    /// Whether the process may gain more privileges than its parent; always true if privileged or with CAP_SYS_ADMIN.
    /// </summary>
    public bool? AllowPrivilegeEscalation { get; init; }

    /// <summary>Default to mask parts of /proc as the runtime does, Unmasked to show it whole.</summary>
    [Values("Default", "Unmasked")] public string? ProcMount { get; init; }

    /// <summary>The filter of system calls.</summary>
    public SeccompProfile? SeccompProfile { get; init; }

    /// <summary>The AppArmor profile.</summary>
    public AppArmorProfile? AppArmorProfile { get; init; }
}

/// <summary>Security settings of a Pod: some for the whole of it, some as defaults of its containers.</summary>
public sealed record PodSecurityContext
{
    /// <summary>The SELinux label of all containers that have none of their own.</summary>
    public SELinuxOptions? SeLinuxOptions { get; init; }

    /// <summary>Settings for Windows containers.</summary>
    public WindowsSecurityContextOptions? WindowsOptions { get; init; }

    /// <summary>User id of the containers' processes, if not that of the image.</summary>
    public long? RunAsUser { get; init; }

    /// <summary>Group id of the containers' processes, if not the runtime's default.</summary>
    public long? RunAsGroup { get; init; }

    /// <summary>True to refuse to start a container that would run as user 0.</summary>
    public bool? RunAsNonRoot { get; init; }

    /// <summary>Further groups of the first process of each container.</summary>
    [Atomic] public IReadOnlyList<long>? SupplementalGroups { get; init; }

    /// <summary>Merge (the default) to add the groups that the image gives the user, Strict not to.</summary>
    [Values("Merge", "Strict")] public string? SupplementalGroupsPolicy { get; init; }

    /// <summary>Group that owns the volumes which support it, and that is added to the processes' groups.</summary>
    public long? FsGroup { get; init; }

    /// <summary>Kernel parameters of the Pod's namespaces.</summary>
    [Atomic] public IReadOnlyList<Sysctl>? Sysctls { get; init; }

    /// <summary>
    /// When ownership of volumes is changed to fsGroup: Always (the default), or OnRootMismatch, only if the root
    /// differs.
    /// </summary>
    [Values("OnRootMismatch", "Always")] public string? FsGroupChangePolicy { get; init; }

    /// <summary>The filter of system calls of the containers.</summary>
    public SeccompProfile? SeccompProfile { get; init; }

    /// <summary>The AppArmor profile of the containers.</summary>
    public AppArmorProfile? AppArmorProfile { get; init; }

    /// <summary>How volumes get their SELinux label: MountOption, or Recursive, file by file.</summary>
    [Values("MountOption", "Recursive")] public string? SeLinuxChangePolicy { get; init; }
}

/// <summary>POSIX capabilities to give and take.</summary>
public sealed record Capabilities
{
    /// <summary>Capabilities added.</summary>
    [Atomic] public IReadOnlyList<string>? Add { get; init; }

    /// <summary>Capabilities removed.</summary>
    [Atomic] public IReadOnlyList<string>? Drop { get; init; }
}

/// <summary>The parts of an SELinux label.</summary>
public sealed record SELinuxOptions
{
    /// <summary>The user part.</summary>
    public string? User { get; init; }

    /// <summary>The role part.</summary>
    public string? Role { get; init; }

    /// <summary>The type part.</summary>
    public string? Type { get; init; }

    /// <summary>The level part.</summary>
    public string? Level { get; init; }
}

/// <summary>Security settings that only Windows containers have.</summary>
public sealed record WindowsSecurityContextOptions
{
    /// <summary>Name of the group managed service account credential spec to use.</summary>
    public string? GmsaCredentialSpecName { get; init; }

    /// <summary>The content of that credential spec; an admission webhook fills it in.</summary>
    public string? GmsaCredentialSpec { get; init; }

    /// <summary>Windows user name of the process.</summary>
    public string? RunAsUserName { get; init; }

    /// <summary>True to run as a process of the node; all containers of the Pod must agree, and hostNetwork must be true.</summary>
    public bool? HostProcess { get; init; }
}

/// <summary>Which seccomp filter a container has.</summary>
public sealed record SeccompProfile
{
    /// <summary>Unconfined, RuntimeDefault or Localhost.</summary>
    [Required, Values("Unconfined", "RuntimeDefault", "Localhost")] public string Type { get; init; } = "";

    /// <summary>For Localhost, the path of the profile in the node's seccomp directory.</summary>
    public string? LocalhostProfile { get; init; }
}

/// <summary>Which AppArmor profile a container has.</summary>
public sealed record AppArmorProfile
{
    /// <summary>Unconfined, RuntimeDefault or Localhost.</summary>
    [Required, Values("Unconfined", "RuntimeDefault", "Localhost")] public string Type { get; init; } = "";

    /// <summary>For Localhost, the name of a profile loaded on the node.</summary>
    public string? LocalhostProfile { get; init; }
}

/// <summary>A kernel parameter.</summary>
public sealed record Sysctl
{
    /// <summary>Name of the parameter.</summary>
    [Required] public string Name { get; init; } = "";

    /// <summary>Its value.</summary>
    [Required] public string Value { get; init; } = "";
}
