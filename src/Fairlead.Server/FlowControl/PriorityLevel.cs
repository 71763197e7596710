namespace Fairlead.Server.FlowControl;

/// <summary>How a level stands at a moment.</summary>
public readonly record struct LevelState(int Limit, SeatBounds Bounds, int ExecutingSeats, int WaitingRequests, int Queues);

/// <summary>
/// The seats of one priority level and the queues of those that wait for one. Fair queuing by virtual time (KEP-1040):
/// a queue's next request begins where what the queue has had so far ends, and the seat that falls free goes to the queue
/// that would be finished first, so that flows of few requests pass those of many. From any thread; one short lock.
/// <code>
/// flow ──hash──▶ hand of queues ──shortest──▶ queue ──least virtual finish──▶ seat ──Leave──▶ charged what it took
/// </code>
/// </summary>
public sealed class PriorityLevel(string name, TimeProvider clock) : ISeatOwner
{
    /// <summary>What a request is charged until it is known how long it took, in seconds, as upstream.</summary>
    const double Estimate = 0.003;

    readonly Lock gate = new();
    readonly double frequency = clock.TimestampFrequency;
    readonly Dictionary<int, FlowQueue> queues = []; // those in which requests wait or run
    readonly Stack<FlowQueue> spare = new();
    readonly LinkedList<FlowQueue> waitingQueues = new(); // those in which requests wait; last the one that was served last
    readonly SeatDemand demand = new();
    LevelOptions options = new(name, "", false, 0, 0, null);
    SeatBounds bounds;
    int limit, executing, waiting, waitingSeats;
    double virtualNow;
    long last = clock.GetTimestamp();

    public string Name => name;

    /// <summary>The longest that a request waits: a quarter of the 60 s in which upstream serves one.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(15);

    /// <summary>Takes a seat, waits for one, or is refused.</summary>
    /// <param name="hash">Of the flow.</param>
    /// <param name="width">Seats that the request takes; at least 1.</param>
    /// <exception cref="OperationCanceledException">The client went while its request waited.</exception>
    public ValueTask<FlowSeat> EnterAsync(FlowCounts flow, ulong hash, int width, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(flow);
        FlowWaiter waiter;
        lock (gate)
        {
            var now = Advance();
            if (options.IsExempt || (waiting == 0 && Fits(width)))
                return new(Start(flow, options.IsExempt || options.Queues == 0 ? null : Choose(hash), width, now, TimeSpan.Zero));
            if (options.Queues == 0) return new(Refuse(flow, FlowRefusal.ConcurrencyLimit, TimeSpan.Zero));
            var queue = Choose(hash);
            if (queue.Waiting.Count >= options.QueueLengthLimit) return new(Refuse(flow, FlowRefusal.QueueFull, TimeSpan.Zero));
            waiter = new(this, flow, queue, width) { Arrived = now, ArrivedVirtual = virtualNow };
            Enqueue(waiter);
        }
        return WaitAsync(waiter, cancellation);
    }

    /// <summary>From now on the level is as these say. Those that wait keep their queues.</summary>
    public void Configure(LevelOptions next, SeatBounds seats, int current)
    {
        lock (gate)
        {
            Advance();
            (options, bounds, limit) = (next, seats, current);
            Dispatch(last);
        }
    }

    /// <summary>The level has so many seats from now on.</summary>
    public void Limit(int current)
    {
        lock (gate)
        {
            Advance();
            limit = current;
            Dispatch(last);
        }
    }

    /// <summary>What was wanted since the last time.</summary>
    public DemandWindow TakeDemand()
    {
        lock (gate)
        {
            Advance();
            return demand.Take(executing + waitingSeats);
        }
    }

    public LevelState State
    {
        get { lock (gate) return new(limit, bounds, executing, waiting, queues.Count); }
    }

    void ISeatOwner.Leave(in FlowSeat seat)
    {
        lock (gate)
        {
            var now = Advance();
            var took = (now - seat.Started) / frequency;
            executing -= seat.Width;
            seat.Flow.End(seat.Width, TimeSpan.FromSeconds(took));
            if (seat.Queue is { } queue)
            {
                queue.ExecutingSeats -= seat.Width;
                queue.NextStart -= (Estimate - took) * seat.Width;
                // Nothing begins before it came, however much less than expected the queue has used.
                if (queue.Waiting.First is { } oldest) queue.NextStart = Math.Max(queue.NextStart, oldest.Value.ArrivedVirtual);
                Retire(queue);
            }
            if (waiting > 0) Dispatch(now);
        }
    }

    async ValueTask<FlowSeat> WaitAsync(FlowWaiter waiter, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(LongestWait, clock);
        using var expiry = late.Token.UnsafeRegister(static state => GiveUp((FlowWaiter)state!, FlowRefusal.TimeOut), waiter);
        using var gone = cancellation.UnsafeRegister(static state => GiveUp((FlowWaiter)state!, FlowRefusal.Cancelled), waiter);
        var seat = await waiter.Task.ConfigureAwait(false);
        if (seat.Refusal == FlowRefusal.Cancelled) cancellation.ThrowIfCancellationRequested();
        return seat;
    }

    static void GiveUp(FlowWaiter waiter, FlowRefusal why)
    {
        var level = waiter.Level;
        lock (level.gate)
        {
            if (waiter.Node.List is null) return; // it has a seat
            var now = level.Advance();
            level.Dequeue(waiter);
            level.Retire(waiter.Queue);
            waiter.TrySetResult(level.Refuse(waiter.Flow, why, level.Since(waiter.Arrived, now)));
            level.Dispatch(now); // those behind it may be less wide
        }
    }

    /// <summary>Brings the virtual time up to now: each queue has its part of what the seats give.</summary>
    long Advance()
    {
        var now = clock.GetTimestamp();
        var seconds = (now - last) / frequency;
        var wanted = executing + waitingSeats;
        if (queues.Count > 0) virtualNow += seconds * Math.Min(wanted, limit) / queues.Count;
        demand.Add(seconds, wanted);
        last = now;
        return now;
    }

    TimeSpan Since(long then, long now) => TimeSpan.FromSeconds((now - then) / frequency);

    // One that is wider than the level is let in alone, or it would never be.
    bool Fits(int width) => executing == 0 || executing + width <= limit;

    FlowSeat Start(FlowCounts flow, FlowQueue? queue, int width, long now, TimeSpan waited)
    {
        executing += width;
        demand.Reach(executing + waitingSeats);
        flow.Start(width, waited);
        if (queue is not null)
        {
            queue.ExecutingSeats += width;
            queue.NextStart += Estimate * width;
        }
        return new(this, flow, queue, width, now);
    }

    FlowSeat Refuse(FlowCounts flow, FlowRefusal why, TimeSpan waited)
    {
        flow.Refuse(why, waited);
        return new(why);
    }

    void Enqueue(FlowWaiter waiter)
    {
        var queue = waiter.Queue;
        if (queue.Waiting.Count == 0) waitingQueues.AddLast(queue.Turn);
        queue.Waiting.AddLast(waiter.Node);
        queue.WaitingSeats += waiter.Width;
        waitingSeats += waiter.Width;
        waiting++;
        waiter.Flow.Enqueue();
        demand.Reach(executing + waitingSeats);
    }

    void Dequeue(FlowWaiter waiter)
    {
        var queue = waiter.Queue;
        queue.Waiting.Remove(waiter.Node);
        queue.WaitingSeats -= waiter.Width;
        waitingSeats -= waiter.Width;
        waiting--;
        waiter.Flow.Dequeue();
        waitingQueues.Remove(queue.Turn);
        if (queue.Waiting.Count > 0) waitingQueues.AddLast(queue.Turn);
    }

    void Dispatch(long now)
    {
        while (waiting > 0)
        {
            var waiter = Next();
            if (!options.IsExempt && !Fits(waiter.Width)) return;
            Dequeue(waiter);
            waiter.TrySetResult(Start(waiter.Flow, waiter.Queue, waiter.Width, now, Since(waiter.Arrived, now)));
        }
    }

    /// <summary>The oldest request of the queue that would be finished first; of several, of the one that was served longest ago.</summary>
    FlowWaiter Next()
    {
        FlowWaiter? best = null;
        var least = double.PositiveInfinity;
        for (var node = waitingQueues.First; node is not null; node = node.Next)
        {
            var oldest = node.Value.Waiting.First!.Value;
            var finish = node.Value.NextStart + Estimate * oldest.Width;
            if (best is not null && finish >= least) continue;
            (best, least) = (oldest, finish);
        }
        return best!;
    }

    /// <summary>The queue of the flow's hand in which least is going on.</summary>
    FlowQueue Choose(ulong hash)
    {
        Span<int> space = stackalloc int[ShuffleShard.MostCards];
        var hand = new ShuffleShard(hash, options.Queues, space[..Math.Clamp(options.HandSize, 1, ShuffleShard.MostCards)]);
        FlowQueue? best = null;
        while (hand.Deal(out var card))
        {
            if (!queues.TryGetValue(card, out var queue)) return Open(card); // nothing is going on there
            if (best is null || queue.Seats < best.Seats) best = queue;
        }
        return best!;
    }

    FlowQueue Open(int index)
    {
        if (!spare.TryPop(out var queue)) queue = new();
        (queue.Index, queue.NextStart) = (index, virtualNow);
        queues[index] = queue;
        return queue;
    }

    void Retire(FlowQueue queue)
    {
        if (queue.ExecutingSeats > 0 || queue.Waiting.Count > 0) return;
        queues.Remove(queue.Index);
        spare.Push(queue);
        if (queues.Count == 0) virtualNow = 0;
    }
}
