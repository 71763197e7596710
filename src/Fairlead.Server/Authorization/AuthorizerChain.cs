namespace Fairlead.Server.Authorization;

/// <summary>Authorizers in a row: the first that allows or denies decides. If none does, the answer is no, with all their reasons and errors.</summary>
public sealed class AuthorizerChain(params IReadOnlyList<IAuthorizer> authorizers) : IAuthorizer
{
    public ValueTask<Decision> AuthorizeAsync(AccessRequest request, CancellationToken cancellation)
    {
        var so = Decision.NoOpinion;
        for (var i = 0; i < authorizers.Count; i++)
        {
            var asked = authorizers[i].AuthorizeAsync(request, cancellation);
            // Only one that asks elsewhere has to be waited for.
            if (!asked.IsCompletedSuccessfully) return RestAsync(asked, i + 1, so, request, cancellation);
            var decision = asked.Result;
            if (decision.Verdict != Verdict.NoOpinion) return new(decision);
            so = Joined(so, decision);
        }
        return new(so);
    }

    async ValueTask<Decision> RestAsync(ValueTask<Decision> asked, int next, Decision so, AccessRequest request, CancellationToken cancellation)
    {
        while (true)
        {
            var decision = await asked.ConfigureAwait(false);
            if (decision.Verdict != Verdict.NoOpinion) return decision;
            so = Joined(so, decision);
            if (next == authorizers.Count) return so;
            asked = authorizers[next++].AuthorizeAsync(request, cancellation);
        }
    }

    static Decision Joined(in Decision one, in Decision other) =>
        other.Error is null && other.Reason.Length == 0 ? one
            : one with { Reason = Joined(one.Reason, other.Reason, "\n"), Error = other.Error is null ? one.Error : Joined(one.Error ?? "", other.Error, ", ") };

    static string Joined(string texts, string text, string between) => text.Length == 0 ? texts : texts.Length == 0 ? text : texts + between + text;
}
