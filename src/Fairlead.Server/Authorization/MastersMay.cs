using Fairlead.Server.Authentication;

namespace Fairlead.Server.Authorization;

/// <summary>Members of system:masters may do everything, whatever the roles say: a cluster's owner cannot lock the door behind himself.</summary>
public sealed class MastersMay : IAuthorizer
{
    public ValueTask<Decision> AuthorizeAsync(AccessRequest request, CancellationToken cancellation) =>
        new(request.User.IsIn(UserInfo.MastersGroup) ? new Decision(Verdict.Allow, "") : Decision.NoOpinion);
}
