using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>What was last observed of one container.</summary>
public sealed record ContainerStatus
{
    /// <summary>Name of the container.</summary>
    [Proto(1), Required, Zero] public string Name { get; init; } = "";

    /// <summary>Its state now.</summary>
    [Proto(2), Default("{}")] public ContainerState? State { get; init; }

    /// <summary>How its previous run ended, if it was restarted.</summary>
    [Proto(3), Default("{}")] public ContainerState? LastState { get; init; }

    /// <summary>True if its readiness probe succeeds and it has started.</summary>
    [Proto(4), Required, Zero] public bool Ready { get; init; }

    /// <summary>How often it was restarted.</summary>
    [Proto(5), Required, Zero] public int RestartCount { get; init; }

    /// <summary>The image it runs, as the runtime names it.</summary>
    [Proto(6), Required, Zero] public string Image { get; init; } = "";

    /// <summary>The exact image, by digest.</summary>
    [Proto(7), Required, Zero] public string ImageID { get; init; } = "";

    /// <summary>The container's id, as runtime://id.</summary>
    [Proto(8)] public string? ContainerID { get; init; }

    /// <summary>True once the start hook is done and the startup probe has succeeded.</summary>
    [Proto(9, Pointer = true)] public bool? Started { get; init; }

    /// <summary>The requests that the node has granted the container.</summary>
    [Proto(10)] public IReadOnlyDictionary<string, Quantity>? AllocatedResources { get; init; }

    /// <summary>The requests and limits that were put into effect for the running container.</summary>
    [Proto(11)] public ResourceRequirements? Resources { get; init; }

    /// <summary>The container's mounts, as they were made.</summary>
    [Proto(12), ListMap("mountPath")] public IReadOnlyList<VolumeMountStatus>? VolumeMounts { get; init; }

    /// <summary>The user as which the first process was started.</summary>
    [Proto(13)] public ContainerUser? User { get; init; }

    /// <summary>Health of the devices and other resources that the container was given.</summary>
    [Proto(14), ListMap("name")] public IReadOnlyList<ResourceStatus>? AllocatedResourcesStatus { get; init; }

    /// <summary>The signal with which the container is asked to stop.</summary>
    [Proto(15, Pointer = true)] public string? StopSignal { get; init; }
}

/// <summary>A container's state. One of the three is set; none means waiting.</summary>
public sealed record ContainerState
{
    /// <summary>It doesn't run yet, and why.</summary>
    [Proto(1)] public ContainerStateWaiting? Waiting { get; init; }

    /// <summary>It runs.</summary>
    [Proto(2)] public ContainerStateRunning? Running { get; init; }

    /// <summary>It has ended, and how.</summary>
    [Proto(3)] public ContainerStateTerminated? Terminated { get; init; }
}

/// <summary>A container that is not running yet.</summary>
public sealed record ContainerStateWaiting
{
    /// <summary>Why, in one word, such as ContainerCreating or CrashLoopBackOff.</summary>
    [Proto(1)] public string? Reason { get; init; }

    /// <summary>Why, for people.</summary>
    [Proto(2)] public string? Message { get; init; }
}

/// <summary>A container that runs.</summary>
public sealed record ContainerStateRunning
{
    /// <summary>When it was last started.</summary>
    [Proto(1)] public DateTimeOffset? StartedAt { get; init; }
}

/// <summary>A container that has ended.</summary>
public sealed record ContainerStateTerminated
{
    /// <summary>Exit code of its first process.</summary>
    [Proto(1), Required, Zero] public int ExitCode { get; init; }

    /// <summary>The signal that ended it, if one did.</summary>
    [Proto(2)] public int? Signal { get; init; }

    /// <summary>Why it ended, in one word, such as Completed, Error or OOMKilled.</summary>
    [Proto(3)] public string? Reason { get; init; }

    /// <summary>Why it ended, for people.</summary>
    [Proto(4)] public string? Message { get; init; }

    /// <summary>When this run began.</summary>
    [Proto(5)] public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When this run ended.</summary>
    [Proto(6)] public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The container's id, as runtime://id.</summary>
    [Proto(7)] public string? ContainerID { get; init; }
}

/// <summary>A mount as it was made.</summary>
public sealed record VolumeMountStatus
{
    /// <summary>Name of the volume.</summary>
    [Proto(1), Required, Zero] public string Name { get; init; } = "";

    /// <summary>Path in the container.</summary>
    [Proto(2), Required, Zero] public string MountPath { get; init; } = "";

    /// <summary>True if it is mounted read-only.</summary>
    [Proto(3)] public bool? ReadOnly { get; init; }

    /// <summary>Whether it is read-only in its submounts too: Disabled or Enabled.</summary>
    [Proto(4, Pointer = true)] public string? RecursiveReadOnly { get; init; }
}

/// <summary>The identity of a container's first process.</summary>
public sealed record ContainerUser
{
    /// <summary>User and groups on Linux.</summary>
    [Proto(1)] public LinuxContainerUser? Linux { get; init; }
}

/// <summary>User and groups of a process.</summary>
public sealed record LinuxContainerUser
{
    /// <summary>The user id.</summary>
    [Proto(1), Required, Zero] public long Uid { get; init; }

    /// <summary>The group id.</summary>
    [Proto(2), Required, Zero] public long Gid { get; init; }

    /// <summary>The further groups.</summary>
    [Proto(3), Atomic] public IReadOnlyList<long>? SupplementalGroups { get; init; }
}

/// <summary>The health of one resource of a container.</summary>
public sealed record ResourceStatus
{
    /// <summary>Name of the resource; for a claim, claim:NAME or claim:NAME/REQUEST.</summary>
    [Proto(1), Required] public string Name { get; init; } = "";

    /// <summary>The health of each unit of it.</summary>
    [Proto(2), ListMap("resourceID", PatchReplace = true)] public IReadOnlyList<ResourceHealth>? Resources { get; init; }
}

/// <summary>The health of one unit of a resource.</summary>
public sealed record ResourceHealth
{
    /// <summary>Identity of the unit, as its driver names it.</summary>
    [Proto(1), Required, Zero] public string ResourceID { get; init; } = "";

    /// <summary>Healthy, Unhealthy or Unknown.</summary>
    [Proto(2)] public string? Health { get; init; }
}
