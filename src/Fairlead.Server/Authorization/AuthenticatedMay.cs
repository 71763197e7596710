using Fairlead.Server.Authentication;
using Fairlead.Server.Routing;

namespace Fairlead.Server.Authorization;

/// <summary>
/// The rules until RBAC comes: everyone who is authenticated may do everything; who is not may read health, version and
/// discovery.
/// </summary>
public sealed class AuthenticatedMay : IAuthorizer
{
    public ValueTask<string?> ReviewAsync(UserInfo user, RequestTarget target, CancellationToken cancellation) =>
        new(!user.IsAnonymous || (!target.IsResource && IsOpen(target)) ? null : "");

    static bool IsOpen(RequestTarget target) =>
        target.Verb is "get" or "head"
        && (Under(target.Path, "/healthz") || Under(target.Path, "/livez") || Under(target.Path, "/readyz") || Under(target.Path, "/version")
            || Under(target.Path, "/api") || Under(target.Path, "/apis") || Under(target.Path, "/openapi"));

    static bool Under(string path, string root) =>
        path.StartsWith(root, StringComparison.Ordinal) && (path.Length == root.Length || path[root.Length] == '/');
}
