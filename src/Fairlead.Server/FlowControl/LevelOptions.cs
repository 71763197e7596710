using Fairlead.Api.FlowControl.V1;

namespace Fairlead.Server.FlowControl;

/// <summary>What a PriorityLevelConfiguration says, with its defaults filled in.</summary>
/// <param name="Uid">Of the object; empty for a mandatory level whose object is missing.</param>
/// <param name="IsExempt">Its requests never wait.</param>
/// <param name="Shares">Of all seats.</param>
/// <param name="LendablePercent">Of its own seats, that others may borrow.</param>
/// <param name="BorrowingLimitPercent">Of its own seats, that it may borrow at most; null: no bound.</param>
public sealed record LevelOptions(string Name, string Uid, bool IsExempt, int Shares, int LendablePercent, int? BorrowingLimitPercent)
{
    const int DefaultShares = 30;

    /// <summary>Number of queues; 0: a request that finds no seat is refused at once.</summary>
    public int Queues { get; init; }

    /// <summary>Queues in a flow's hand.</summary>
    public int HandSize { get; init; }

    /// <summary>Most requests in one queue.</summary>
    public int QueueLengthLimit { get; init; }

    public static LevelOptions Of(PriorityLevelConfiguration level)
    {
        ArgumentNullException.ThrowIfNull(level);
        var (name, uid) = (level.Metadata.Name ?? "", level.Metadata.Uid ?? "");
        if (level.Spec is { Type: "Exempt" } free) return new(name, uid, true, free.Exempt?.NominalConcurrencyShares ?? 0, free.Exempt?.LendablePercent ?? 0, null);
        var limited = level.Spec?.Limited;
        var queuing = limited?.LimitResponse is { Type: "Queue" } response ? response.Queuing ?? new() : null;
        return new(name, uid, false, limited?.NominalConcurrencyShares ?? DefaultShares, limited?.LendablePercent ?? 0, limited?.BorrowingLimitPercent)
        {
            Queues = queuing is null ? 0 : queuing.Queues ?? 64,
            HandSize = queuing?.HandSize ?? 8,
            QueueLengthLimit = queuing?.QueueLengthLimit ?? 50,
        };
    }
}
