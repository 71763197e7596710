namespace Fairlead.Server.Authorization;

/// <summary>What an authorizer says of a request.</summary>
public enum Verdict
{
    /// <summary>Nothing: the next one is asked, and nobody's word is a no.</summary>
    NoOpinion,
    Allow,

    /// <summary>No, whatever others would say.</summary>
    Deny,
}

/// <param name="Reason">Why; may be empty. What stands here is shown to who asked.</param>
public readonly record struct Decision(Verdict Verdict, string Reason)
{
    public static readonly Decision NoOpinion = new(Verdict.NoOpinion, "");

    public bool IsAllowed => Verdict == Verdict.Allow;

    /// <summary>What kept an authorizer from judging; null: nothing did. A request that is not allowed is then answered with 500 and not 403. Shown to who asked.</summary>
    public string? Error { get; init; }
}
