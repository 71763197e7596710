using Fairlead.Cel.Authorization;

namespace Fairlead.Cel.Values;

/// <summary>The variable authorizer.</summary>
/// <param name="Authorizer">Decides.</param>
/// <param name="Access">The ServiceAccount, if it is one that is asked about.</param>
/// <param name="Request">What the request does to its resource, without the verb: authorizer.requestResource. Null if there is no such thing.</param>
public sealed record CelAuthorizer(ICelAuthorizer Authorizer, CelAccess Access, CelAccess? Request) : ICelTyped
{
    string ICelTyped.TypeName => "kubernetes.authorization.Authorizer";

    /// <summary>The check for the request's own resource.</summary>
    internal CelCheck? RequestResource => Request is null ? null : new(Authorizer, Request, CelCheckKind.Resource);
}

/// <summary>A question that is not yet complete.</summary>
sealed record CelCheck(ICelAuthorizer Authorizer, CelAccess Access, CelCheckKind Kind) : ICelTyped
{
    public string TypeName => $"kubernetes.authorization.{Kind}Check";

    public CelCheck With(Func<CelAccess, CelAccess> change) => this with { Access = change(Access) };
}

/// <summary>What a question is about.</summary>
enum CelCheckKind
{
    Group,
    Resource,
    Path,
}
