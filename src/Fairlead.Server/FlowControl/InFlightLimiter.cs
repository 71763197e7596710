using Fairlead.Client.Metrics;
using Fairlead.Server.Authentication;
using Fairlead.Server.Authorization;
using Fairlead.Server.Listen;

namespace Fairlead.Server.FlowControl;

/// <summary>
/// Limits how many requests that read, and how many that write, are served at once, without queues; system:masters are
/// let in always, and what lasts as long as its client likes (watches and streams) is not limited. What upstream does with
/// --enable-priority-and-fairness=false.
/// </summary>
/// <param name="reading">get and list; 0: any number.</param>
/// <param name="writing">All others; 0: any number.</param>
public sealed class InFlightLimiter(int reading, int writing, TimeProvider clock) : IRequestLimiter
{
    readonly InFlightLimit reads = new(reading), writes = new(writing);

    /// <inheritdoc/>
    public ValueTask<FlowSeat> EnterAsync(ApiCall call, in AccessRequest request, CancellationToken cancellation)
    {
        if (request.Lasts) return default;
        var limit = request.Verb is "get" or "list" ? reads : writes;
        if (limit.TryEnter(out var seat)) return new(seat);
        return request.User.IsIn(UserInfo.MastersGroup) ? default : new(new FlowSeat(FlowRefusal.ConcurrencyLimit));
    }

    /// <inheritdoc/>
    public ApiAnswer UntilWritten(FlowSeat seat, ApiAnswer answer) => seat.UntilWritten(answer, clock);

    /// <summary>Its family of /metrics.</summary>
    public void Write(MetricText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Family("apiserver_current_inflight_requests", "gauge", "Requests that are served, by whether they read or write.");
        text.Sample(reads.Count, [("request_kind", "readOnly")]).Sample(writes.Count, [("request_kind", "mutating")]);
    }
}
