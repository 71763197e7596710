namespace Fairlead.Server.Authorization.Rbac;

/// <summary>Allows what a role allows that is bound to the user. Never denies; reads no store.</summary>
public sealed class RbacAuthorizer(RbacPolicy policy) : IAuthorizer
{
    public ValueTask<Decision> AuthorizeAsync(AccessRequest request, CancellationToken cancellation) => new(policy.Table.Decide(request));
}
