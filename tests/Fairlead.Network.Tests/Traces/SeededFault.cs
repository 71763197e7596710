namespace Fairlead.Network.Tests.Traces;

/// <summary>One fault in a cluster that is well otherwise, and what must be named as the first cause.</summary>
/// <param name="Reason">The cause.</param>
/// <param name="Blame">The object and field that must be blamed; empty: none.</param>
/// <param name="Seed">Puts the fault in; null where the question itself is the fault.</param>
/// <param name="Says">Must be in the sentence.</param>
sealed record SeededFault(string Name, string Reason, string Blame, string From, string To, string Says, Action<Scenario>? Seed)
{
    public string? Protocol { get; init; }

    /// <summary>False where the API can only make it likely.</summary>
    public bool IsCertain { get; init; } = true;

    /// <summary>False where the question has an answer neither with the fault nor without it.</summary>
    public bool AnswersWithout { get; init; } = true;

    public override string ToString() => Name;
}
