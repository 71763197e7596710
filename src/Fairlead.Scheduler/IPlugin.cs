namespace Fairlead.Scheduler;

/// <summary>Says whether a Pod may run on a node.</summary>
public interface IFilter
{
    /// <summary>Why not; null if it may.</summary>
    Refusal? Refuse(PodToPlace pod, NodeState node);
}

/// <summary>Why a Pod may not run on a node.</summary>
/// <param name="Reasons">In the words of the event, such as Insufficient cpu.</param>
/// <param name="Resolvable">Whether it might run there if other Pods were gone.</param>
public sealed record Refusal(bool Resolvable, params IReadOnlyList<string> Reasons);

/// <summary>Says how well a node that passed every filter suits a Pod.</summary>
public interface IScore
{
    /// <summary>How much this score counts beside the others.</summary>
    int Weight => 1;

    /// <summary>Any number, in the plug-in's own measure.</summary>
    int Score(PodToPlace pod, NodeState node);

    /// <summary>Turns the scores of all nodes that passed into 0 to 100, more being better.</summary>
    void Normalize(Span<int> scores) { }
}

/// <summary>The common ways to bring scores to 0 to 100.</summary>
static class Scores
{
    /// <summary>The best gets 100, the others their share of it; with <paramref name="lessIsBetter"/> the other way round.</summary>
    public static void ToShares(Span<int> scores, bool lessIsBetter)
    {
        var most = 0;
        foreach (var score in scores) most = Math.Max(most, score);
        foreach (ref var score in scores)
        {
            score = most == 0 ? 0 : 100 * score / most;
            if (lessIsBetter) score = 100 - score;
        }
    }
}
