using Fairlead.Api.Errors;
using Fairlead.Server.Authorization;
using Fairlead.Server.Listen;
using Fairlead.Server.Responding;

namespace Fairlead.Server.FlowControl;

/// <summary>
/// Lets requests in: each belongs to the first FlowSchema that takes it and has a seat of the schema's level until its
/// answer is made, or, if that is written piece by piece, until it is written (API priority and fairness, KEP-1040).
/// </summary>
public sealed class RequestLimiter(FlowPolicy policy, TimeProvider clock) : IRequestLimiter
{
    static readonly ApiException TooMany = Responding.Refuse.TooManyRequests();

    /// <inheritdoc/>
    /// <remarks>What lasts as long as its client likes is not limited, save that a watch begins as others do.</remarks>
    public ValueTask<FlowSeat> EnterAsync(ApiCall call, in AccessRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (request.IsStream || policy.Table is not { } table) return default;
        var rule = table.Find(request);
        call.Flow = rule;
        return rule.Level.EnterAsync(rule.Counts, rule.FlowOf(request), 1, cancellation);
    }

    /// <summary>The answer to a request that has no seat.</summary>
    public static ApiAnswer Refuse() => Statuses.Of(TooMany);

    /// <inheritdoc/>
    public ApiAnswer UntilWritten(FlowSeat seat, ApiAnswer answer) => seat.UntilWritten(answer, clock);
}
