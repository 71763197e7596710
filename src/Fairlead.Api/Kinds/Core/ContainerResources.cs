using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>How much of each resource a container asks for and may use.</summary>
public sealed record ResourceRequirements
{
    /// <summary>The most of each resource that may be used.</summary>
    [Proto(1)] public IReadOnlyDictionary<string, Quantity>? Limits { get; init; }

    /// <summary>
    /// How much of each resource is set aside; a resource that is missing here takes its limit. Never more than the
    /// limit.
    /// </summary>
    [Proto(2)] public IReadOnlyDictionary<string, Quantity>? Requests { get; init; }

    /// <summary>Entries of the Pod's resourceClaims that the container uses. They can't be changed.</summary>
    [Proto(3), ListMap("name", PatchReplace = true)] public IReadOnlyList<ResourceClaim>? Claims { get; init; }
}

/// <summary>A reference to an entry of the Pod's resourceClaims.</summary>
public sealed record ResourceClaim
{
    /// <summary>Name of the entry; what it stands for becomes available in the container.</summary>
    [Proto(1), Required] public string Name { get; init; } = "";

    /// <summary>Name of one request of the claim; if absent, all that the claim got is available.</summary>
    [Proto(2)] public string? Request { get; init; }
}

/// <summary>What resizing one resource does to a container.</summary>
public sealed record ContainerResizePolicy
{
    /// <summary>The resource: cpu or memory.</summary>
    [Proto(1), Required, Values("cpu", "memory")] public string ResourceName { get; init; } = "";

    /// <summary>NotRequired to resize in place, RestartContainer to restart the container for it.</summary>
    [Proto(2), Required, Values("NotRequired", "RestartContainer")] public string RestartPolicy { get; init; } = "";
}
