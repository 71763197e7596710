namespace Fairlead.Scheduler;

/// <summary>Says whether a Pod may run on a node.</summary>
public interface IFilter
{
    /// <summary>Why not, in the words of the event (Insufficient cpu); null if it may.</summary>
    string? Refuse(PodToPlace pod, NodeState node);
}

/// <summary>Says how well a node that passed every filter suits a Pod.</summary>
public interface IScore
{
    /// <summary>How much this score counts beside the others.</summary>
    int Weight => 1;

    /// <summary>0 to 100; more is better.</summary>
    int Score(PodToPlace pod, NodeState node, ClusterState cluster);
}
