using System.Collections.Immutable;
using Fairlead.Client.Metrics;

namespace Fairlead.Server.FlowControl;

/// <summary>Why a request was not let in; the values of upstream's label reason.</summary>
public enum FlowRefusal
{
    /// <summary>It was let in.</summary>
    None,

    /// <summary>concurrency-limit: no seat was free and the level has no queues.</summary>
    ConcurrencyLimit,

    /// <summary>queue-full.</summary>
    QueueFull,

    /// <summary>time-out: it waited as long as a request may.</summary>
    TimeOut,

    /// <summary>cancelled: its client went.</summary>
    Cancelled,
}

/// <summary>What became of the requests of one schema at one level. Written under the level's lock, read from anywhere.</summary>
public sealed class FlowCounts(string level, string schema)
{
    static readonly ImmutableArray<double> Bounds = [0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30];

    readonly long[] refused = new long[Enum.GetValues<FlowRefusal>().Length];
    long dispatched;
    int waiting, executing, seats;

    public string Level => level;
    public string Schema => schema;

    public long Dispatched => Volatile.Read(ref dispatched);
    public int Waiting => Volatile.Read(ref waiting);
    public int Executing => Volatile.Read(ref executing);
    public int Seats => Volatile.Read(ref seats);

    /// <summary>How long those waited that were let in.</summary>
    public Histogram Waited { get; } = new(Bounds);

    /// <summary>How long those waited that were not.</summary>
    public Histogram WaitedInVain { get; } = new(Bounds);

    /// <summary>How long requests had their seat.</summary>
    public Histogram Executed { get; } = new(Bounds);

    public long Refused(FlowRefusal why) => Volatile.Read(ref refused[(int)why]);

    internal void Enqueue() => waiting++;

    internal void Dequeue() => waiting--;

    internal void Start(int width, TimeSpan waited)
    {
        dispatched++;
        executing++;
        seats += width;
        Waited.Observe(waited);
    }

    internal void End(int width, TimeSpan took)
    {
        executing--;
        seats -= width;
        Executed.Observe(took);
    }

    internal void Refuse(FlowRefusal why, TimeSpan waited)
    {
        refused[(int)why]++;
        WaitedInVain.Observe(waited);
    }
}
