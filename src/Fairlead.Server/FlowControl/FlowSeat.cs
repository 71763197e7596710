using Fairlead.Server.Listen;

namespace Fairlead.Server.FlowControl;

/// <summary>
/// A request's place among those that are served, given back once with <see cref="Leave"/>. The default one belongs to a
/// request that is not limited.
/// </summary>
public readonly struct FlowSeat
{
    /// <summary>An answer that its client does not read gives its seat back nevertheless; as long as upstream serves one request.</summary>
    static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(60);

    readonly ISeatOwner? owner;

    internal FlowSeat(PriorityLevel level, FlowCounts flow, FlowQueue? queue, int width, long started) =>
        (owner, Flow, Queue, Width, Started) = (level, flow, queue, width, started);

    internal FlowSeat(InFlightLimit limit) => owner = limit;

    internal FlowSeat(FlowRefusal refusal) => Refusal = refusal;

    /// <summary>Why there is none.</summary>
    public FlowRefusal Refusal { get; }

    internal FlowCounts Flow { get; } = null!;
    internal FlowQueue? Queue { get; }
    internal int Width { get; }
    internal long Started { get; }

    /// <summary>Gives the seat back.</summary>
    public void Leave() => owner?.Leave(this);

    /// <summary>The answer, whose stream gives the seat back when it has been written, or after a minute.</summary>
    public ApiAnswer UntilWritten(ApiAnswer answer, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(clock);
        if (owner is null || answer.Stream is not { } stream) throw new InvalidOperationException("only a limited request's stream can hold its seat");
        var hold = new Hold(this);
        hold.Bound = clock.CreateTimer(static state => ((Hold)state!).End(), hold, LongestAnswer, Timeout.InfiniteTimeSpan);
        return answer.WithStream(async (pipe, cancellation) =>
        {
            try { await stream(pipe, cancellation).ConfigureAwait(false); }
            finally { hold.End(); }
        });
    }

    /// <summary>True if there is a seat to give back.</summary>
    public bool IsHeld => owner is not null;

    sealed class Hold(FlowSeat seat)
    {
        int ended;

        public ITimer? Bound { get; set; }

        public void End()
        {
            if (Interlocked.Exchange(ref ended, 1) != 0) return;
            seat.Leave();
            Bound?.Dispose();
        }
    }
}
