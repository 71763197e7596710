namespace Fairlead.Server.FlowControl;

/// <summary>One queue of a level while requests of its flows wait or run. Touched under the level's lock.</summary>
sealed class FlowQueue
{
    public FlowQueue() => Turn = new(this);

    public int Index { get; set; }

    /// <summary>Its place among the queues in which requests wait.</summary>
    public LinkedListNode<FlowQueue> Turn { get; }

    /// <summary>In the virtual time of the level, in seat-seconds: where the next request of the queue begins.</summary>
    public double NextStart { get; set; }

    public int ExecutingSeats { get; set; }
    public int WaitingSeats { get; set; }

    public LinkedList<FlowWaiter> Waiting { get; } = new();

    public int Seats => ExecutingSeats + WaitingSeats;
}

/// <summary>A request that waits for its seat.</summary>
sealed class FlowWaiter : TaskCompletionSource<FlowSeat>
{
    public FlowWaiter(PriorityLevel level, FlowCounts flow, FlowQueue queue, int width)
        : base(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        (Level, Flow, Queue, Width) = (level, flow, queue, width);
        Node = new(this);
    }

    public PriorityLevel Level { get; }
    public FlowCounts Flow { get; }
    public FlowQueue Queue { get; }
    public int Width { get; }
    public required long Arrived { get; init; }
    public required double ArrivedVirtual { get; init; }
    public LinkedListNode<FlowWaiter> Node { get; }
}
