using Fairlead.Server.Authorization;
using Fairlead.Server.Listen;

namespace Fairlead.Server.FlowControl;

/// <summary>Says how many requests are served at once.</summary>
public interface IRequestLimiter
{
    /// <summary>Takes a seat, waits for one, or is refused.</summary>
    /// <exception cref="OperationCanceledException">The client went while its request waited.</exception>
    ValueTask<FlowSeat> EnterAsync(ApiCall call, in AccessRequest request, CancellationToken cancellation);

    /// <summary>The answer, which gives the seat back when it is written.</summary>
    ApiAnswer UntilWritten(FlowSeat seat, ApiAnswer answer);
}
