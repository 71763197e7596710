namespace Fairlead.Server.Authorization;

/// <summary>Authorizers in a row: the first that allows or denies decides. If none does, the answer is no, with all their reasons.</summary>
public sealed class AuthorizerChain(params IReadOnlyList<IAuthorizer> authorizers) : IAuthorizer
{
    public ValueTask<Decision> AuthorizeAsync(AccessRequest request, CancellationToken cancellation)
    {
        var reasons = "";
        for (var i = 0; i < authorizers.Count; i++)
        {
            var asked = authorizers[i].AuthorizeAsync(request, cancellation);
            // Only one that asks elsewhere has to be waited for.
            if (!asked.IsCompletedSuccessfully) return RestAsync(asked, i + 1, reasons, request, cancellation);
            var decision = asked.Result;
            if (decision.Verdict != Verdict.NoOpinion) return new(decision);
            reasons = Joined(reasons, decision.Reason);
        }
        return new(new Decision(Verdict.NoOpinion, reasons));
    }

    async ValueTask<Decision> RestAsync(ValueTask<Decision> asked, int next, string reasons, AccessRequest request, CancellationToken cancellation)
    {
        while (true)
        {
            var decision = await asked.ConfigureAwait(false);
            if (decision.Verdict != Verdict.NoOpinion) return decision;
            reasons = Joined(reasons, decision.Reason);
            if (next == authorizers.Count) return new(Verdict.NoOpinion, reasons);
            asked = authorizers[next++].AuthorizeAsync(request, cancellation);
        }
    }

    static string Joined(string reasons, string reason) => reason.Length == 0 ? reasons : reasons.Length == 0 ? reason : $"{reasons}\n{reason}";
}
