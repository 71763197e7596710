namespace Fairlead.Server.Authorization;

/// <summary>Says the same of every request: the authorizers AlwaysAllow and AlwaysDeny, which says that it does not know better.</summary>
public sealed class AlwaysSay(Decision decision) : IAuthorizer
{
    /// <summary>Upstream's AlwaysDeny leaves the word to those after it, as no opinion.</summary>
    public static readonly AlwaysSay Deny = new(new(Verdict.NoOpinion, "Everything is forbidden."));

    /// <summary>Everyone may do everything.</summary>
    public static readonly AlwaysSay Allow = new(new(Verdict.Allow, ""));

    public ValueTask<Decision> AuthorizeAsync(AccessRequest request, CancellationToken cancellation) => new(decision);
}
