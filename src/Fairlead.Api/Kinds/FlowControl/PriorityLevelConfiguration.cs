using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.FlowControl.V1;

/// <summary>A share of the server's capacity, and what becomes of requests that find it used up (KEP-1040).</summary>
[Kind("flowcontrol.apiserver.k8s.io", "v1", "prioritylevelconfigurations", Namespaced = false)]
public sealed record PriorityLevelConfiguration : KubeObject
{
    /// <summary>The share, and what happens beyond it.</summary>
    [Proto(2)] public PriorityLevelConfigurationSpec? Spec { get; init; }

    /// <summary>What is known of the level.</summary>
    [Proto(3)] public PriorityLevelConfigurationStatus? Status { get; init; }
}

/// <summary>The share of a level.</summary>
public sealed record PriorityLevelConfigurationSpec
{
    /// <summary>Exempt: requests are never held up. Limited: as limited says.</summary>
    [Proto(1), Required] public string Type { get; init; } = "";

    /// <summary>The limit; for type Limited.</summary>
    [Proto(2)] public LimitedPriorityLevelConfiguration? Limited { get; init; }

    /// <summary>What a level without limit gives away; for type Exempt.</summary>
    [Proto(3)] public ExemptPriorityLevelConfiguration? Exempt { get; init; }
}

/// <summary>How many requests of a level may run at a time.</summary>
public sealed record LimitedPriorityLevelConfiguration
{
    /// <summary>The level's share of all seats: seats × shares ÷ the sum of the shares of all levels. 30 if not given; 0: none of its own.</summary>
    [Proto(1, Pointer = true)] public int? NominalConcurrencyShares { get; init; }

    /// <summary>What becomes of a request that finds no seat.</summary>
    [Proto(2)] public LimitResponse? LimitResponse { get; init; }

    /// <summary>Percentage of its own seats that other levels may borrow; 0 to 100.</summary>
    [Proto(3, Pointer = true)] public int? LendablePercent { get; init; }

    /// <summary>Most that the level borrows, as a percentage of its own seats; no bound if not given.</summary>
    [Proto(4, Pointer = true)] public int? BorrowingLimitPercent { get; init; }
}

/// <summary>What a level without limit adds to the seats of others.</summary>
public sealed record ExemptPriorityLevelConfiguration
{
    /// <summary>The level's share of all seats, which others may borrow; 0 if not given.</summary>
    [Proto(1, Pointer = true)] public int? NominalConcurrencyShares { get; init; }

    /// <summary>Percentage of these seats that other levels may borrow; 0 to 100.</summary>
    [Proto(2, Pointer = true)] public int? LendablePercent { get; init; }
}

/// <summary>What becomes of a request that finds no seat.</summary>
public sealed record LimitResponse
{
    /// <summary>Queue: it waits. Reject: it is refused with 429.</summary>
    [Proto(1), Required] public string Type { get; init; } = "";

    /// <summary>How it waits; for type Queue.</summary>
    [Proto(2)] public QueuingConfiguration? Queuing { get; init; }
}

/// <summary>How requests wait. Each flow is dealt a hand of queues and uses the shortest (shuffle sharding).</summary>
public sealed record QueuingConfiguration
{
    /// <summary>Number of queues; 64 if not given.</summary>
    [Proto(1)] public int? Queues { get; init; }

    /// <summary>Queues in a flow's hand; 8 if not given.</summary>
    [Proto(2)] public int? HandSize { get; init; }

    /// <summary>Most requests that wait in one queue; 50 if not given.</summary>
    [Proto(3)] public int? QueueLengthLimit { get; init; }
}

/// <summary>What is known of a level.</summary>
public sealed record PriorityLevelConfigurationStatus
{
    /// <summary>The current state.</summary>
    [Proto(1), ListMap("type")] public IReadOnlyList<PriorityLevelConfigurationCondition>? Conditions { get; init; }
}

/// <summary>One aspect of a level's state.</summary>
public sealed record PriorityLevelConfigurationCondition
{
    /// <summary>Name of the condition.</summary>
    [Proto(1)] public string? Type { get; init; }

    /// <summary>True, False or Unknown.</summary>
    [Proto(2)] public string? Status { get; init; }

    /// <summary>When the status last changed.</summary>
    [Proto(3)] public DateTimeOffset? LastTransitionTime { get; init; }

    /// <summary>One CamelCase word that says why, for programs.</summary>
    [Proto(4)] public string? Reason { get; init; }

    /// <summary>Details, for people.</summary>
    [Proto(5)] public string? Message { get; init; }
}
