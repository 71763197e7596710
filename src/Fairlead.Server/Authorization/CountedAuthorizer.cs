namespace Fairlead.Server.Authorization;

/// <summary>Another authorizer, whose decisions are counted.</summary>
public sealed class CountedAuthorizer(IAuthorizer authorizer, DecisionCount count) : IAuthorizer
{
    public ValueTask<Decision> AuthorizeAsync(AccessRequest request, CancellationToken cancellation)
    {
        var asked = authorizer.AuthorizeAsync(request, cancellation);
        if (!asked.IsCompletedSuccessfully) return CountAsync(asked);
        var decision = asked.Result;
        count.Add(decision.Verdict);
        return new(decision);
    }

    async ValueTask<Decision> CountAsync(ValueTask<Decision> asked)
    {
        var decision = await asked.ConfigureAwait(false);
        count.Add(decision.Verdict);
        return decision;
    }
}
