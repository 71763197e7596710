using Fairlead.Cel.Authorization;
using Fairlead.Cel.Values;
using Fairlead.Server.Authentication;
using Fairlead.Server.Authorization;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Admission.Matching;

/// <summary>
/// The variable authorizer of expressions: what the user of a write, or a ServiceAccount, may do. An expression is
/// evaluated on one thread, so it waits there for an authorizer that asks elsewhere.
/// </summary>
sealed class RequestAuthorizer(IAuthorizer authorizer, UserInfo user) : ICelAuthorizer
{
    /// <summary>The variable's value for a write.</summary>
    public static CelAuthorizer Of(IAuthorizer authorizer, WriteContext context) => new(new RequestAuthorizer(authorizer, context.User), new CelAccess(), new CelAccess
    {
        Group = context.Kind.Group,
        Resource = context.Kind.Plural,
        Subresource = context.Target.Subresource,
        Namespace = context.Namespace ?? "",
        Name = context.Target.Name ?? "",
    });

    public CelDecision Check(CelAccess access)
    {
        var who = access.ServiceAccount is { } account ? UserInfo.ServiceAccount(account.Namespace, account.Name).Authenticated() : user;
        var request = access.Path is { } path
            ? new AccessRequest(who, access.Verb) { Path = path }
            : new AccessRequest(who, access.Verb)
            {
                Group = access.Group, Version = "*", Resource = access.Resource, Subresource = access.Subresource,
                Namespace = access.Namespace, Name = access.Name, FieldSelector = access.FieldSelector,
            };
        try
        {
            var asked = authorizer.AuthorizeAsync(request, CancellationToken.None);
            var decision = asked.IsCompleted ? asked.Result : asked.AsTask().GetAwaiter().GetResult();
            return new(decision.IsAllowed, decision.Reason);
        }
        catch (Exception e) when (e is not OutOfMemoryException) { return new(false, Error: e.Message); }
    }
}
