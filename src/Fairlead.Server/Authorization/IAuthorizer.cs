using Fairlead.Server.Authentication;
using Fairlead.Server.Routing;

namespace Fairlead.Server.Authorization;

/// <summary>Decides whether a user may do what a request asks.</summary>
public interface IAuthorizer
{
    /// <summary>Null if it is allowed, else the reason why not (may be empty).</summary>
    ValueTask<string?> ReviewAsync(UserInfo user, RequestTarget target, CancellationToken cancellation);
}
