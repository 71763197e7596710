using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>An image on a node.</summary>
public sealed record ContainerImage
{
    /// <summary>Names by which the image is known, with tags and digests.</summary>
    [Proto(1), Atomic] public IReadOnlyList<string>? Names { get; init; }

    /// <summary>Its size in bytes.</summary>
    [Proto(2)] public long? SizeBytes { get; init; }
}

/// <summary>A volume attached to a node.</summary>
public sealed record AttachedVolume
{
    /// <summary>The volume's unique name.</summary>
    [Proto(1), Required, Zero] public string Name { get; init; } = "";

    /// <summary>Path of the device.</summary>
    [Proto(2), Required, Zero] public string DevicePath { get; init; } = "";
}

/// <summary>The state of a node's configuration source. No longer used.</summary>
public sealed record NodeConfigStatus
{
    /// <summary>The source that the node wants to use.</summary>
    [Proto(1)] public NodeConfigSource? Assigned { get; init; }

    /// <summary>The source that the node uses.</summary>
    [Proto(2)] public NodeConfigSource? Active { get; init; }

    /// <summary>The source that the node falls back to.</summary>
    [Proto(3)] public NodeConfigSource? LastKnownGood { get; init; }

    /// <summary>What is wrong with the assigned source.</summary>
    [Proto(4)] public string? Error { get; init; }
}

/// <summary>A runtime handler of a node.</summary>
public sealed record NodeRuntimeHandler
{
    /// <summary>The handler's name; empty for the default one.</summary>
    [Proto(1), Default("\"\"")] public string? Name { get; init; }

    /// <summary>What the handler can do.</summary>
    [Proto(2)] public NodeRuntimeHandlerFeatures? Features { get; init; }
}

/// <summary>What a runtime handler can do.</summary>
public sealed record NodeRuntimeHandlerFeatures
{
    /// <summary>True if it supports recursive read-only mounts.</summary>
    [Proto(1, Pointer = true)] public bool? RecursiveReadOnlyMounts { get; init; }

    /// <summary>True if it supports user namespaces.</summary>
    [Proto(2, Pointer = true)] public bool? UserNamespaces { get; init; }
}

/// <summary>What a node's container runtime can do, whatever the handler.</summary>
public sealed record NodeFeatures
{
    /// <summary>True if it honours supplementalGroupsPolicy and supplementalGroups.</summary>
    [Proto(1, Pointer = true)] public bool? SupplementalGroupsPolicy { get; init; }
}
