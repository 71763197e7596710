using System.Text.Json.Serialization;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Coordination.V1;

/// <summary>A claim that its holder renews: the heartbeat of a node, or the leadership among servers.</summary>
[Kind("coordination.k8s.io", "v1", "leases")]
public sealed record Lease : KubeObject
{
    /// <summary>Who holds the lease and since when.</summary>
    [Proto(2)] public LeaseSpec? Spec { get; init; }
}

/// <summary>The content of a lease.</summary>
public sealed record LeaseSpec
{
    /// <summary>Identity of the holder.</summary>
    [Proto(1, Pointer = true)] public string? HolderIdentity { get; init; }

    /// <summary>Seconds after renewTime at which others may take the lease.</summary>
    [Proto(2, Pointer = true)] public int? LeaseDurationSeconds { get; init; }

    /// <summary>When the current holder took the lease.</summary>
    [Proto(3), JsonConverter(typeof(MicroTimeConverter))] public DateTimeOffset? AcquireTime { get; init; }

    /// <summary>When the current holder last renewed the lease.</summary>
    [Proto(4), JsonConverter(typeof(MicroTimeConverter))] public DateTimeOffset? RenewTime { get; init; }

    /// <summary>How often the lease has changed hands.</summary>
    [Proto(5, Pointer = true)] public int? LeaseTransitions { get; init; }

    /// <summary>How the leader is chosen when that is coordinated, such as OldestEmulationVersion.</summary>
    [Proto(6, Pointer = true)] public string? Strategy { get; init; }

    /// <summary>A better candidate to whom the holder should yield. Needs a strategy.</summary>
    [Proto(7, Pointer = true)] public string? PreferredHolder { get; init; }
}
